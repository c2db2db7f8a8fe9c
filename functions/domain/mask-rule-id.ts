import { maskPhoneNumber } from './mask-phone-number.ts';

const MAX_ID_LENGTH = 40;
// Firestore allows 1500 bytes; what comes after these is cut off anyway.
const MAX_TEXT_LENGTH = 200;
const ADDRESS_BEFORE_THE_AT = /[^\s@]+@/g;
// More than seven digits of any script, with what people write between them: `+44 (0)7700 900123` is a number too.
const LONG_NUMBER = /\+?\p{Nd}(?:[\s.,/_()\p{Pd}]*\p{Nd}){7,}/gu;

/**
 * A rule's id as logs may show it (design §10).
 *
 * A run of more than 7 digits is masked like a number (`+44••••••12`), and so is the name in an e-mail address; at most
 * 40 characters are shown. All other ids stay as they are. Never throws.
 */
export function maskRuleId(id: string): string {
  return id
    .slice(0, MAX_TEXT_LENGTH)
    .replace(ADDRESS_BEFORE_THE_AT, '\u2022\u2022\u2022@')
    .replace(LONG_NUMBER, (number) => maskPhoneNumber(number.replace(/[^+\d]/g, '')))
    .slice(0, MAX_ID_LENGTH);
}
