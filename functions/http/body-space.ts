/** Lends the memory that large bodies are read into. */
export interface BodySpace {
  /**
   * Lends memory for a body while it is used: once `use` has ended the next body is written over it, so nothing may keep
   * a part of it that is no copy.
   *
   * @param bytes - the stated length of the body
   * @param use - given exactly that much memory, with whatever was in it; null for a small body, which needs none
   */
  lend<T>(bytes: number, use: (space: Buffer | null) => Promise<T>): Promise<T>;
}

// What a socket gives at once: up to there a body is one piece.
const SMALL_BYTES = 64 * 1024;
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/**
 * Creates the memory of one instance. It keeps one piece, of 4 MiB at most: memory outside of V8's heap that is left
 * behind with every batch of logs makes V8 collect the whole heap again and again, for a fifth of all CPU.
 */
export function createBodySpace(): BodySpace {
  let kept: Buffer | null = null;

  const take = (bytes: number): Buffer => {
    const found = kept !== null && kept.length >= bytes ? kept : Buffer.allocUnsafeSlow(bytes);
    if (found === kept) kept = null;
    return found;
  };
  const giveBack = (memory: Buffer): void => {
    if (memory.length <= MOST_KEPT_BYTES && memory.length > (kept?.length ?? 0)) kept = memory;
  };

  return {
    lend: async (bytes, use) => {
      if (bytes <= SMALL_BYTES) return use(null);
      const memory = take(bytes);
      try {
        return await use(memory.subarray(0, bytes));
      } finally {
        giveBack(memory);
      }
    },
  };
}
