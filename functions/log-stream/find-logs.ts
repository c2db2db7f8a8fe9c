import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  endOfString,
  findFrom,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipBlanks,
  standsAt,
} from './json-bytes.ts';

/**
 * Finds the list in `{"logs":[…]}`, whichever of the object's own keys it is.
 *
 * @param from - the place of the opening brace; no earlier than the last one that was asked for
 * @param to - where the text ends, for this object
 * @returns the place of the list's opening bracket; -1 where there is none
 */
export type FindLogs = (from: number, to: number) => number;

const LOGS_KEY = Buffer.from('"logs"');

/** Creates the search for the list of logs. Objects that name no logs, as events do, are not gone through. */
export function createFindLogs(bytes: Buffer): FindLogs {
  let nextKey = -1;
  return (from, to) => {
    if (bytes[from] !== OPEN_BRACE) return -1;
    if (nextKey < from) nextKey = findFrom(bytes, LOGS_KEY, from);
    return nextKey < to ? placeOfLogs(bytes, from, to) : -1;
  };
}

function placeOfLogs(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const list = depth === 1 ? listBehindKey(bytes, at, to) : -1;
      if (list !== -1) return list;
      const end = endOfString(bytes, at + 1, to);
      if (end === -1) return -1;
      at = end - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return -1;
    }
  }
  return -1;
}

function listBehindKey(bytes: Buffer, key: number, to: number): number {
  if (!standsAt(bytes, LOGS_KEY, key)) return -1;
  const colon = skipBlanks(bytes, key + LOGS_KEY.length, to);
  if (bytes[colon] !== COLON) return -1;
  const list = skipBlanks(bytes, colon + 1, to);
  return list < to && bytes[list] === OPEN_BRACKET ? list : -1;
}
