/** Bounds how much is sent because something failed: a failure that an attacker causes must not open the gate. */
export interface FailOpenBudget {
  /** Takes one send out of the budget; false when there is none left. */
  spend(): boolean;
}

const WINDOW_MS = 60_000;

/**
 * Creates the budget of this instance.
 *
 * @param perMinute - sends within any 60 s; 0 allows none
 * @param nowMs - a monotonic clock in milliseconds
 */
export function createFailOpenBudget(
  perMinute: number,
  nowMs: () => number = () => performance.now(),
): FailOpenBudget {
  let spent: number[] = [];
  return {
    spend: () => {
      const now = nowMs();
      spent = spent.filter((at) => now - at < WINDOW_MS);
      if (spent.length >= perMinute) return false;
      spent.push(now);
      return true;
    },
  };
}
