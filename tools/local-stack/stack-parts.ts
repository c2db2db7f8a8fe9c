/** A part of the stack that runs. */
export interface StackPart {
  readonly name: string;
  readonly pid: number;
  /** Settles when it is gone. */
  readonly ended: Promise<unknown>;
  stop(): Promise<unknown>;
}

/** The parts that were started so far. */
export interface StackParts {
  /**
   * Takes charge of a part; one that comes after the end is stopped at once.
   *
   * @returns stops this part alone, whose end is then no loss
   */
  add(part: StackPart): () => Promise<unknown>;
  /** Settles with the name of the first part that ends without having been asked to. */
  readonly firstLoss: Promise<string>;
  /** The processes by name. */
  pids(): Record<string, number>;
  /** Stops all parts, the newest first, as each uses those that were there before it. */
  stop(): Promise<void>;
}

/** Creates the keeper of the parts. */
export function createStackParts(): StackParts {
  const parts = new Set<StackPart>();
  const { promise: firstLoss, resolve } = Promise.withResolvers<string>();
  let isStopping = false;

  return {
    firstLoss,
    add: (part) => {
      parts.add(part);
      if (isStopping) void part.stop();
      void part.ended.then(() => {
        if (!isStopping && parts.has(part)) resolve(part.name);
      });
      return async () => {
        parts.delete(part);
        await part.stop();
      };
    },
    pids: () => Object.fromEntries([...parts].map(({ name, pid }) => [name, pid])),
    stop: async () => {
      isStopping = true;
      for (const part of [...parts].toReversed()) await part.stop();
    },
  };
}
