import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';

/** A service that failed several times in a row is left alone for a moment. */
export class CircuitOpen extends Error {
  constructor() {
    super('the circuit is open');
    this.name = 'CircuitOpen';
  }
}

/** Runs calls to one service while it works. */
export interface CircuitBreaker {
  /**
   * @param call - told whether it is the one whose end decides if the service is back
   * @throws CircuitOpen at once where the service is left alone; else whatever the call throws
   */
  run<T>(call: (isTrial: boolean) => Promise<T>): Promise<T>;
  /** Whether `run` would now throw CircuitOpen. */
  isOpen(): boolean;
  /** Whether what leads to a call, and may take long or cost something, is worth beginning. */
  admit(): Admission;
}

/**
 * - `all`: the service works
 * - `one`: it is left alone, and whoever was told this may try whether it is back: one caller per `trialAfterMs`
 * - `none`: it is left alone
 */
export type Admission = 'all' | 'one' | 'none';

/** When a circuit opens, and for how long. */
export interface CircuitBreakerOptions {
  /** Which failures say that the service is down; all others, such as a refusal, say that it works. */
  readonly isOutage: (error: unknown) => boolean;
  /** How many in a row open the circuit; default 20: what a handful of bad numbers causes must not count as an outage. */
  readonly failures?: number;
  /** After how long one call, and one at a time, tries whether the service is back, in milliseconds; default 1000. */
  readonly trialAfterMs?: number;
  /** A clock in milliseconds; default `Date.now`, which is the library's. */
  readonly now?: () => number;
}

type Ended<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Creates the breaker of one service. While it is open, callers have their answer at once instead of waiting for a
 * time-out, and the service is not held down by those who wait for it.
 */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { isOutage, failures = 20, trialAfterMs = 1000, now = Date.now } = options;
  const policy = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: trialAfterMs,
  });
  let openedAt = 0;
  let admittedAt = 0;
  policy.onBreak(() => (openedAt = now()));

  // The library counts a failure that it does not handle neither way; a refusal is a sign of life, so it is no failure.
  const runToItsEnd = async <T>(call: () => Promise<T>): Promise<Ended<T>> => {
    try {
      return { value: await call() };
    } catch (error) {
      if (isOutage(error)) throw error;
      return { error };
    }
  };
  // While one call tries, the library lets the others wait for its end; we answer them.
  const isOpen = (): boolean => {
    if (policy.state === CircuitState.HalfOpen) return true;
    return policy.state === CircuitState.Open && now() - openedAt < trialAfterMs;
  };

  return {
    isOpen,
    admit: () => {
      if (policy.state === CircuitState.Closed) return 'all';
      if (isOpen() || now() - admittedAt < trialAfterMs) return 'none';
      admittedAt = now();
      return 'one';
    },
    run: async (call) => {
      if (isOpen()) throw new CircuitOpen();
      const isTrial = policy.state !== CircuitState.Closed;
      const ended = await execute(() => policy.execute(() => runToItsEnd(() => call(isTrial))));
      if ('error' in ended) throw ended.error;
      return ended.value;
    },
  };
}

async function execute<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof BrokenCircuitError) throw new CircuitOpen();
    throw error;
  }
}
