import type { Attempt } from './attempt-store.ts';
import { isoTime } from './iso-time.ts';

/** Where an answer about attempts belongs. */
export interface AttemptAnswerContext {
  readonly accountSid: string;
  readonly origin: string;
  /** Time at the simulated Twilio, in milliseconds since 1970. */
  readonly now: number;
}

const PRICES: ReadonlyMap<string, string> = new Map([
  ['sms', '0.005'],
  ['call', '0.013'],
  ['whatsapp', '0.006'],
]);
const MESSAGE_STATES: ReadonlyMap<string, string> = new Map([
  ['sms', 'delivered'],
  ['call', 'completed'],
  ['whatsapp', 'read'],
]);

/** An attempt as the list shows it. */
export function attemptAnswer(attempt: Attempt, { accountSid, origin, now }: AttemptAnswerContext): unknown {
  const network = attempt.facts?.network ?? null;
  return {
    sid: attempt.sid,
    account_sid: accountSid,
    service_sid: attempt.serviceSid,
    verification_sid: attempt.verificationSid,
    date_created: isoTime(attempt.createdAtMs),
    date_updated: isoTime(attempt.updatedAtMs),
    conversion_status: attempt.isConverted ? 'converted' : 'unconverted',
    channel: attempt.channel,
    price: { value: PRICES.get(attempt.channel) ?? '0', currency: 'usd' },
    channel_data: {
      verification_sid: attempt.verificationSid,
      to: attempt.to,
      status: statusOf(attempt, now),
      message_status: MESSAGE_STATES.get(attempt.channel) ?? null,
      error_code: null,
      country: attempt.facts?.country ?? null,
      code_length: attempt.codeLength,
      locale: attempt.locale,
      mcc: network?.mcc ?? null,
      mnc: network?.mnc ?? null,
      carrier: network?.carrierName ?? null,
    },
    url: `${origin}/v2/Attempts/${attempt.sid}`,
  };
}

function statusOf({ isConverted, expiresAtMs }: Attempt, now: number): string {
  if (isConverted) return 'confirmed';
  return expiresAtMs <= now ? 'expired' : 'unconfirmed';
}
