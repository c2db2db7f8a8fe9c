import { createDeadline, type Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import type { Verifications } from '../gateway/ports.ts';
import {
  CircuitOpen,
  createCircuitBreaker,
  type CircuitBreaker,
  type CircuitBreakerOptions,
} from './circuit-breaker.ts';

/** What callers are told while Verify is left alone: come back in a second, nothing was sent. */
const RETRY_AFTER_SECONDS = 1;
// A start that tries whether Verify is back must not hold up, by the 8 s of any other, those who come after it.
const PROBE_LIMIT_MS = 3000;

/**
 * Puts circuit breakers before Verify: one for starts, and one for cancelling, whose failures stop nothing and so must
 * not count against starts, as its successes must not count for them.
 *
 * While the circuit of starts is open, one request a second is let in to try, and its start has 3 seconds.
 *
 * @throws Fault `unavailable` from a call, at once, while its circuit is open
 */
export function guardVerifications(
  verifications: Verifications,
  options: Omit<CircuitBreakerOptions, 'isOutage'> = {},
): Verifications {
  const starts = createCircuitBreaker({ ...options, isOutage });
  const cancels = createCircuitBreaker({ ...options, isOutage });
  return {
    checkAvailable: () => {
      if (!starts.admits()) throw unavailable();
    },
    start: (verification, deadline) =>
      runIn(starts, (isProbe) =>
        verifications.start(verification, isProbe ? noLongerThan(PROBE_LIMIT_MS, deadline) : deadline),
      ),
    cancelPending: (to, deadline) => runIn(cancels, () => verifications.cancelPending(to, deadline)),
  };
}

function noLongerThan(limitMs: number, deadline: Deadline): Deadline {
  return createDeadline(Math.min(limitMs, deadline.remainingMs()));
}

async function runIn<T>(breaker: CircuitBreaker, call: (isProbe: boolean) => Promise<T>): Promise<T> {
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
