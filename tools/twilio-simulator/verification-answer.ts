import { isoTime } from './iso-time.ts';
import type { NumberFacts } from './numbers.ts';
import type { Verification } from './verification-store.ts';

/** Where an answer about verifications belongs. */
export interface VerificationAnswerContext {
  readonly accountSid: string;
  readonly origin: string;
  /** What the answer says of the network: null without `LookupEnabled` and for e-mail. */
  readonly facts: NumberFacts | null;
}

/** A verification as Verify shows it. The code is in no answer. */
export function verificationAnswer(verification: Verification, context: VerificationAnswerContext): unknown {
  const { sid, serviceSid, to, channel, status, attempts, createdAtMs, updatedAtMs } = verification;
  return {
    sid,
    service_sid: serviceSid,
    account_sid: context.accountSid,
    to,
    channel,
    status,
    valid: status === 'approved',
    lookup: lookupOf(context.facts),
    amount: null,
    payee: null,
    sna: null,
    send_code_attempts: attempts.map((attempt) => ({
      time: isoTime(attempt.createdAtMs),
      channel: attempt.channel.toUpperCase(),
      attempt_sid: attempt.sid,
    })),
    date_created: isoTime(createdAtMs),
    date_updated: isoTime(updatedAtMs),
    url: `${context.origin}/v2/Services/${serviceSid}/Verifications/${sid}`,
  };
}

// Verify still speaks the language of Lookup v1: one word for all kinds of VoIP.
const V1_TYPES: ReadonlyMap<string, string> = new Map([
  ['mobile', 'mobile'],
  ['landline', 'landline'],
  ['fixedVoip', 'voip'],
  ['nonFixedVoip', 'voip'],
]);

function lookupOf(facts: NumberFacts | null): unknown {
  const network = facts?.network ?? null;
  if (network === null) return {};
  const { mcc, mnc, carrierName, lineType, errorCode } = network;
  return {
    carrier: {
      mobile_country_code: mcc,
      mobile_network_code: mnc,
      name: carrierName,
      type: V1_TYPES.get(lineType ?? '') ?? null,
      error_code: errorCode,
    },
  };
}
