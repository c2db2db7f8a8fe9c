import { createHash } from 'node:crypto';

/** Something that must not be found in what a function writes. */
export interface Canary {
  readonly name: string;
  readonly text: string;
  /**
   * - `digits`: a code or a number, looked for in any grouping as well; a number (it begins with `+`) also by its
   *   unsalted hashes
   * - `text`: looked for as it is and in every encoding
   */
  readonly kind: 'digits' | 'text';
}

const HASHES = ['md5', 'sha1', 'sha256', 'sha512'] as const;
const SEPARATORS = /[ \t\u00a0\u202f().,/_-]+/g;

/**
 * Looks for canaries in an output: as they are, without separators, percent-encoded, escaped as in JSON, in base64 and
 * base64url wherever in a longer text they may stand, in hexadecimal, and numbers by their unsalted hashes.
 *
 * @returns what was found: the names of canaries, and of the form
 */
export function findCanaries(output: string, canaries: readonly Canary[]): readonly string[] {
  const lowerCase = output.toLowerCase();
  const joined = output.replace(SEPARATORS, '');
  return canaries.flatMap(({ name, text, kind }) => {
    const found = formsOf(text)
      .filter(([, form]) => output.includes(form) || lowerCase.includes(form))
      .map(([form]) => form);
    const digits = text.replace(/\D/g, '');
    if (kind === 'digits') {
      if (joined.includes(digits)) found.push('without separators');
      if (digits.length > 10 && joined.includes(digits.slice(-10))) found.push('its last ten digits');
      if (text.startsWith('+')) found.push(...hashesIn(output, lowerCase, [text, digits]));
    }
    return [...new Set(found)].map((form) => `${name}: ${form}`);
  });
}

function formsOf(text: string): readonly (readonly [name: string, form: string])[] {
  return [
    ['as it is', text],
    ['in lower case', text.toLowerCase()],
    ['percent-encoded', encodeURIComponent(text)],
    ['percent-encoded, all of it', everyByte(text, '%')],
    ['as a form', new URLSearchParams({ text }).toString().slice('text='.length)],
    ['in JSON', JSON.stringify(text).slice(1, -1)],
    ['in JSON, in JSON', JSON.stringify(JSON.stringify(text)).slice(3, -3)],
    ['in JSON, all of it', escapedWhole(text)],
    ['in hexadecimal', Buffer.from(text).toString('hex')],
    ...base64Of(text),
  ];
}

function everyByte(text: string, prefix: string): string {
  return [...Buffer.from(text)].map((byte) => prefix + byte.toString(16).padStart(2, '0')).join('');
}

function escapedWhole(text: string): string {
  return text
    .split('')
    .map((character) => '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0'))
    .join('');
}

/** What of a text is in the base64 of any longer text that holds it: it depends on where it begins. */
function base64Of(text: string): readonly (readonly [string, string])[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    return (['base64', 'base64url'] as const).map(
      (encoding) => [`in ${encoding}`, bytes.toString(encoding).slice(first, last)] as const,
    );
  });
}

function hashesIn(output: string, lowerCase: string, spellings: readonly string[]): readonly string[] {
  return HASHES.filter((hash) =>
    spellings.some((spelling) => {
      const digest = createHash(hash).update(spelling).digest();
      const base64 = [digest.toString('base64'), digest.toString('base64url')];
      return lowerCase.includes(digest.toString('hex')) || base64.some((form) => output.includes(form));
    }),
  ).map((hash) => `by its ${hash}`);
}
