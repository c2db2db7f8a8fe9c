import { BACKSLASH, CLOSE_BRACE, findFrom, mayFollowString, OPEN_BRACE, QUOTE } from './json-bytes.ts';

/**
 * Finds the end of an object of valid JSON without going through all its bytes.
 *
 * @param from - the place of its opening brace; no earlier than the last one that was asked for
 * @param to - where the text ends, for this object
 * @returns the place after its closing brace; -1 where that cannot be told so
 */
export type LeapObject = (from: number, to: number) => number;

const LONGEST_GAP = 100;

/**
 * Creates the leaping over objects: from a brace on to the next quote, and from there to the next brace, which
 * `Buffer.indexOf` finds several times faster than a loop.
 *
 * Only braces outside of strings count, and the next quote tells most of them: were the brace in a string, that quote
 * would close it, and little can come behind a closing quote. So with anything else behind it, such as a letter, the
 * quote opens a string, and all that is between the brace and the quote stands outside. Where that does not tell, as in
 * `"a {brace}"`, nothing is claimed.
 */
export function createLeapObject(bytes: Buffer): LeapObject {
  let nextOpen = -1;
  let nextClose = -1;
  return (from, to) => {
    let depth = 0;
    let end = -1;
    // What is behind `to` must not be sought: the next object may begin there, before what would be found.
    for (let at = from; at < to;) {
      if (nextOpen < at) nextOpen = findFrom(bytes, OPEN_BRACE, at);
      if (nextClose < at) nextClose = findFrom(bytes, CLOSE_BRACE, at);
      const brace = Math.min(nextOpen, nextClose);
      if (brace >= to) return -1;

      for (at = brace; bytes[at] !== QUOTE; at += 1) {
        const byte = bytes[at];
        if (byte === OPEN_BRACE) depth += 1;
        else if (byte === CLOSE_BRACE) {
          depth -= 1;
          if (depth === 0 && end === -1) end = at + 1;
        } else if (byte === undefined || byte === BACKSLASH || at > brace + LONGEST_GAP) return -1;
      }
      if (bytes[at + 1] === undefined || mayFollowString(bytes[at + 1])) return -1;
      if (end !== -1) return end > to ? -1 : end;
    }
    return -1;
  };
}
