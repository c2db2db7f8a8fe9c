import { turns } from './turns.ts';

/** Time that passes only when it is told to. */
export interface FakeTime {
  /** In milliseconds; serves as a monotonic clock and as one of the epoch. */
  readonly now: () => number;
  /** Ends when so much time has passed; rejects when the signal comes first. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** How many are waiting. */
  readonly waiting: () => number;
  /** Lets time pass, and everything run that then can run. */
  readonly pass: (ms: number) => Promise<void>;
}

interface Waiter {
  readonly until: number;
  readonly wake: () => void;
}

/** Starts a time of its own. */
export function createFakeTime(startMs = 0): FakeTime {
  let nowMs = startMs;
  const waiters = new Set<Waiter>();

  const wait = (ms: number, signal?: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiter: Waiter = { until: nowMs + ms, wake: () => resolve(undefined) };
    waiters.add(waiter);
    signal?.addEventListener('abort', () => {
      if (waiters.delete(waiter)) reject(new Error('aborted'));
    });
    return promise;
  };

  const pass = async (ms: number): Promise<void> => {
    const end = nowMs + ms;
    await turns();
    for (;;) {
      const next = [...waiters].sort((one, other) => one.until - other.until)[0];
      if (next === undefined || next.until > end) break;
      nowMs = Math.max(nowMs, next.until);
      waiters.delete(next);
      next.wake();
      await turns();
    }
    nowMs = end;
    await turns();
  };

  return { now: () => nowMs, wait, waiting: () => waiters.size, pass };
}
