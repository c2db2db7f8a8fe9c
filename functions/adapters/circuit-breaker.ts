import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';

/** A service that failed several times in a row is left alone for a moment. */
export class CircuitOpen extends Error {
  constructor() {
    super('the circuit is open');
    this.name = 'CircuitOpen';
  }
}

/** Runs calls to one service while it works. */
export interface CircuitBreaker {
  /** @throws CircuitOpen at once where the service is left alone; else whatever the call throws */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/** When a circuit opens, and for how long. */
export interface CircuitBreakerOptions {
  /** Which failures say that the service is down; all others, such as a refusal, say that it works. */
  readonly isOutage: (error: Error) => boolean;
  /** How many in a row open the circuit; default 20: what a handful of bad numbers causes must not count as an outage. */
  readonly failures?: number;
  /** After how long one call, and one at a time, tries whether the service is back, in milliseconds; default 1000. */
  readonly probeAfterMs?: number;
}

/**
 * Creates the breaker of one service. While it is open, callers have their answer at once instead of waiting for a
 * time-out, and the service is not held down by those who wait for it.
 */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { isOutage, failures = 20, probeAfterMs = 1000 } = options;
  const policy = circuitBreaker(
    handleWhen((error) => error instanceof Error && isOutage(error)),
    {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: probeAfterMs,
    },
  );
  return {
    run: async (call) => {
      // The library lets others wait for the probe to end; we answer them.
      if (policy.state === CircuitState.HalfOpen) throw new CircuitOpen();
      try {
        return await policy.execute(call);
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw new CircuitOpen();
        throw error;
      }
    },
  };
}
