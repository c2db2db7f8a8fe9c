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

/**
 * Puts circuit breakers before Verify: one for starts, and one for cancelling, whose failures stop nothing and so must
 * not count against starts, as its successes must not count for them.
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
      if (starts.isOpen()) throw unavailable();
    },
    start: (verification, deadline) => runIn(starts, () => verifications.start(verification, deadline)),
    cancelPending: (to, deadline) => runIn(cancels, () => verifications.cancelPending(to, deadline)),
  };
}

async function runIn<T>(breaker: CircuitBreaker, call: () => Promise<T>): Promise<T> {
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
