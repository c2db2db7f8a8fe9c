/** Runs tasks, no more than so many at a time. */
export interface ConcurrencyLimit {
  /** Runs a task when its turn comes: first come, first served. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** Creates the limit of one instance. */
export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    run: async (task) => {
      if (running >= most) {
        const turn = Promise.withResolvers<undefined>();
        waiting.push(() => turn.resolve(undefined));
        // Whoever ends hands its place over, so nobody takes it in between.
        await turn.promise;
      } else running += 1;
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
