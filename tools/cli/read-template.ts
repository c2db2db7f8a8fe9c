import { Refusal } from '../../functions/domain/refusal.ts';
import { readOneTimeCode, type CodeFormat } from '../../functions/gateway/one-time-code.ts';

const CODE_MACRO = /\{\{-?\s*(?:code|password)\s*-?\}\}|@@(?:code|password)@@/g;
const OTHER_MACROS: readonly (readonly [RegExp, string])[] = [
  [/\{\{-?\s*phone_number\s*-?\}\}|@@phone_number@@/g, '+447700900001'],
  [/\{\{-?\s*request_language\s*-?\}\}/g, 'en-US,en;q=0.9'],
  [/\{\{-?\s*application\.name\s*-?\}\}|@@application\.name@@/g, 'Acme 2'],
  [/\{\{[^}]{0,200}\}\}|@@[\w.]{1,100}@@/g, 'x'],
  // Whatever the conditions are, the text of each branch is there.
  [/\{%[^%]{0,500}%\}/g, ' '],
];
const DIGITS = '4829173650';
const RECIPIENT = ['447700900001', '7700900001'];

/** The template that is made for machines: what else it holds never hides the code. */
export const MACHINE_TEMPLATE = 'c={{ code }}\nl={{ request_language }}\na={{ application.name }}';

/**
 * Whether the gateway finds the code in what Auth0 would make of a template: filled in as Auth0 does, and read by the
 * gateway's own reader.
 *
 * @param codeLength - of Auth0's codes (`totp.length`)
 */
export function isTemplateReadable(template: string, codeLength: number, format: CodeFormat): boolean {
  const code = DIGITS.slice(0, codeLength);
  const filled = OTHER_MACROS.reduce(
    (text, [macro, value]) => text.replace(macro, () => value),
    template.replace(CODE_MACRO, () => code),
  );
  try {
    return readOneTimeCode(filled, RECIPIENT, format).code === code;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
