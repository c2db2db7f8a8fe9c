/** The moment by which an answer must be given. Every step takes the smaller of its own limit and what is left. */
export interface Deadline {
  /** Milliseconds left; 0 once it has passed. */
  remainingMs(): number;
}

/**
 * Starts a deadline.
 *
 * @param totalMs - time from now, in milliseconds
 * @param nowMs - a monotonic clock in milliseconds
 */
export function createDeadline(totalMs: number, nowMs: () => number = () => performance.now()): Deadline {
  const endsAt = nowMs() + totalMs;
  return { remainingMs: () => Math.max(0, endsAt - nowMs()) };
}
