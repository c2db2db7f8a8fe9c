import type { Deadline } from '../domain/deadline.ts';
import { whileProgressing, type ProgressLimits } from './while-progressing.ts';
import { withinTime } from './within-time.ts';

/** A value and the moment at which its reading began. */
export interface Reading<T> {
  readonly value: T;
  /** By the clock of the options, in milliseconds. */
  readonly readAt: number;
}

/** What is held now. */
export interface HeldValue<T> {
  readonly value: T;
  readonly ageMs: number;
  /** The last attempt to read it again failed, or it is older than is served without waiting. */
  readonly isStale: boolean;
}

/** A value that is read again as it is used. */
export interface RefreshedValue<T> {
  /** Starts the first read without waiting for it; later callers join it. */
  warm(): void;
  /** The value as the ages of the options allow, else null. Never throws; waits no longer than the deadline. */
  current(deadline: Deadline): Promise<HeldValue<T> | null>;
}

/** All durations in milliseconds. */
export interface RefreshedValueOptions<T> {
  /** Tells of each step forward. Its failures are passed to `onFailure`. */
  readonly read: (onProgress: () => void) => Promise<Reading<T>>;
  /** Younger values are served as they are. */
  readonly freshMs: number;
  /** Values up to this age are served while they are read again; older ones wait for that. */
  readonly serveWhileReadingMs: number;
  /** When reading fails, values serve up to this age. */
  readonly maxStaleMs: number;
  /** How long after its start the very first read is waited for. */
  readonly firstWaitMs: number;
  /** How long after its start any other read is waited for. */
  readonly waitMs: number;
  /** When a read is given up; one that makes progress may go on for longer than anybody waits. */
  readonly attemptLimits: ProgressLimits;
  /** How long after a failure no new attempt is made. */
  readonly pauseAfter: (error: unknown) => number;
  /** Told of each failed attempt, with the age of what is held, null for nothing. */
  readonly onFailure: (error: unknown, ageMs: number | null) => void;
  readonly now: () => number;
}

interface Attempt {
  readonly pulse: Pulse;
  readonly waitMs: number;
  /** Whether it succeeded; never rejects. */
  readonly settled: Promise<boolean>;
}

/** By the clock of the options. */
interface Pulse {
  readonly startedAt: number;
  /** When it last made progress, or else was started. */
  progressedAt: number;
}

/** An attempt this much over a limit was frozen with its instance: its failure says nothing about the source. */
const FREEZE_MS = 1000;

/**
 * Keeps a value and reads it again when it is used and old, one read at a time.
 *
 * The clock may jump: an instance gets no CPU between requests, and clocks are set. A value from the future is due,
 * and an attempt that outlived its limits because the instance slept is replaced instead of counted as a failure.
 */
export function createRefreshedValue<T>(options: RefreshedValueOptions<T>): RefreshedValue<T> {
  const { freshMs, maxStaleMs, now } = options;
  const serveWhileReadingMs = Math.min(options.serveWhileReadingMs, Math.max(maxStaleMs, freshMs));
  let held: Reading<T> | null = null;

  const ageOf = (reading: Reading<T>): number => {
    const ageMs = now() - reading.readAt;
    return ageMs >= 0 ? ageMs : freshMs;
  };
  const attempts = createAttempts(options, {
    succeeded: (reading) => {
      held = reading;
    },
    failed: (error) => options.onFailure(error, held === null ? null : ageOf(held)),
  });
  const serve = (): HeldValue<T> | null => {
    if (held === null) return null;
    const ageMs = ageOf(held);
    if (ageMs >= freshMs && ageMs > maxStaleMs) return null;
    return { value: held.value, ageMs, isStale: attempts.isFailing() || ageMs > serveWhileReadingMs };
  };

  return {
    warm: () => {
      if (held === null) attempts.join();
    },
    current: async (deadline) => {
      if (held !== null && ageOf(held) < freshMs) return serve();
      const joined = attempts.join();
      if (joined === null || (held !== null && ageOf(held) <= serveWhileReadingMs)) return serve();
      const leftMs = Math.min(joined.pulse.startedAt + joined.waitMs - now(), deadline.remainingMs());
      const isRead = leftMs > 0 && (await withinTime(joined.settled, leftMs).catch(() => false));
      // What was waited for counts as fresh even where it took longer to read than values stay fresh.
      return isRead && held !== null ? { value: held.value, ageMs: ageOf(held), isStale: false } : serve();
    },
  };
}

/** One attempt at a time, and a pause after each failure. */
function createAttempts<T>(
  { read, attemptLimits, firstWaitMs, waitMs, pauseAfter, now }: RefreshedValueOptions<T>,
  outcome: { succeeded(reading: Reading<T>): void; failed(error: unknown): void },
) {
  let running: Attempt | null = null;
  let failure: { readonly at: number; readonly pauseMs: number } | null = null;
  let isFirst = true;

  const isFrozen = ({ startedAt, progressedAt }: Pulse): boolean =>
    now() - progressedAt > attemptLimits.silenceMs + FREEZE_MS ||
    now() - startedAt > attemptLimits.totalMs + FREEZE_MS;
  const isPausing = (): boolean => {
    const sinceMs = failure === null ? -1 : now() - failure.at;
    return failure !== null && sinceMs >= 0 && sinceMs < failure.pauseMs;
  };
  const run = async (pulse: Pulse, isCurrent: () => boolean): Promise<boolean> => {
    const readOn = (onProgress: () => void): Promise<Reading<T>> =>
      read(() => {
        pulse.progressedAt = now();
        onProgress();
      });
    try {
      // Begun in a microtask, so that `running` is set by then.
      const reading = await whileProgressing(readOn, attemptLimits);
      if (!isCurrent()) return false;
      failure = null;
      outcome.succeeded(reading);
      return true;
    } catch (error) {
      if (!isCurrent() || isFrozen(pulse)) return false;
      failure = { at: now(), pauseMs: pauseAfter(error) };
      outcome.failed(error);
      return false;
    } finally {
      if (isCurrent()) running = null;
    }
  };

  return {
    isFailing: (): boolean => failure !== null,
    /** The attempt that runs, or a new one; null while pausing. */
    join: (): Attempt | null => {
      if (running !== null && !isFrozen(running.pulse)) return running;
      if (isPausing()) return null;
      const startedAt = now();
      const pulse = { startedAt, progressedAt: startedAt };
      // A rejection that nobody awaits would end the instance, even one of the reporting.
      const settled = run(pulse, () => running === started).catch(() => false);
      const started: Attempt = { pulse, waitMs: isFirst ? firstWaitMs : waitMs, settled };
      isFirst = false;
      running = started;
      return started;
    },
  };
}
