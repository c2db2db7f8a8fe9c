import { callingCodeOf } from './calling-code.ts';

const BULLETS = '\u2022'.repeat(6);
const NUMBER = /^\+(\d{7,15})$/;
const MAX_TEXT_LENGTH = 64;
const FEWEST_DIGITS_TO_SHOW_TWO_OF = 4;

/**
 * A number as logs may show it: its calling code, always six bullets, its last two digits (`+44••••••12`).
 *
 * Of text that is no number with a known calling code at most the last two digits are shown, behind the bullets.
 * Never throws.
 */
export function maskPhoneNumber(e164: string): string {
  const digits = NUMBER.exec(e164)?.[1];
  const callingCode = digits === undefined ? null : callingCodeOf(digits);
  if (digits !== undefined && callingCode !== null) return `+${callingCode}${BULLETS}${digits.slice(-2)}`;

  const digitsAtEnd = e164.slice(-MAX_TEXT_LENGTH).replace(/[^0-9]/g, '');
  return digitsAtEnd.length < FEWEST_DIGITS_TO_SHOW_TWO_OF ? BULLETS : BULLETS + digitsAtEnd.slice(-2);
}
