import { createDeadline, type Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { Approval, Approvals } from './ports.ts';
import { WAIT_IS_OVER, waitFor } from './wait-for.ts';

/** What the calls of one batch share. */
export interface BatchRun {
  readonly deadline: Deadline;
  /** Aborted once the batch is answered: from then on nothing is begun. */
  readonly over: AbortSignal;
  /** How often Twilio has refused our credential. */
  refusedCredentials: number;
  /** Whether Twilio has taken it for another login: a refusal then is about a recipient. */
  isCredentialGood: boolean;
}

/** How Verify is asked. */
export interface AskVerifyOptions {
  readonly approvals: Approvals;
  /** Calls at a time, over all batches of this instance. */
  readonly concurrency: number;
  /** Repetitions of a call that failed for now; default 3. */
  readonly maxRetries?: number;
  /** How long one call may take, in milliseconds; default 8000. */
  readonly callLimitMs?: number;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs?: () => number;
  /** At least 0, less than 1; default `Math.random`. */
  readonly random?: () => number;
  /** Waits that many milliseconds, and rejects when the signal comes first; default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Marks what is pending for a recipient as approved, at the price of some patience.
 *
 * @throws Fault or whatever the port throws, when no repetition could help in the time that is left
 */
export type AskVerify = (to: string, batch: BatchRun) => Promise<Approval>;

const CALL_LIMIT_MS = 8000;
const FIRST_PAUSE_MS = 200;
// A refused credential is refused for every login: asking more of them only makes noise at Twilio.
const MOST_REFUSED_CREDENTIALS = 3;

/**
 * Creates the asking: a call that failed for now is repeated after 100 to 300 ms, then after twice as long and so on, or
 * when Twilio asks for and up to 200 ms later, so that not all come back at once. Whoever waits holds no place.
 */
export function createAskVerify(options: AskVerifyOptions): AskVerify {
  const { maxRetries = 3, random = Math.random, wait = waitFor } = options;
  const limit = createConcurrencyLimit(options.concurrency);
  const askOnce = createAskOnce(options, wait);

  return async (to, batch) => {
    for (let retries = 0; ; retries += 1) {
      try {
        return await limit.run(() => askOnce(to, batch));
      } catch (error) {
        const pauseMs = retries < maxRetries ? pauseAfter(error, retries, random) : null;
        if (pauseMs === null || pauseMs >= batch.deadline.remainingMs() || batch.over.aborted) throw error;
        await wait(pauseMs, batch.over);
      }
    }
  };
}

function createAskOnce(options: AskVerifyOptions, wait: typeof waitFor): AskVerify {
  const { approvals, callLimitMs = CALL_LIMIT_MS, monotonicMs } = options;

  return async (to, batch) => {
    if (batch.over.aborted || batch.deadline.remainingMs() <= 0) throw new Fault('provider_timeout');
    if (batch.refusedCredentials >= MOST_REFUSED_CREDENTIALS && !batch.isCredentialGood) {
      throw new Fault('misconfigured');
    }
    const limit = createDeadline(Math.min(callLimitMs, batch.deadline.remainingMs()), monotonicMs);
    const ended = new AbortController();
    try {
      const call = approvals.approve(to, limit);
      // A call that never ends would keep its place from every batch to come.
      const timeout = wait(limit.remainingMs(), ended.signal).then(() => {
        throw new Fault('provider_timeout');
      });
      const approval = await Promise.race([call, timeout]);
      batch.isCredentialGood = true;
      return approval;
    } catch (error) {
      if (error instanceof Fault && error.code === 'misconfigured') batch.refusedCredentials += 1;
      throw error;
    } finally {
      ended.abort(WAIT_IS_OVER);
    }
  };
}

/** How long to wait before the next call, in milliseconds; null where none could help. */
function pauseAfter(error: unknown, retries: number, random: () => number): number | null {
  if (!(error instanceof Fault) || error.code === 'misconfigured' || error.code === 'internal') return null;
  if (error.retryAfterSeconds !== undefined) {
    return error.retryAfterSeconds * 1000 + random() * FIRST_PAUSE_MS;
  }
  return FIRST_PAUSE_MS * 2 ** retries * (0.5 + random());
}
