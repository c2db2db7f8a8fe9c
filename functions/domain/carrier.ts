import type { LineType } from './line-type.ts';

/** Who serves a number and what kind of line it is, as Lookup said; null for what it did not say. */
export interface Carrier {
  /** Mobile country code: 3 digits. Not the country of the number: 234 serves GB, GG, IM and JE. */
  readonly mcc: string | null;
  /** Mobile network code: 1 to 3 digits, leading zeros as Lookup gave them. */
  readonly mnc: string | null;
  readonly name: string | null;
  readonly lineType: LineType | null;
}

const MCC = /^\d{3}$/;
const MNC = /^\d{1,3}$/;

/**
 * The name under which a network is found, with the MNC compared as a number: `234-1`, `234-01` and `234-001` are one.
 *
 * @returns null where MCC or MNC is missing or malformed; such a carrier matches no carrier rule
 */
export function carrierKey(mcc: string | null, mnc: string | null): string | null {
  if (mcc === null || mnc === null || !MCC.test(mcc) || !MNC.test(mnc)) return null;
  return `${mcc}-${Number(mnc)}`;
}

/**
 * Whether `UNKNOWN_CARRIER` decides about a carrier: MCC or MNC is null, or no usable line type was given (none, or
 * Twilio's own `unknown`).
 *
 * Twilio gives an MNC for mobile numbers only. So `UNKNOWN_CARRIER=deny` refuses not only mobiles that Lookup cannot
 * place (every Canadian number without NPAC approval) but every landline, VoIP, toll-free and personal number too;
 * only an `allow` rule for the full number, which spares it the Lookup, lets one of those through.
 */
export function isUnknownCarrier(carrier: Carrier): boolean {
  if (carrierKey(carrier.mcc, carrier.mnc) === null) return true;
  return carrier.lineType === null || carrier.lineType === 'unknown';
}
