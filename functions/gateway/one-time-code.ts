import { Refusal } from '../domain/refusal.ts';
import { checkCode, isCode } from './check-code.ts';

/** What the text of a message says: its code, and whatever a template made for machines adds. */
export interface ReadMessage {
  readonly code: string;
  /** As written: unchecked. Null where the text does not say. */
  readonly locale: string | null;
  readonly app: string | null;
  readonly channel: string | null;
}

/** How codes look. */
export interface CodeFormat {
  /** Decides alone where it is set: what its one group finds, everywhere alike, is the code, spaces, dots and dashes apart. */
  readonly pattern: RegExp | null;
  /** Digits of a code in a text for people, 4 to 10. */
  readonly length: number;
}

// A URL with or without a scheme: its digits are an id or a path, never the code. ASCII only, because in Chinese or
// Japanese text follows without a space. Bounded, so that no text takes long to search.
const URLS =
  /(?:\b[a-z][a-z0-9+.-]{0,30}:\/\/|\bwww\.)[\x21-\x7e]+|\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}[/?#][\x21-\x7e]*/gi;
// To its last digit or not at all: what is left of a longer run of digits would be a code that nobody wrote.
const PLUS_NUMBERS = /\+(?:(?:[ .-]?\(|\)[ .-]?|[ .\u00a0-])?\d){1,15}(?!\d)/g;
const BETWEEN_CLASS = '[ \\t\\u00a0\\u202f()./\\u2010-\\u2015-]';
const BETWEEN_DIGITS = `${BETWEEN_CLASS}{0,3}`;
const ALL_BETWEEN = new RegExp(BETWEEN_CLASS, 'g');

/**
 * Finds the one-time code in the text of a message, by the first of these that applies: the configured pattern; a text
 * that is nothing but digits; lines `key=value` (`c` code, `l` locale, `a` app, `ch` channel; the first of a key
 * counts); the one distinct run of digits of the configured length, once URLs, `+` numbers and the recipient's own
 * digits are gone. Never a guess: none, or several, is a refusal.
 *
 * @param recipientDigits - spellings of the recipient's number as digits: whole, and without its calling code
 * @throws Refusal `code_not_found`
 */
export function readOneTimeCode(
  text: string,
  recipientDigits: readonly string[],
  format: CodeFormat,
): ReadMessage {
  const plain = { locale: null, app: null, channel: null };
  if (format.pattern !== null) return { ...plain, code: matchPattern(text, format.pattern) };

  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return { ...plain, code: checkCode(trimmed) };

  const lines = readLines(text);
  const code = lines.get('c');
  if (code !== undefined) {
    return {
      code: checkCode(code),
      locale: lines.get('l') ?? null,
      app: lines.get('a') ?? null,
      channel: lines.get('ch') ?? null,
    };
  }
  return { ...plain, code: findRun(text, recipientDigits, format.length) };
}

function matchPattern(text: string, pattern: RegExp): string {
  const everywhere = new RegExp(pattern, `${pattern.flags}g`);
  const found = Array.from(text.matchAll(everywhere), ([, group = '']) => group.replace(/[ .-]/g, ''));
  // What can be no code, such as the 5 of "valid for 5 minutes", is none of several.
  return onlyOne(found.filter(isCode));
}

/** The one that all of them are. */
function onlyOne(codes: Iterable<string>): string {
  const [code, ...others] = new Set(codes);
  if (code === undefined || others.length > 0) throw new Refusal('code_not_found');
  return code;
}

/** The first value of each key; an empty one is absent, but for the code, which is then no code. */
function readLines(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, key, value] = /^\s*(c|l|a|ch)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || values.has(key)) continue;
    values.set(key, value.trim());
  }
  for (const key of ['l', 'a', 'ch']) if (values.get(key) === '') values.delete(key);
  return values;
}

function findRun(text: string, recipientDigits: readonly string[], length: number): string {
  // Most messages do not name their recipient. To find that out is cheap; to search for a number in any grouping is not.
  const joined = text.replace(ALL_BETWEEN, '');
  // The recipient goes before other numbers, which could take a code behind it for their end; and what goes leaves a
  // line end, over which no number reaches.
  const rest = recipientDigits
    .filter((digits) => joined.includes(digits))
    .reduce((left, digits) => left.replace(inAnyGrouping(digits), '\n'), text.replace(URLS, '\n'))
    .replace(PLUS_NUMBERS, '\n');
  const runs = rest.matchAll(new RegExp(`(?<![A-Za-z0-9_])\\d{${length}}(?![A-Za-z0-9_])`, 'g'));
  return onlyOne(Array.from(runs, ([run]) => run));
}

/** Up to three digits may stand in front: a trunk prefix (0, 8, 06) or that of calls abroad (00, 011). */
function inAnyGrouping(digits: string): RegExp {
  const number = digits.split('').join(BETWEEN_DIGITS);
  return new RegExp(`(?<!\\d)\\+?\\(?(?:\\d{1,3}${BETWEEN_DIGITS})?${number}(?!\\d)`, 'g');
}
