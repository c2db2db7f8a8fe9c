/** A list that forgets its oldest entries. */
export interface BoundedLog<T> {
  /** Oldest first; always the same array. */
  readonly entries: readonly T[];
  add(entry: T): void;
  clear(): void;
}

/**
 * Makes a list that never grows beyond a bound.
 *
 * @param maxEntries - how many it holds at most; the oldest tenth goes at once, so that adding stays cheap under load
 */
export function createBoundedLog<T>(maxEntries: number): BoundedLog<T> {
  const entries: T[] = [];
  const forgottenAtOnce = Math.max(1, Math.floor(maxEntries / 10));
  return {
    entries,
    add: (entry) => {
      if (entries.length >= maxEntries) entries.splice(0, forgottenAtOnce);
      entries.push(entry);
    },
    clear: () => {
      entries.length = 0;
    },
  };
}
