import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TimeLimitPassed, withinTime } from '../../functions/adapters/within-time.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('withinTime', () => {
  it('gives what the promise gives, and leaves no timer behind', async () => {
    await expect(withinTime(Promise.resolve(7), 1000)).resolves.toBe(7);

    expect(jest.getTimerCount()).toBe(0);
  });

  it('throws what the promise throws', async () => {
    await expect(withinTime(Promise.reject(new RangeError('other')), 1000)).rejects.toThrow(RangeError);
  });

  it('throws when the limit passes first, and ignores a later failure', async () => {
    const late = new Promise((_resolve, reject) => {
      setTimeout(() => reject(new Error('late')), 2000);
    });
    const waiting = withinTime(late, 1000).catch((error: unknown) => error);

    await jest.advanceTimersByTimeAsync(1000);

    expect(await waiting).toBeInstanceOf(TimeLimitPassed);
    await jest.advanceTimersByTimeAsync(2000);
  });

  it('lets a settled promise win with no time left', async () => {
    await expect(withinTime(Promise.resolve(7), -1)).resolves.toBe(7);
  });
});
