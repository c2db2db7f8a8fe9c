import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createRefreshedValue,
  type Reading,
  type RefreshedValueOptions,
} from '../../functions/adapters/refreshed-value.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';

const START = Date.parse('2031-01-01T00:00:00Z');

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});
afterEach(() => {
  jest.useRealTimers();
});

/** How the source answers a read: after some time, with steps forward until then, or never. */
type Answer =
  | { readonly afterMs: number; readonly fails?: boolean; readonly stepsAtMs?: readonly number[] }
  | 'never'
  | 'throws';

/** Every two seconds, for a minute. */
const STEPS = Array.from({ length: 30 }, (_value, index) => (index + 1) * 2000);

function aValue(overrides: Partial<RefreshedValueOptions<number>> = {}) {
  const source = { answer: { afterMs: 0 } as Answer, reads: 0 };
  const failures: { error: unknown; ageMs: number | null }[] = [];
  const read = (onProgress: () => void): Promise<Reading<number>> => {
    source.reads += 1;
    const { answer, reads } = source;
    const readAt = Date.now();
    if (answer === 'throws') throw new Error('at once');
    if (answer === 'never') return new Promise(() => undefined);
    const { afterMs, fails = false, stepsAtMs = [] } = answer;
    for (const ms of stepsAtMs) setTimeout(onProgress, ms);
    return new Promise((resolve, reject) => {
      setTimeout(
        () => (fails ? reject(new Error(`read ${reads}`)) : resolve({ value: reads, readAt })),
        afterMs,
      );
    });
  };
  const value = createRefreshedValue<number>({
    read,
    freshMs: 60_000,
    serveWhileReadingMs: 300_000,
    maxStaleMs: 3_600_000,
    firstWaitMs: 6000,
    waitMs: 1500,
    attemptLimits: { silenceMs: 6000, totalMs: 30_000 },
    pauseAfter: () => 5000,
    onFailure: (error, ageMs) => failures.push({ error, ageMs }),
    now: Date.now,
    ...overrides,
  });
  /** Asks, lets time pass until the answer is there, and says how long that took. */
  const ask = async (deadlineMs = 15_000) => {
    const startedAt = Date.now();
    const waited: number[] = [];
    const asked = value.current(createDeadline(deadlineMs)).finally(() => {
      waited.push(Date.now() - startedAt);
    });
    for (let step = 0; step < 1000 && waited.length === 0; step += 1) {
      await jest.advanceTimersByTimeAsync(step === 0 ? 0 : 10);
    }
    const held = await asked;
    return { held, waitedMs: waited[0] };
  };
  /** Reads it once and lets it grow old. */
  const aged = async (ageMs: number): Promise<void> => {
    source.answer = { afterMs: 0 };
    await ask();
    await jest.advanceTimersByTimeAsync(ageMs - (Date.now() - START));
  };
  return { value, source, failures, ask, aged };
}

describe('a value that was read', () => {
  it.each([
    ['1 s', 1000],
    ['just under the time it stays fresh', 59_990],
  ])('is served as it is at an age of %s', async (_name, ageMs) => {
    const { source, ask, aged } = aValue();
    await aged(ageMs);

    const { held } = await ask();

    expect(held).toMatchObject({ value: 1, isStale: false });
    expect(source.reads).toBe(1);
  });

  it.each([
    ['the time it stays fresh', 60_000],
    ['five times that', 300_000],
  ])('is served without waiting while it is read again, at an age of %s', async (_name, ageMs) => {
    const { value, source, ask, aged } = aValue();
    await aged(ageMs);
    source.answer = { afterMs: 100 };

    await expect(value.current(createDeadline(15_000))).resolves.toEqual({ value: 1, ageMs, isStale: false });

    await jest.advanceTimersByTimeAsync(100);
    expect((await ask()).held).toMatchObject({ value: 2, isStale: false });
    expect(source.reads).toBe(2);
  });

  it('is waited for when it is older than that', async () => {
    const { source, ask, aged } = aValue();
    await aged(300_001);
    source.answer = { afterMs: 1400 };

    const { held, waitedMs } = await ask();

    expect(held).toMatchObject({ value: 2, isStale: false });
    expect(waitedMs).toBe(1400);
  });

  it('is served stale when waiting takes too long, and the read goes on beside', async () => {
    const { source, ask, aged } = aValue();
    await aged(300_001);
    source.answer = { afterMs: 4000 };

    const first = await ask();
    const second = await ask();
    await jest.advanceTimersByTimeAsync(3000);

    expect(first.held).toMatchObject({ value: 1, isStale: true });
    expect(first.waitedMs).toBe(1500);
    expect(second.held).toMatchObject({ value: 1, isStale: true });
    expect(second.waitedMs).toBe(0);
    expect((await ask()).held).toMatchObject({ value: 2, isStale: false });
    expect(source.reads).toBe(2);
  });

  it('is never waited for beyond the deadline', async () => {
    const { source, ask, aged } = aValue();
    await aged(300_001);
    source.answer = 'never';

    expect((await ask(400)).waitedMs).toBe(400);
    expect((await ask(0)).waitedMs).toBe(0);
  });

  it.each([
    ['an hour', 3_599_000, 1],
    ['more than the longest that a stale one serves', 3_601_000, null],
  ])('serves while it cannot be read, at an age of %s', async (_name, ageMs, expected) => {
    const { source, ask, aged } = aValue();
    await aged(ageMs);
    source.answer = { afterMs: 0, fails: true };

    const { held } = await ask();

    expect(held === null ? null : held.value).toBe(expected);
    expect(held === null || held.isStale).toBe(true);
  });

  it('is stale from a failed read until the next good one', async () => {
    const { source, failures, ask, aged } = aValue();
    await aged(60_000);
    source.answer = { afterMs: 0, fails: true };
    await ask();
    await jest.advanceTimersByTimeAsync(10);

    expect((await ask()).held).toMatchObject({ value: 1, isStale: true });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.ageMs).toBe(60_000);

    source.answer = { afterMs: 0 };
    await jest.advanceTimersByTimeAsync(5000);
    await ask();
    await jest.advanceTimersByTimeAsync(10);

    expect((await ask()).held).toMatchObject({ value: 3, isStale: false });
  });

  it('is read at most once within the pause after a failure', async () => {
    const { source, ask, aged } = aValue();
    await aged(300_001);
    source.answer = { afterMs: 0, fails: true };
    await ask();

    for (let second = 0; second < 4; second += 1) {
      await jest.advanceTimersByTimeAsync(1000);
      expect((await ask()).waitedMs).toBe(0);
    }
    expect(source.reads).toBe(2);

    await jest.advanceTimersByTimeAsync(1000);
    await ask();
    expect(source.reads).toBe(3);
  });

  it('is due when the clock was set back', async () => {
    const { source, ask, aged } = aValue();
    await aged(1000);
    jest.setSystemTime(START - 3_600_000);

    expect((await ask()).held).toMatchObject({ value: 1, isStale: false });
    await jest.advanceTimersByTimeAsync(10);

    expect((await ask()).held).toMatchObject({ value: 2, isStale: false });
    expect(source.reads).toBe(2);
  });

  it('is fresh when it took longer to read than it stays fresh', async () => {
    const { source, ask } = aValue({ freshMs: 0, serveWhileReadingMs: 0, maxStaleMs: 0 });
    source.answer = { afterMs: 500 };

    expect((await ask()).held).toMatchObject({ value: 1, isStale: false });
    expect((await ask()).held).toMatchObject({ value: 2, isStale: false });
  });
});

describe('a value that was never read', () => {
  it('is waited for longer than later ones', async () => {
    const { source, ask } = aValue();
    source.answer = { afterMs: 5900 };

    const { held, waitedMs } = await ask();

    expect(held).toMatchObject({ value: 1, isStale: false });
    expect(waitedMs).toBe(5900);
  });

  it('is missing when the first read takes even longer, and later reads are waited for less', async () => {
    const { source, failures, ask } = aValue();
    source.answer = 'never';

    const first = await ask();
    const pausing = await ask();
    await jest.advanceTimersByTimeAsync(5000);
    const second = await ask();

    expect(first).toEqual({ held: null, waitedMs: 6000 });
    expect(pausing.held).toBeNull();
    expect(pausing.waitedMs).toBe(0);
    expect(second).toEqual({ held: null, waitedMs: 1500 });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.ageMs).toBeNull();
  });

  it('is missing at once when the source is down', async () => {
    const { source, ask } = aValue();
    source.answer = 'throws';

    const { held, waitedMs } = await ask();

    expect(held).toBeNull();
    expect(waitedMs).toBe(0);
  });

  it('is read when it is warmed, and callers join that read', async () => {
    const { value, source, ask } = aValue();
    source.answer = { afterMs: 5500 };
    value.warm();
    value.warm();
    await jest.advanceTimersByTimeAsync(5000);

    const { held, waitedMs } = await ask();
    value.warm();

    expect(held).toMatchObject({ value: 1 });
    expect(waitedMs).toBe(500);
    expect(source.reads).toBe(1);
  });

  it('ends no instance when the warming fails and nobody waits', async () => {
    const { value, source, failures } = aValue({
      pauseAfter: () => {
        throw new Error('a fault of ours');
      },
    });
    source.answer = { afterMs: 10, fails: true };

    value.warm();
    await jest.advanceTimersByTimeAsync(100);

    expect(failures).toHaveLength(0);
  });
});

describe('a read that makes progress', () => {
  it('goes on for longer than anybody waits, and brings the value', async () => {
    const { source, failures, ask } = aValue();
    source.answer = { afterMs: 20_000, stepsAtMs: STEPS };

    expect(await ask()).toEqual({ held: null, waitedMs: 6000 });
    await jest.advanceTimersByTimeAsync(1000);
    expect(await ask()).toEqual({ held: null, waitedMs: 0 });
    await jest.advanceTimersByTimeAsync(13_000);

    expect(await ask()).toMatchObject({ held: { value: 1, isStale: false }, waitedMs: 0 });
    expect(source.reads).toBe(1);
    expect(failures).toHaveLength(0);
  });

  it('is waited for no longer than any other where there is an old value', async () => {
    const { source, ask, aged } = aValue();
    await aged(300_001);
    source.answer = { afterMs: 20_000, stepsAtMs: STEPS };

    expect(await ask()).toMatchObject({ held: { value: 1, isStale: true }, waitedMs: 1500 });
    await jest.advanceTimersByTimeAsync(5000);
    expect(await ask()).toMatchObject({ held: { value: 1, isStale: true }, waitedMs: 0 });
  });

  it.each([
    ['it falls silent', [5000, 10_000], 16_000],
    ['it takes too long in all', STEPS, 30_000],
  ])('is given up when %s', async (_name, stepsAtMs, afterMs) => {
    const { value, source, failures } = aValue();
    source.answer = { afterMs: 60_000, stepsAtMs };
    value.warm();

    await jest.advanceTimersByTimeAsync(afterMs - 1);
    expect(failures).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(failures).toHaveLength(1);
  });
});

describe('one hundred callers', () => {
  it.each([
    ['of nothing yet', 0],
    ['of an old value', 400_000],
  ])('%s share one read', async (_name, ageMs) => {
    const { value, source, aged } = aValue();
    if (ageMs > 0) await aged(ageMs);
    const readsBefore = source.reads;
    source.answer = { afterMs: 200 };

    const asked = Promise.all(Array.from({ length: 100 }, () => value.current(createDeadline(15_000))));
    await jest.advanceTimersByTimeAsync(200);
    const held = await asked;

    expect(new Set(held.map((one) => one?.value))).toEqual(new Set([readsBefore + 1]));
    expect(source.reads).toBe(readsBefore + 1);
  });

  it('a second for an hour cause no more than one read per minute', async () => {
    const { value, source } = aValue();
    source.answer = { afterMs: 100 };

    for (let tick = 0; tick < 3600 * 4; tick += 1) {
      void value.current(createDeadline(15_000));
      await jest.advanceTimersByTimeAsync(250);
    }

    expect(source.reads).toBeLessThanOrEqual(60);
  });
});

describe('an instance that got no CPU during a read', () => {
  it('starts another read instead of counting a failure', async () => {
    const { value, source, failures, ask, aged } = aValue();
    await aged(60_000);
    source.answer = 'never';
    await value.current(createDeadline(15_000));
    // The clock goes on, the timers do not.
    jest.setSystemTime(Date.now() + 600_000);
    source.answer = { afterMs: 50 };

    const { held } = await ask();
    await jest.advanceTimersByTimeAsync(10_000);

    expect(held).toMatchObject({ value: 3, isStale: false });
    expect(failures).toHaveLength(0);
  });

  it.each([
    ['starts another read after a sleep that is longer than a read may be silent', 10_000, 2],
    ['goes on with its read after a shorter one', 5000, 1],
  ])('%s', async (_name, sleptMs, reads) => {
    const { value, source, ask } = aValue();
    source.answer = { afterMs: 20_000, stepsAtMs: [2000, 4000] };
    value.warm();
    await jest.advanceTimersByTimeAsync(4000);
    jest.setSystemTime(Date.now() + sleptMs);
    source.answer = { afterMs: 50 };

    await ask();

    expect(source.reads).toBe(reads);
  });

  it('does not count a silence in which it slept itself', async () => {
    const { value, source, failures } = aValue();
    source.answer = { afterMs: 20_000, stepsAtMs: [2000, 4000] };
    value.warm();
    await jest.advanceTimersByTimeAsync(4000);
    jest.setSystemTime(Date.now() + 10_000);
    await jest.advanceTimersByTimeAsync(6000);

    expect(failures).toHaveLength(0);
  });

  it('does not count a limit that passed meanwhile', async () => {
    const { value, source, failures, ask, aged } = aValue();
    await aged(60_000);
    source.answer = 'never';
    await value.current(createDeadline(15_000));
    jest.setSystemTime(Date.now() + 600_000);
    await jest.advanceTimersByTimeAsync(6000);
    source.answer = { afterMs: 50 };

    expect(failures).toHaveLength(0);
    expect((await ask()).held).toMatchObject({ value: 3, isStale: false });
  });
});
