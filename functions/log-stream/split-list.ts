import type { BatchParts } from './batch-parts.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  endOfString,
  findFrom,
  mayFollowString,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipBlanks,
  skipBlanksBack,
} from './json-bytes.ts';
import type { ReadObject, ReadResult } from './read-object.ts';

/**
 * Splits a list into its elements.
 *
 * @param from - the place after its opening bracket
 * @returns the place after its closing bracket; `to` if it has none, which is reported as broken
 */
export type SplitList = (from: number, to: number) => number;

/** Finds the first element at or after a place, which must be no earlier than the last one that was asked for. */
type FindElement = (from: number) => number;

// Each damage makes bytes be looked at again; in all no more than so many times those of the batch.
const MOST_LOOKS = 4;
// With what events begin, in an envelope and without.
const USUAL_KEYS = ['"log_id"', '"data"', '"date"'].map((key) => Buffer.from(key));
const LONGEST_KEY = 64;
const BEFORE_ELEMENT: ReadonlySet<number> = new Set([COMMA, CLOSE_BRACE, OPEN_BRACKET, OPEN_BRACE]);

/** Creates the splitting of the lists of a batch. Commas too many or too few do no harm. */
export function createSplitList(bytes: Buffer, readObject: ReadObject, parts: BatchParts): SplitList {
  const findUsual = USUAL_KEYS.map((key) => createFindElement(bytes, key, bytes.length));
  let looksLeft = MOST_LOOKS * bytes.length;

  return (from, to) => {
    // The first element may be the damaged one: the first that is fine tells better with which key they begin.
    let example = skipBlanks(bytes, from, to);
    let isFineKnown = false;
    let findLearnt: FindElement | null = null;
    let isDamaged = false;
    let at = from;

    const nextElement = (place: number, limit: number): number => {
      findLearnt ??= createFindElement(bytes, firstKey(bytes, example, to), to);
      const next = Math.min(findLearnt(place), ...findUsual.map((find) => find(place)));
      return next < limit ? next : -1;
    };

    while ((at = skipToElement(bytes, at, to)) < to) {
      if (bytes[at] === CLOSE_BRACKET) return at + 1;
      const { end, state } = bytes[at] === OPEN_BRACE ? readObject(at, to, isDamaged) : readOther(at, to);
      if (state === 'fine') {
        if (!isFineKnown && bytes[at] === OPEN_BRACE) {
          isFineKnown = true;
          example = at;
          findLearnt = null;
        }
        at = end;
        continue;
      }
      isDamaged = true;
      const next = nextElement(at + 1, state === 'broken' ? to : end);
      if (next !== -1) looksLeft -= Math.max(0, end - next);
      if (next !== -1 && looksLeft >= 0) at = next;
      else if (state === 'no_json') at = end;
      else return to;
    }
    parts.broken();
    return to;
  };

  function readOther(at: number, to: number): ReadResult {
    const end = endOfOther(bytes, at, to);
    if (end === -1) {
      parts.broken();
      return { end: at, state: 'broken' };
    }
    parts.other(at, end);
    return { end, state: 'fine' };
  }
}

function skipToElement(bytes: Buffer, from: number, to: number): number {
  let at = skipBlanks(bytes, from, to);
  while (at < to && bytes[at] === COMMA) at = skipBlanks(bytes, at + 1, to);
  return at;
}

/** Where an element ends that is no object; -1 if its quotes do not fit together or its brackets are not closed. */
function endOfOther(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = endOfString(bytes, at + 1, to);
      if (end === -1 || !mayFollowString(bytes[end])) return -1;
      at = end - 1;
    } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth += 1;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      if (depth === 0 && byte === CLOSE_BRACKET) return at;
      depth = Math.max(0, depth - 1);
    } else if (byte === COMMA && depth === 0) return at;
  }
  return depth === 0 ? to : -1;
}

/** The key with which an element begins, quotes included: what the others are known by after a damage. */
function firstKey(bytes: Buffer, element: number, to: number): Buffer | null {
  const quote = skipBlanks(bytes, element + 1, to);
  if (bytes[element] !== OPEN_BRACE || bytes[quote] !== QUOTE) return null;
  const end = endOfString(bytes, quote + 1, Math.min(quote + LONGEST_KEY, to));
  return end === -1 ? null : bytes.subarray(quote, end);
}

/** Creates the search for elements: objects that begin with a key and follow a comma, an object or a line cut short. */
function createFindElement(bytes: Buffer, key: Buffer | null, to: number): FindElement {
  const text = to === bytes.length ? bytes : bytes.subarray(0, to);
  let hit = -1;
  let element = key === null ? Infinity : -1;
  return (from) => {
    while (key !== null && element < from) {
      hit = findFrom(text, key, Math.max(hit + 1, from));
      element = hit === Infinity ? Infinity : elementAround(text, hit);
    }
    return element;
  };
}

/** Where the object begins of which this is the first key; -1 if that is no element. */
function elementAround(bytes: Buffer, key: number): number {
  const brace = skipBlanksBack(bytes, key - 1);
  if (bytes[brace] !== OPEN_BRACE) return -1;
  const before = bytes[skipBlanksBack(bytes, brace - 1)];
  return before !== undefined && BEFORE_ELEMENT.has(before) ? brace : -1;
}
