/** Why a request is refused: everything that the caller did wrong or that a rule or a provider forbids. */
export type RefusalCode =
  | 'unauthenticated'
  | 'malformed_request'
  | 'invalid_recipient'
  | 'blocked'
  | 'blocked_by_provider'
  | 'method_not_allowed'
  | 'content_too_large'
  | 'unsupported_encoding'
  | 'code_not_found'
  | 'not_a_code'
  | 'channel_not_possible'
  | 'rate_limited';

/** What may be known beside the code of a refusal. */
export interface RefusalDetails {
  /** When to come back, where the one who refuses told us. */
  readonly retryAfterSeconds?: number | undefined;
  /** The error number of Twilio's answer, where Twilio refused. */
  readonly twilioCode?: number | undefined;
}

/** A request that is answered with "no". Callers read `code`, never `message`. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly retryAfterSeconds: number | undefined;
  readonly twilioCode: number | undefined;

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.twilioCode = details.twilioCode;
  }
}
