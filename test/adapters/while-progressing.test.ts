import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { whileProgressing } from '../../functions/adapters/while-progressing.ts';
import { TimeLimitPassed } from '../../functions/adapters/within-time.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const LIMITS = { silenceMs: 1000, totalMs: 5000 };

/** How work ends that steps forward at these times and is done after another; null: it does not end. */
async function endOf(stepsAtMs: readonly number[], doneAfterMs: number, waitMs: number): Promise<unknown> {
  let end: unknown = null;
  const work = (onProgress: () => void): Promise<string> => {
    for (const ms of stepsAtMs) setTimeout(onProgress, ms);
    return new Promise((resolve) => setTimeout(() => resolve('done'), doneAfterMs));
  };
  whileProgressing(work, LIMITS).then(
    (value) => (end = value),
    (error: unknown) => (end = error),
  );
  await jest.advanceTimersByTimeAsync(waitMs);
  return end;
}

describe('whileProgressing', () => {
  it('gives what the work gives, and leaves no timer behind', async () => {
    await expect(whileProgressing(() => Promise.resolve(7), LIMITS)).resolves.toBe(7);

    expect(jest.getTimerCount()).toBe(0);
  });

  it('throws what the work throws, even at once', async () => {
    const work = (): never => {
      throw new RangeError('other');
    };

    await expect(whileProgressing(work, LIMITS)).rejects.toThrow(RangeError);
  });

  it('waits for work beyond the time that it may be silent, while it steps forward', async () => {
    expect(await endOf([900, 1800, 2700], 3600, 3600)).toBe('done');
  });

  it.each<[string, readonly number[], number]>([
    ['it is silent from the beginning', [], 1000],
    ['it falls silent', [900, 1800], 2800],
    ['it takes too long in all', [900, 1800, 2700, 3600, 4500], 5000],
  ])('throws when %s', async (_name, stepsAtMs, limitMs) => {
    expect(await endOf(stepsAtMs, 60_000, limitMs - 1)).toBeNull();
    expect(await endOf(stepsAtMs, 60_000, limitMs)).toBeInstanceOf(TimeLimitPassed);
  });

  it('starts no timer for a step after its end', async () => {
    let step = (): void => undefined;
    const waiting = whileProgressing((onProgress) => {
      step = onProgress;
      return Promise.resolve();
    }, LIMITS);
    await waiting;

    step();

    expect(jest.getTimerCount()).toBe(0);
  });
});
