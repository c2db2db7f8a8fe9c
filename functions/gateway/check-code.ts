import { Refusal } from '../domain/refusal.ts';

// What Verify takes for a code of ours.
const CODE = /^\d{4,10}$/;

/** Whether a text is a one-time code that Verify takes: 4 to 10 ASCII digits. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}

/**
 * Gives a one-time code back as it is: 4 to 10 ASCII digits, kept as text because of leading zeros.
 *
 * @throws Refusal `code_not_found` for anything else
 */
export function checkCode(text: string): string {
  if (!isCode(text)) throw new Refusal('code_not_found');
  return text;
}
