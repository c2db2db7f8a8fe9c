import { callingCodeOf, mainCountryOf } from './calling-code.ts';
import { countryCodeMeantBy } from './country-code.ts';
import { LINE_TYPES, parseLineType } from './line-type.ts';
import { maskRuleId } from './mask-rule-id.ts';
import { parsePhoneNumber } from './phone-number.ts';
import type { RuleScope } from './rule.ts';

const BETWEEN_DIGITS = /[\s.,/_()*\p{Pd}]/gu;
const PREFIX = /^\+[1-9]\d{0,14}$/;
const NETWORK_SPELT_OTHERWISE = /^(\d{3})[\s.,/_\p{Pd}]+(\d{1,3})(?!\d)/u;
const WHOLE_MCC_SPELT_OTHERWISE = /^(\d{3})[\s.,/_\p{Pd}]*(?:\*|X+|ALL)$/u;
const LINE_TYPE_SPELT_OTHERWISE = /^(?:(?:LINE[\s_-]*)?TYPE)?[\s:=_-]*(\w+)$/;
const MOST_DIGITS_OF_A_NETWORK = 7;
// Nobody means anything by more, and some patterns take the square of the length.
const MOST_CHARACTERS = 100;

// MCCs whose networks have MNCs of 3 digits (all of them, or all but one of a hundred), by Wikipedia's list in the
// npm package mcc-mnc-list 1.1.11. Those that mix (405, 338, 348 …) are left out: a hint must not mislead.
const MCCS_WITH_MNCS_OF_3_DIGITS: ReadonlySet<string> = new Set(
  '302 310 311 312 313 314 315 316 330 334 342 344 346 352 354 356 358 360 365 366 376 708 722 732 750'.split(
    ' ',
  ),
);

/**
 * What to tell the operator whose id makes no rule.
 *
 * @param id - trimmed and upper-cased, not a good id
 * @returns one short text, numbers of more than 7 digits masked
 */
export function hintForBadRuleId(id: string): string {
  const start = id.slice(0, MOST_CHARACTERS);
  const hint = hintOfCountry(start) ?? hintOfDigits(start) ?? hintOfPrefix(start) ?? hintOfLineType(start);
  return `${maskRuleId(id)}: ${hint ?? 'neither +998 nor UZ nor 234-51 nor 234-* nor type:premium, and no mcc and mnc'}`;
}

/**
 * What to tell the operator whose id makes a rule that is perhaps not the one that was meant.
 *
 * @param id - as shown to the operator
 * @returns one short text, or null when there is nothing to say
 */
export function hintForGoodRuleId(id: string, scope: RuleScope): string | null {
  if (scope.kind === 'carrier' && scope.mnc.length === 2 && MCCS_WITH_MNCS_OF_3_DIGITS.has(scope.mcc)) {
    return `${maskRuleId(id)}: did you mean ${scope.mcc}-${scope.mnc}0`;
  }
  return scope.kind === 'prefix' ? hintOfTrunkPrefix(scope.prefix) : null;
}

/** Numbers are compared without their trunk prefix: `+440…` is the spelling of none. */
function hintOfTrunkPrefix(prefix: string): string | null {
  const callingCode = callingCodeOf(prefix.slice(1));
  // Parsing costs too much to be done for each of thousands of rules.
  if (callingCode === null || prefix.charAt(1 + callingCode.length) !== '0') return null;
  const number = parsePhoneNumber(prefix);
  if (number === null || number.e164 === prefix) return null;
  return `${maskRuleId(prefix)}: did you mean ${maskRuleId(number.e164)} (without the 0 after the calling code)`;
}

function hintOfCountry(id: string): string | null {
  const meant = countryCodeMeantBy(id);
  if (meant !== null) return `did you mean ${meant}`;
  return /^[A-Z]{2}$/.test(id) ? 'no phone number is of this country (ISO 3166-1 alpha-2)' : null;
}

function hintOfDigits(id: string): string | null {
  const digits = id.replace(/\D/g, '');
  const wholeMcc = WHOLE_MCC_SPELT_OTHERWISE.exec(id)?.[1];
  if (wholeMcc !== undefined) return `did you mean ${wholeMcc}-*`;
  const [, mcc, mnc] = NETWORK_SPELT_OTHERWISE.exec(id) ?? [];
  if (mcc !== undefined && mnc !== undefined && digits.length <= MOST_DIGITS_OF_A_NETWORK) {
    return `did you mean ${mcc}-${mnc}`;
  }
  if (/^\d{3}$/.test(id)) return hintOfThreeDigits(id);
  const number = id.replace(BETWEEN_DIGITS, '').replace(/^00/, '');
  if (!/^[1-9]\d{0,14}$/.test(number)) return null;
  return `did you mean ${maskRuleId(`+${number}`)}${countryNamedBy(number) || ' (with + in front)'}`;
}

function hintOfThreeDigits(digits: string): string {
  const networks = `did you mean ${digits}-* (networks of MCC ${digits})`;
  return callingCodeOf(digits) === digits ? `${networks} or +${digits}${countryNamedBy(digits)}` : networks;
}

/** The name of the country in parentheses, where the digits are exactly a calling code. */
function countryNamedBy(digits: string): string {
  if (callingCodeOf(digits) !== digits) return '';
  const country = mainCountryOf(digits);
  if (country === null) return ' (no country)';
  return ` (${new Intl.DisplayNames(['en'], { type: 'region' }).of(country) ?? country})`;
}

function hintOfPrefix(id: string): string | null {
  if (!id.startsWith('+')) return null;
  const cleaned = id.replace(BETWEEN_DIGITS, '');
  if (PREFIX.test(cleaned)) return `did you mean ${maskRuleId(cleaned)} (nothing but + and digits)`;
  if (cleaned.startsWith('+0'))
    return 'no number starts with +0: a prefix starts with a calling code, such as +44';
  return 'a prefix is + and 1 to 15 digits';
}

function hintOfLineType(id: string): string | null {
  const lineType = parseLineType(LINE_TYPE_SPELT_OTHERWISE.exec(id)?.[1]);
  if (lineType !== null) return `did you mean type:${lineType}`;
  return id.startsWith('TYPE:') ? `the line types are ${LINE_TYPES.join(', ')}` : null;
}
