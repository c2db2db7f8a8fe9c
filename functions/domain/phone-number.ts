import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { mainCountryOf } from './calling-code.ts';

/** A number that could exist, in the one spelling under which rules, rate limits and Lookup know it. */
export interface PhoneNumber {
  /** `+` and at most 15 digits, without a national trunk prefix. */
  readonly e164: string;
  /**
   * ISO 3166-1 alpha-2, from the number itself; the main country of the calling code where the range is new or
   * reserved; null where the calling code belongs to no country (satellite, global and premium ranges).
   */
  readonly country: string | null;
  /** 1 to 3 digits, without `+`. */
  readonly callingCode: string;
}

const MAX_TEXT_LENGTH = 64;
const E164 = /^\+\d{1,15}$/;
// Each round takes at least one trunk digit away.
const MAX_ROUNDS = 15;

/**
 * Reads a number as callers write it: ASCII spaces, dots, dashes and parentheses are dropped, then it is `+` and at
 * most 15 ASCII digits, and libphonenumber must call it possible. Text of more than 64 characters is not looked at.
 *
 * Every spelling of one number gives the same `e164`: `+44 (0)7700 900123` and `+447700900123` are one number.
 *
 * @returns null for anything else, which the caller answers with `invalid_recipient`
 */
export function parsePhoneNumber(text: string): PhoneNumber | null {
  if (text.length > MAX_TEXT_LENGTH) return null;
  let spelling = text.replace(/[ .()-]/g, '');
  if (!E164.test(spelling)) return null;

  // libphonenumber takes one trunk prefix away and `+44007700…` has two: without going on until nothing changes, one
  // number would have several spellings, and each would have rate limits and rules of its own.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const parsed = parsePhoneNumberFromString(spelling, { extract: false });
    if (parsed?.isPossible() !== true) return null;
    if (parsed.number === spelling) {
      const callingCode = parsed.countryCallingCode;
      return { e164: spelling, country: parsed.country ?? mainCountryOf(callingCode), callingCode };
    }
    spelling = parsed.number;
  }
  return null;
}
