import type { BatchParts } from './batch-parts.ts';
import { createLeapObject } from './leap-object.ts';
import { scanObject } from './scan-object.ts';

/** What came of reading an object. */
export interface ReadResult {
  /** The place after its last byte; of a broken one the place where that was noticed. */
  readonly end: number;
  readonly state: 'fine' | 'no_json' | 'broken';
}

/**
 * Reads one object and hands it on.
 *
 * @param from - the place of its opening brace
 * @param to - where the text ends, for this object
 * @param isDamaged - whether the text was found not to be JSON: what leaps over a damage goes far astray
 */
export type ReadObject = (from: number, to: number, isDamaged?: boolean) => ReadResult;

/** Creates the reading of the objects of a batch: leaping over what is of no interest, scanning what may be. */
export function createReadObject(bytes: Buffer, parts: BatchParts): ReadObject {
  const leap = createLeapObject(bytes);

  const passOver = (end: number): ReadResult => {
    parts.passedOver();
    return { end, state: 'fine' };
  };

  return (from, to, isDamaged = false) => {
    const leapt = isDamaged ? -1 : leap(from, to);
    if (leapt !== -1 && !parts.isOfInterest(from, leapt)) return passOver(leapt);
    const { end, isWhole, isTooDeep } = scanObject(bytes, from, to);
    if (!isWhole) {
      parts.broken();
      return { end, state: 'broken' };
    }
    if (!parts.isOfInterest(from, end)) return passOver(end);
    return { end, state: parts.object(from, end, isTooDeep) ? 'fine' : 'no_json' };
  };
}
