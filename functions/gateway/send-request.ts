import type { Channel } from '../domain/channel.ts';
import type { PhoneNumber } from '../domain/phone-number.ts';

/** Whom a code goes to. */
export type Recipient =
  | { readonly kind: 'phone'; readonly number: PhoneNumber }
  | { readonly kind: 'email'; readonly address: string };

/** A request to send a code, parsed and safe to act upon, whichever door it came through. */
export interface SendRequest {
  readonly recipient: Recipient;
  /** 4 to 10 ASCII digits, as text. */
  readonly code: string;
  /** What the caller asked for; null leaves the choice to the operator's settings. */
  readonly channel: Channel | null;
  /** `xx` or `xx-YY`, else null. */
  readonly locale: string | null;
  /** A valid IPv4 or IPv6 address, else null. */
  readonly clientIp: string | null;
  readonly app: string | null;
  readonly messageType: string | null;
  readonly door: 'legacy' | 'action';
}
