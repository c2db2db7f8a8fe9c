import { NUMBERS } from '../twilio-simulator/numbers.ts';
import { testNumber } from '../twilio-simulator/test-number.ts';
import type { Choices } from './live-state.ts';

/** Numbers of the simulator that show something. */
export const EXAMPLE_NUMBERS: Choices['numbers'] = [
  { number: NUMBERS.ordinary, meaning: 'mobile, O2 (234-10)' },
  { number: NUMBERS.manx, meaning: 'network 234-58, a sample rule' },
  { number: NUMBERS.relish, meaning: 'network 234-51, a sample rule' },
  { number: NUMBERS.landline, meaning: 'landline' },
  { number: NUMBERS.landlineForSms, meaning: 'Twilio refuses SMS (60205)' },
  { number: NUMBERS.premium, meaning: 'premium line, blocked as built in' },
  { number: NUMBERS.withoutCarrier, meaning: 'carrier unknown' },
  { number: NUMBERS.fraudGuard, meaning: 'Fraud Guard refuses (60410)' },
  { number: NUMBERS.geoPermissions, meaning: 'geo permissions refuse (60605)' },
  { number: NUMBERS.invalid, meaning: 'does not exist, says Lookup' },
  { number: NUMBERS.slowLookup, meaning: 'Lookup takes 300 ms' },
  { number: testNumber(703), meaning: 'Lookup fails' },
  { number: testNumber(629), meaning: 'Verify fails' },
  { number: 'someone@example.com', meaning: 'an e-mail address: channel email' },
];

/** What administrators write into the connection, and what they should not. */
export const TEMPLATES: Choices['templates'] = [
  { name: 'A sentence', text: 'Your verification code is: {{ code }}', isGood: true },
  { name: 'Lines for machines', text: 'c={{ code }}\nl=en\na=Shop', isGood: true },
  { name: 'With a link', text: '{{ code }} is your code. Help: https://example.com/4711', isGood: true },
  { name: 'Bad: two codes', text: 'Code {{ code }}, reference 123456', isGood: false },
  { name: 'Bad: no code', text: 'Welcome back!', isGood: false },
  { name: 'Bad: code within letters', text: 'Your code is AB{{ code }}', isGood: false },
];

/** Why the page has neither phone nor scenarios with Twilio itself. */
export const WHY_NOT_SIMULATED =
  'Twilio itself is in use (TWILIO_… are set in .env): messages reach real phones, so there is no phone to show here, and scenarios are off because nothing on this page sends real messages by one click.';
