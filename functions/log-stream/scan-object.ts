import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  endOfString,
  mayFollowString,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipBlanksBack,
} from './json-bytes.ts';

/** What a look at the bytes of an object says. */
export interface ScannedObject {
  /** The place after its last byte; where it has no end, the place where that was noticed. */
  readonly end: number;
  /** False if it is surely no JSON: cut off, or its brackets and strings do not fit together. */
  readonly isWhole: boolean;
  /** Nested deeper than any event is. */
  readonly isTooDeep: boolean;
}

// Parsed, a level of nesting takes many times the memory of its bytes.
const MOST_LEVELS = 1000;

/**
 * Finds the end of an object by going through its bytes. Valid JSON is always whole; what is whole may still be none.
 *
 * @param from - the place of its opening brace
 * @param to - where the text ends, for this object
 * @param openBraces - how many braces are open already; default 0, and then the first byte must open one
 */
export function scanObject(bytes: Buffer, from: number, to: number, openBraces = 0): ScannedObject {
  let braces = openBraces;
  let brackets = 0;
  let levels = 0;
  let at = from;
  while (at < to) {
    const byte = bytes[at];
    at += 1;
    if (byte === QUOTE) {
      at = endOfString(bytes, at, to);
      if (at === -1) return brokenAt(to);
      if (!mayFollowString(bytes[at])) return brokenAt(at);
    } else if (byte === OPEN_BRACE) {
      if (brackets === 0 && braces > 0 && !followsColon(bytes, at - 1)) return brokenAt(at);
      braces += 1;
      levels = Math.max(levels, braces + brackets);
    } else if (byte === CLOSE_BRACE) {
      braces -= 1;
      if (braces === 0) return { end: at, isWhole: brackets === 0, isTooDeep: levels > MOST_LEVELS };
    } else if (byte === OPEN_BRACKET) {
      brackets += 1;
      levels = Math.max(levels, braces + brackets);
    } else if (byte === CLOSE_BRACKET) {
      brackets -= 1;
      if (brackets < 0) return brokenAt(at);
    }
  }
  return brokenAt(to);
}

function brokenAt(end: number): ScannedObject {
  return { end, isWhole: false, isTooDeep: false };
}

/** An object that is not in a list is the value of a key: else the object around it was broken off. */
function followsColon(bytes: Buffer, brace: number): boolean {
  return bytes[skipBlanksBack(bytes, brace - 1)] === COLON;
}
