/** A login that a code made succeed: feedback that Verify is waiting for. */
export interface Login {
  /** E.164 number or e-mail address. */
  readonly to: string;
  /** ISO 3166-1 alpha-2 of the number; null for an address, and for a calling code that belongs to no country. */
  readonly country: string | null;
  /**
   * Names the events that told of it, the same for each delivery of an event and for no other one; empty where the event
   * had neither a `log_id` nor a date.
   */
  readonly keys: readonly string[];
  /** From then on nobody asks for it again, in milliseconds of the epoch; null where no event said when it happened. */
  readonly freshUntilMs: number | null;
}
