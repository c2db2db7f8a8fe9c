import { COLON, findFrom, QUOTE, skipBlanks, skipBlanksBack, standsAt } from './json-bytes.ts';

/** What makes an event a login that matters; letters, digits, `_`, `.` and `-` only. */
export interface EventNames {
  /** Values of `type`. */
  readonly types: readonly string[];
  /** Values of `connection` or `strategy`, and what a `user_id` may begin with. */
  readonly connections: readonly string[];
}

/**
 * Whether the text between two places could be that of a login that matters. A yes is a hint only, a no is sure for any
 * valid JSON, however it is spelt.
 *
 * @param from - best no earlier than the last one that was asked for, else the text is searched again
 */
export type FindHints = (from: number, to: number) => boolean;

const PLAIN_NAME = /^[\w.-]{1,64}$/;
const PIPE = 0x7c;
const ESCAPED_CHARACTER = Buffer.from('\\u');
const END_OF_TYPE_KEY = Buffer.from('type"');
const ENDS_OF_KEYS = ['connection"', 'strategy"'].map((key) => Buffer.from(key));

/**
 * Creates the search for hints: for a connection first, because that is rare, then for a type. Names and keys could be
 * spelt with `\u` as well, which nobody does: that always is a yes.
 *
 * @throws TypeError if a name could be spelt with other backslashes
 */
export function createFindHints({ types, connections }: EventNames): (bytes: Buffer) => FindHints {
  if (![...types, ...connections].every((name) => PLAIN_NAME.test(name))) {
    throw new TypeError('types and connections are made of letters, digits, "_", "." and "-"');
  }
  const typeValues = types.map((type) => Buffer.from(`"${type}"`));
  const connectionNames = connections.map((connection) => Buffer.from(connection));

  return (bytes) => {
    const isTypeKey = (end: number): boolean => {
      const colon = skipBlanks(bytes, end, bytes.length);
      if (bytes[colon] !== COLON) return false;
      const value = skipBlanks(bytes, colon + 1, bytes.length);
      return typeValues.some((type) => standsAt(bytes, type, value));
    };
    const findEscape = createFind(bytes, ESCAPED_CHARACTER, () => true);
    const findType = createFind(bytes, END_OF_TYPE_KEY, isTypeKey);
    const findConnections = connectionNames.map((name) =>
      createFind(bytes, name, (end) => isEvidence(bytes, end - name.length, end)),
    );
    return (from, to) =>
      findEscape(from, to) || (findConnections.some((find) => find(from, to)) && findType(from, to));
  };
}

/** Searches a text for words that mean something, judged by the place after them; from left to right, once. */
function createFind(bytes: Buffer, word: Buffer, isMeant: (end: number) => boolean): FindHints {
  let next = -1;
  return (from, to) => {
    if (next < from) next = findFrom(bytes, word, from);
    while (next < to && !isMeant(next + word.length)) next = findFrom(bytes, word, next + 1);
    return next < to;
  };
}

/** A user id that begins with a connection's name, or its name as the value of one of two keys. */
function isEvidence(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[end] === PIPE) return true;
  if (bytes[end] !== QUOTE || bytes[start - 1] !== QUOTE) return false;
  const colon = skipBlanksBack(bytes, start - 2);
  if (bytes[colon] !== COLON) return false;
  const keyEnd = skipBlanksBack(bytes, colon - 1) + 1;
  return ENDS_OF_KEYS.some((key) => standsAt(bytes, key, keyEnd - key.length));
}
