/** The time at the simulated Twilio: that of the machine, put forward. */
export interface SimulatedClock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /**
   * Puts the time forward.
   *
   * @throws RangeError when asked to go back
   */
  advance(ms: number): void;
  /** Back to the time of the machine. */
  clear(): void;
}

/** Starts a clock at the time of the machine. */
export function createSimulatedClock(): SimulatedClock {
  let aheadMs = 0;
  return {
    nowMs: () => Date.now() + aheadMs,
    advance: (ms) => {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError('the clock goes forward only');
      aheadMs += ms;
    },
    clear: () => {
      aheadMs = 0;
    },
  };
}
