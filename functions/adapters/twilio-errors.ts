import { Fault, type FaultCode } from '../domain/fault.ts';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import { HttpFailure } from './http-client.ts';
import { TwilioFailure } from './twilio-transport.ts';

type RefusalMeaning = Extract<
  RefusalCode,
  'invalid_recipient' | 'blocked_by_provider' | 'rate_limited' | 'channel_not_possible'
>;
type FaultMeaning = Extract<FaultCode, 'misconfigured' | 'provider_error' | 'provider_timeout'>;

const INVALID_PARAMETER = 60200;

/**
 * What Verify's error codes mean to us.
 *
 * @see https://www.twilio.com/docs/verify/api/error-codes
 */
const BY_CODE: ReadonlyMap<number, RefusalMeaning | FaultMeaning> = new Map([
  // Credential, service, account.
  [20003, 'misconfigured'],
  [20404, 'misconfigured'],
  [20429, 'rate_limited'],
  [20500, 'provider_error'],
  [20503, 'provider_error'],
  [25109, 'rate_limited'],
  // Too many checks, too many sends, too many at once.
  [60202, 'rate_limited'],
  [60203, 'rate_limited'],
  [60212, 'rate_limited'],
  // Custom codes are not enabled on the service.
  [60204, 'misconfigured'],
  // A landline, by SMS.
  [60205, 'channel_not_possible'],
  // Rate limits and buckets, as set up.
  [60207, 'misconfigured'],
  [60208, 'misconfigured'],
  [60209, 'misconfigured'],
  [60210, 'misconfigured'],
  [60211, 'misconfigured'],
  // Channels and templates, as set up.
  [60214, 'misconfigured'],
  [60217, 'misconfigured'],
  [60218, 'misconfigured'],
  [60219, 'misconfigured'],
  [60222, 'misconfigured'],
  [60223, 'misconfigured'],
  [60227, 'misconfigured'],
  [60242, 'misconfigured'],
  [60408, 'misconfigured'],
  [60603, 'misconfigured'],
  [60604, 'misconfigured'],
  [60735, 'misconfigured'],
  // The account's messaging limit, a forbidden word, Australia's registration: the operator must act.
  [60245, 'misconfigured'],
  [60248, 'misconfigured'],
  [60250, 'misconfigured'],
  // China's vetting and friendly name, Twilio's own block.
  [60220, 'blocked_by_provider'],
  [60226, 'blocked_by_provider'],
  [60238, 'blocked_by_provider'],
  // Fraud Guard, signup fraud, device intelligence, geo permissions.
  [60410, 'blocked_by_provider'],
  [60412, 'blocked_by_provider'],
  [60413, 'blocked_by_provider'],
  [60605, 'blocked_by_provider'],
]);

/**
 * What a failed start of a verification means to the one who asked for it: by Twilio's code, where that is unknown by
 * status, never by text.
 *
 * An unknown code with 401, 403 or any other 4xx is our misconfiguration: it raises the alarm, whereas a block would be
 * silent where the operator chose so.
 */
export function translateTwilioError(failure: TwilioFailure | HttpFailure): Refusal | Fault {
  if (failure instanceof HttpFailure) {
    return new Fault(failure.kind === 'unreachable' ? 'provider_error' : 'provider_timeout', {
      cause: failure,
    });
  }
  const details = {
    retryAfterSeconds: failure.retryAfterSeconds ?? undefined,
    twilioCode: failure.code ?? undefined,
  };
  const meaning = meaningOf(failure);
  switch (meaning) {
    case 'misconfigured':
    case 'provider_error':
    case 'provider_timeout':
      return new Fault(meaning, { ...details, cause: failure });
    case 'invalid_recipient':
    case 'blocked_by_provider':
    case 'rate_limited':
    case 'channel_not_possible':
      return new Refusal(meaning, details);
  }
}

function meaningOf({ status, code, parameter }: TwilioFailure): RefusalMeaning | FaultMeaning {
  if (code === INVALID_PARAMETER) return parameter === 'To' ? 'invalid_recipient' : 'misconfigured';
  const known = code === null ? undefined : BY_CODE.get(code);
  if (known !== undefined) return known;
  if (status === 429) return 'rate_limited';
  if (status === 408) return 'provider_timeout';
  return status >= 400 && status < 500 ? 'misconfigured' : 'provider_error';
}
