import { createDeadline, type Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import type { Verifications } from '../gateway/ports.ts';
import {
  CircuitOpen,
  createCircuitBreaker,
  type CircuitBreaker,
  type CircuitBreakerOptions,
} from './circuit-breaker.ts';
import { TimeLimitPassed, withinTime } from './within-time.ts';

/** What callers are told while Verify is left alone: come back in a second, nothing was sent. */
const RETRY_AFTER_SECONDS = 1;
// A start that tries whether Verify is back must not hold up, by the 8 s of any other, those who come after it.
const TRIAL_LIMIT_MS = 3000;
// With what surrounds it, whoever asks whether Verify answers is answered within a second.
const PATIENCE_MS = 750;
// An answer that came too late for the request that asked serves the next one, if that comes soon.
const ANSWER_COUNTS_FOR_MS = 5000;

/** How Verify is left alone, and how it is found to be back. */
export interface GuardOptions extends Omit<CircuitBreakerOptions, 'isOutage'> {
  /** Finds out whether Verify answers at all, without sending anything; ends by itself and never throws. */
  readonly isAnswering: () => Promise<boolean>;
  /** How long a request waits for that, in milliseconds; default 750. */
  readonly patienceMs?: number;
}

/**
 * Puts circuit breakers before Verify: one for starts, and one for cancelling, whose failures stop nothing and so must
 * not count against starts, as its successes must not count for them.
 *
 * While the circuit of starts is open, one request a second asks whether Verify answers, which sends nothing, and waits
 * three quarters of a second for that at most. If it does, that request is let in, and its start, which has 3 seconds,
 * decides whether the circuit closes. So nobody waits for a Verify that hangs.
 *
 * @throws Fault `unavailable` from a call while its circuit is open
 */
export function guardVerifications(verifications: Verifications, options: GuardOptions): Verifications {
  const starts = createCircuitBreaker({ ...options, isOutage });
  const cancels = createCircuitBreaker({ ...options, isOutage });
  const isBack = createQuestion(options);
  return {
    checkAvailable: async () => {
      const admitted = starts.admit();
      if (admitted === 'all' || (admitted === 'one' && (await isBack()))) return;
      throw unavailable();
    },
    start: (verification, deadline) =>
      runIn(starts, (isTrial) =>
        verifications.start(verification, isTrial ? noLongerThan(TRIAL_LIMIT_MS, deadline) : deadline),
      ),
    cancelPending: (to, deadline) => runIn(cancels, () => verifications.cancelPending(to, deadline)),
  };
}

/** Asks whether Verify answers, and waits no longer than a request may. */
function createQuestion({
  isAnswering,
  patienceMs = PATIENCE_MS,
  now = Date.now,
}: GuardOptions): () => Promise<boolean> {
  let answeredLateAt = -Infinity;
  return async () => {
    if (now() - answeredLateAt < ANSWER_COUNTS_FOR_MS) {
      answeredLateAt = -Infinity;
      return true;
    }
    const answer = isAnswering();
    try {
      return await withinTime(answer, patienceMs);
    } catch (error) {
      if (!(error instanceof TimeLimitPassed)) throw error;
      void answer.then((isBack) => {
        if (isBack) answeredLateAt = now();
      });
      return false;
    }
  };
}

function noLongerThan(limitMs: number, deadline: Deadline): Deadline {
  return createDeadline(Math.min(limitMs, deadline.remainingMs()));
}

async function runIn<T>(breaker: CircuitBreaker, call: (isTrial: boolean) => Promise<T>): Promise<T> {
  try {
    return await breaker.run(call);
  } catch (error) {
    throw error instanceof CircuitOpen ? unavailable() : error;
  }
}

function unavailable(): Fault {
  return new Fault('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function isOutage(error: unknown): boolean {
  return error instanceof Fault && (error.code === 'provider_error' || error.code === 'provider_timeout');
}
