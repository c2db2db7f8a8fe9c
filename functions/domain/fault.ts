/** What went wrong on our side or at a provider's, though the request was in order. */
export type FaultCode = 'internal' | 'misconfigured' | 'provider_error' | 'unavailable' | 'provider_timeout';

/** What may be known beside the code of a fault. */
export interface FaultDetails {
  /** For the developer; never logged whole, because vendor errors hold numbers and credentials. */
  readonly cause?: unknown;
  /** When to come back, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The error number of Twilio's answer, where there was one. */
  readonly twilioCode?: number | undefined;
}

/** A failure that is not the caller's. Callers read `code`, never `message`. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly retryAfterSeconds: number | undefined;
  readonly twilioCode: number | undefined;

  constructor(code: FaultCode, details: FaultDetails = {}) {
    super(code, { cause: details.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.twilioCode = details.twilioCode;
  }
}
