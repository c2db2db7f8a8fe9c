import type { Attempt } from '../../../functions/watch/find-idle-networks.ts';

/** What a run of attempts has in common. */
export interface AttemptsMaking {
  /** The number without its last three digits; default `+447700900`. */
  readonly range?: string;
  readonly country?: string | null;
  /** `234-51`; null for a network that Twilio did not name. */
  readonly network?: string | null;
  /** How many of them convert, the first ones; default none. */
  readonly logins?: number;
  /** The first one's last three digits; default 0. */
  readonly from?: number;
  readonly price?: Attempt['price'];
}

/** One send to each of so many numbers in a row. */
export function someAttempts(count: number, making: AttemptsMaking = {}): readonly Attempt[] {
  const { range = '+447700900', country = 'GB', network = '234-51', logins = 0, from = 0 } = making;
  const [mcc = null, mnc = null] = network?.split('-') ?? [];
  return Array.from({ length: count }, (_, index) => ({
    to: range + String(from + index).padStart(3, '0'),
    country,
    mcc,
    mnc,
    isConverted: index < logins,
    price: making.price ?? null,
  }));
}

/** So many sends elsewhere, of which so many in a hundred convert: by default enough to show that feedback works. */
export function theRest(count = 100, percent = 80): readonly Attempt[] {
  return Array.from({ length: count }, (_, index) => ({
    to: `+1${String(200 + (index % 700))}555010${index % 10}`,
    country: 'US',
    mcc: '310',
    mnc: '260',
    isConverted: (index * percent) % 100 < percent,
    price: null,
  }));
}
