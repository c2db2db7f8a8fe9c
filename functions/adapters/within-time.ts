/** A promise took longer than it was given. */
export class TimeLimitPassed extends Error {
  constructor(limitMs: number) {
    super(`not done within ${Math.round(limitMs)} ms`);
    this.name = 'TimeLimitPassed';
  }
}

/**
 * Waits for a promise, but no longer than the limit. What the promise does after that is ignored, its failure included.
 *
 * @param limitMs - in milliseconds; 0 or less still lets a promise win that is already settled
 * @throws TimeLimitPassed when the limit passes first, else whatever the promise throws
 */
export async function withinTime<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeLimitPassed(limitMs)), Math.max(0, limitMs));
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
