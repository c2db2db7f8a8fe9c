import { randomInt } from 'node:crypto';
import { testNumber } from '../../twilio-simulator/test-number.ts';

/** An ordinary mobile number of the test range; seldom the same twice, so that scenarios meet no limit of each other. */
export function pickNumber(): string {
  return testNumber(2 + randomInt(98));
}
