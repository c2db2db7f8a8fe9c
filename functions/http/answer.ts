import { Fault, type FaultCode } from '../domain/fault.ts';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';

/** What goes out: written as it is. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a 200 says in its body; Auth0 reads the status alone. */
export type SuccessCode = 'sent' | 'duplicate' | 'suppressed' | 'processed';

/** Every way in which a request can fail. A new code does not compile until it has a status and a text. */
const FAILURES: Readonly<
  Record<RefusalCode | FaultCode, { readonly status: number; readonly title: string }>
> = {
  malformed_request: { status: 400, title: 'The request is malformed.' },
  invalid_recipient: { status: 400, title: 'The recipient cannot be reached.' },
  unauthenticated: { status: 401, title: 'The request is not authenticated.' },
  blocked: { status: 403, title: 'Sending to this recipient is not allowed.' },
  blocked_by_provider: { status: 403, title: 'The provider does not allow sending to this recipient.' },
  method_not_allowed: { status: 405, title: 'The method is not allowed.' },
  content_too_large: { status: 413, title: 'The body is too large.' },
  unsupported_encoding: { status: 415, title: 'A compressed body is not supported.' },
  code_not_found: { status: 422, title: 'The message holds no single one-time code.' },
  not_a_code: { status: 422, title: 'Messages of this type carry no one-time code.' },
  channel_not_possible: { status: 422, title: 'The recipient cannot be reached through this channel.' },
  rate_limited: { status: 429, title: 'Too many codes were sent.' },
  internal: { status: 500, title: 'Something went wrong.' },
  misconfigured: { status: 500, title: 'The service is misconfigured.' },
  provider_error: { status: 502, title: 'The provider failed.' },
  unavailable: { status: 503, title: 'The service is not available at the moment.' },
  provider_timeout: { status: 504, title: 'The provider took too long.' },
};

/** The answer to a request that succeeded: exactly 200, which is all that Auth0 takes for success. */
export function answerSuccess(code: SuccessCode, requestId: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, requestId }),
  };
}

/**
 * The answer to a request that failed, in fixed words: nothing of the request, of a provider's answer or of an error
 * goes out. Whatever is neither a `Refusal` nor a `Fault` is `internal`.
 */
export function answerFailure(error: unknown, requestId: string): Answer {
  const code = failureCodeOf(error);
  const { status, title } = FAILURES[code];
  const retryAfter = error instanceof Refusal || error instanceof Fault ? error.retryAfterSeconds : undefined;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }),
    },
    body: JSON.stringify({ type: 'about:blank', title, status, code, requestId }),
  };
}

/** The code under which an error is answered and logged. */
export function failureCodeOf(error: unknown): RefusalCode | FaultCode {
  return error instanceof Refusal || error instanceof Fault ? error.code : 'internal';
}
