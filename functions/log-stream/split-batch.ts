import type { BatchParts } from './batch-parts.ts';
import { createFindLogs } from './find-logs.ts';
import { COMMA, findFrom, LINE_FEED, OPEN_BRACE, OPEN_BRACKET, skipBlanks, standsAt } from './json-bytes.ts';
import { createReadObject } from './read-object.ts';
import { scanObject } from './scan-object.ts';
import { createSplitList } from './split-list.ts';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Splits a batch into its events, whatever its form: a list, `{"logs":[…]}`, one event, or JSON Lines. A byte order mark
 * and blanks before, between and after them are skipped. Valid JSON is split as `JSON.parse` reads it; of a damaged
 * batch everything before the damage is found, and what follows as soon as an event begins.
 */
export function splitBatch(bytes: Buffer, parts: BatchParts): void {
  const end = bytes.length;
  const start = skipBlanks(bytes, standsAt(bytes, BYTE_ORDER_MARK, 0) ? BYTE_ORDER_MARK.length : 0, end);
  const findLogs = createFindLogs(bytes);
  const readObject = createReadObject(bytes, parts);
  const splitList = createSplitList(bytes, readObject, parts);

  /** Reads a list, alone or in `{"logs":[…]}`; gives the place after it, or null if there is none. */
  const readList = (from: number, to: number): number | null => {
    if (bytes[from] === OPEN_BRACKET) return splitList(from + 1, to);
    const bracket = findLogs(from, to);
    if (bracket === -1) return null;
    const rest = skipBlanks(bytes, splitList(bracket + 1, to), to);
    return rest === to ? to : scanObject(bytes, rest, to, 1).end;
  };

  const readLine = (from: number, to: number): void => {
    const afterList = readList(from, to);
    if (afterList === null && bytes[from] === OPEN_BRACE) {
      const { end: afterObject, state } = readObject(from, to);
      if (state === 'fine' && !isNothing(bytes, afterObject, to)) parts.broken();
      return;
    }
    if (!isNothing(bytes, afterList ?? from, to)) parts.broken();
  };

  const afterList = readList(start, end);
  if (afterList === null && isOneObject(bytes, start)) {
    readObject(start, end);
    return;
  }
  for (let at = afterList ?? start; at < end;) {
    const lineEnd = Math.min(findFrom(bytes, LINE_FEED, at), end);
    readLine(skipBlanks(bytes, at, lineEnd), lineEnd);
    at = lineEnd + 1;
  }
}

/** Whether the text is one object and nothing else, on however many lines. */
function isOneObject(bytes: Buffer, from: number): boolean {
  if (bytes[from] !== OPEN_BRACE) return false;
  const { end, isWhole } = scanObject(bytes, from, bytes.length);
  return isWhole && skipBlanks(bytes, end, bytes.length) === bytes.length;
}

/** Lists are sometimes cut into lines at their commas. */
function isNothing(bytes: Buffer, from: number, to: number): boolean {
  const at = skipBlanks(bytes, from, to);
  return at === to || (bytes[at] === COMMA && skipBlanks(bytes, at + 1, to) === to);
}
