import { Fault } from '../domain/fault.ts';
import type { Verifications } from '../gateway/ports.ts';
import { CircuitOpen, createCircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.ts';

/** What callers are told while Verify is left alone: come back in a second, nothing was sent. */
const RETRY_AFTER_SECONDS = 1;

/**
 * Puts a circuit breaker before Verify, one for all that it is asked. The end of what is pending comes before each start,
 * so it is that, which may be repeated, and not a start, which may not, that tries whether Verify is back.
 *
 * @throws Fault `unavailable` from both calls while the circuit is open
 */
export function guardVerifications(
  verifications: Verifications,
  options: Omit<CircuitBreakerOptions, 'isOutage'> = {},
): Verifications {
  const breaker = createCircuitBreaker({ ...options, isOutage });
  const run = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await breaker.run(call);
    } catch (error) {
      if (!(error instanceof CircuitOpen)) throw error;
      throw new Fault('unavailable', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
  };
  return {
    start: (verification, deadline) => run(() => verifications.start(verification, deadline)),
    cancelPending: (to, deadline) => run(() => verifications.cancelPending(to, deadline)),
  };
}

function isOutage(error: Error): boolean {
  return error instanceof Fault && (error.code === 'provider_error' || error.code === 'provider_timeout');
}
