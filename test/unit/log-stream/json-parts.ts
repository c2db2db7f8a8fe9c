import fc from 'fast-check';
import { splitBatch } from '../../../functions/log-stream/split-batch.ts';

/** What a text was split into. */
export interface Parts {
  /** The objects that are JSON, parsed. */
  readonly objects: readonly unknown[];
  /** Elements that are no objects, as they are written. */
  readonly others: readonly string[];
  /** Things that are no JSON. */
  readonly broken: number;
  /** Objects that were passed over. */
  readonly passedOver: number;
}

/** Splits a text, with an interest in every object or in those only that hold a word. */
export function partsOf(text: string | Buffer, interesting?: string): Parts {
  const bytes = Buffer.from(text);
  const objects: unknown[] = [];
  const others: string[] = [];
  const counts = { broken: 0, passedOver: 0 };
  const textOf = (from: number, to: number): string => bytes.toString('utf8', from, to);
  splitBatch(bytes, {
    isOfInterest: (from, to) => interesting === undefined || textOf(from, to).includes(interesting),
    passedOver: () => (counts.passedOver += 1),
    object: (from, to) => {
      try {
        objects.push(JSON.parse(textOf(from, to)));
        return true;
      } catch {
        counts.broken += 1;
        return false;
      }
    },
    other: (from, to) => others.push(textOf(from, to).trim()),
    broken: () => (counts.broken += 1),
  });
  return { objects, others, ...counts };
}

/** Any JSON value, with many of the characters that JSON's own grammar is made of. */
export const anyValue = fc.letrec<{ value: unknown; text: string }>((tie) => ({
  text: fc.oneof(
    fc.string({
      unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\n', 'a', 'é', '\ud83d\ude00'),
    }),
    fc.string({ unit: 'binary' }),
  ),
  value: fc.oneof(
    { maxDepth: 4 },
    tie('text'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false, 0, {}, []),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(tie('text'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** Any JSON object. */
export const anyObject = fc
  .tuple(anyValue, fc.constantFrom('type', 'a', '', '}', '{'))
  .map(([value, key]): object => (isObject(value) ? value : { [key]: value }));

/** Whether a parsed value is an object. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
