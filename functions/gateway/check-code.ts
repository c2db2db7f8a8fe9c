import { Refusal } from '../domain/refusal.ts';

// What Verify takes for a code of ours.
const CODE = /^\d{4,10}$/;

/**
 * Gives a one-time code back as it is: 4 to 10 ASCII digits, kept as text because of leading zeros.
 *
 * @throws Refusal `code_not_found` for anything else
 */
export function checkCode(text: string): string {
  if (!CODE.test(text)) throw new Refusal('code_not_found');
  return text;
}
