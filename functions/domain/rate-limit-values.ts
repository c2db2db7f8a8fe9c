import type { Carrier } from './carrier.ts';
import { clientNetwork } from './client-network.ts';
import type { PhoneNumber } from './phone-number.ts';

/** What a rate limit counts by. */
export const RATE_LIMIT_KINDS = [
  'ip_and_phone',
  'phone',
  'ip',
  'phone_prefix',
  'country',
  'carrier',
  'global',
] as const;

/** What a rate limit counts by. */
export type RateLimitKind = (typeof RATE_LIMIT_KINDS)[number];

/** A programmable rate limit of the Verify service. */
export interface RateLimit {
  /** Its unique name at Verify. */
  readonly name: string;
  readonly kind: RateLimitKind;
}

/** What is known of a send; null for what is not. */
export interface RateLimitSubject {
  readonly number: PhoneNumber | null;
  readonly clientIp: string | null;
  readonly carrier: Carrier | null;
}

const DIGITS_OF_A_BLOCK = 4;

/**
 * The values by which Verify counts a send, by the names of the limits. A kind whose data is absent is left out:
 * a value that stands for "unknown" would put strangers into one bucket.
 */
export function rateLimitValues(
  limits: readonly RateLimit[],
  subject: RateLimitSubject,
): Readonly<Record<string, string>> {
  const values = limits.map(({ name, kind }) => [name, valueOf(kind, subject)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== null)) as Record<string, string>;
}

function valueOf(kind: RateLimitKind, { number, clientIp, carrier }: RateLimitSubject): string | null {
  const ip = clientIp === null ? null : clientNetwork(clientIp);
  switch (kind) {
    case 'ip_and_phone':
      return number === null || ip === null ? null : `${number.e164}|${ip}`;
    case 'phone':
      return number?.e164 ?? null;
    case 'ip':
      return ip;
    case 'phone_prefix':
      return number?.e164.slice(0, -DIGITS_OF_A_BLOCK) ?? null;
    case 'country':
      return number?.country ?? null;
    case 'carrier':
      return networkOf(carrier);
    case 'global':
      return 'all';
  }
}

function networkOf(carrier: Carrier | null): string | null {
  const { mcc, mnc } = carrier ?? { mcc: null, mnc: null };
  return mcc === null || mnc === null ? null : `${mcc}-${mnc}`;
}
