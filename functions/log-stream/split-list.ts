import type { BatchParts } from './batch-parts.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  endOfString,
  findFrom,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipBlanks,
  skipBlanksBack,
} from './json-bytes.ts';
import type { ReadObject } from './read-object.ts';

/**
 * Splits a list into its elements.
 *
 * @param from - the place after its opening bracket
 * @returns the place after its closing bracket; `to` if it has none, which is reported as broken
 */
export type SplitList = (from: number, to: number) => number;

// Each damage makes bytes be looked at again; in all no more than so many times the list's own.
const MOST_LOOKS = 4;
const USUAL_KEY = Buffer.from('"log_id"');
const LONGEST_KEY = 64;

/** Creates the splitting of the lists of a batch. Commas too many or too few do no harm. */
export function createSplitList(bytes: Buffer, readObject: ReadObject, parts: BatchParts): SplitList {
  return (from, to) => {
    const key = firstKey(bytes, skipBlanks(bytes, from, to));
    let looksLeft = MOST_LOOKS * (to - from);
    let isDamaged = false;
    let at = from;

    while ((at = skipToElement(bytes, at, to)) < to) {
      if (bytes[at] === CLOSE_BRACKET) return at + 1;
      if (bytes[at] !== OPEN_BRACE) {
        const end = endOfOther(bytes, at, to);
        parts.other(at, end);
        at = end;
        continue;
      }
      const { end, state } = readObject(at, to, isDamaged);
      if (state === 'fine') {
        at = end;
        continue;
      }
      isDamaged = true;
      const next = nextElement(bytes, at + 1, state === 'broken' ? to : end, key);
      looksLeft -= Math.max(0, end - next);
      if (next !== -1 && looksLeft >= 0) at = next;
      else if (state === 'no_json') at = end;
      else return to;
    }
    parts.broken();
    return to;
  };
}

function skipToElement(bytes: Buffer, from: number, to: number): number {
  let at = skipBlanks(bytes, from, to);
  while (at < to && bytes[at] === COMMA) at = skipBlanks(bytes, at + 1, to);
  return at;
}

/** Where an element ends that is no object. */
function endOfOther(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = endOfString(bytes, at + 1, to);
      if (end === -1) return to;
      at = end - 1;
    } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth += 1;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      if (depth === 0 && byte === CLOSE_BRACKET) return at;
      depth = Math.max(0, depth - 1);
    } else if (byte === COMMA && depth === 0) return at;
  }
  return to;
}

/** The key with which the elements of a list begin, quotes included: what an element is known by after a damage. */
function firstKey(bytes: Buffer, element: number): Buffer {
  const quote = skipBlanks(bytes, element + 1, bytes.length);
  if (bytes[element] !== OPEN_BRACE || bytes[quote] !== QUOTE) return USUAL_KEY;
  const end = endOfString(bytes, quote + 1, Math.min(quote + LONGEST_KEY, bytes.length));
  return end === -1 ? USUAL_KEY : bytes.subarray(quote, end);
}

/** Where the next element begins after a damage: an object that begins with the key and follows a comma or an object. */
function nextElement(bytes: Buffer, from: number, to: number, key: Buffer): number {
  // Each place is asked for once in a list, or the list is given up: searching beyond the end of one happens rarely.
  for (let hit = findFrom(bytes, key, from); hit < to; hit = findFrom(bytes, key, hit + 1)) {
    const brace = skipBlanksBack(bytes, hit - 1);
    if (brace < from || bytes[brace] !== OPEN_BRACE) continue;
    const before = bytes[skipBlanksBack(bytes, brace - 1)];
    if (before === COMMA || before === CLOSE_BRACE) return brace;
  }
  return -1;
}
