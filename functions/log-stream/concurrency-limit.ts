/** Runs tasks, no more than so many at a time. */
export interface ConcurrencyLimit {
  /** Runs a task when its turn comes: first come, first served. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** Creates the limit of one instance. What it costs to take a turn does not grow with how many wait. */
export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  let waiting: (() => void)[] = [];
  let served = 0;
  let running = 0;
  // Taken from behind an index, as an array moves all others when its first one goes.
  const takeNext = (): (() => void) | undefined => {
    const next = waiting[served];
    if (next !== undefined) served += 1;
    if (served === waiting.length) {
      waiting = [];
      served = 0;
    }
    return next;
  };
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
        const next = takeNext();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
