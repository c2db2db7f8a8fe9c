import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLeapObject } from '../../../functions/log-stream/leap-object.ts';
import { scanObject } from '../../../functions/log-stream/scan-object.ts';
import { anyObject } from './json-parts.ts';

function leapOver(text: string, from = 0, to?: number): number {
  const bytes = Buffer.from(text);
  return createLeapObject(bytes)(from, to ?? bytes.length);
}

describe('createLeapObject', () => {
  it('comes down where a scan does, or nowhere', () => {
    const indents = fc.constantFrom(undefined, 2, '\t');
    fc.assert(
      fc.property(fc.array(anyObject, { minLength: 1 }), indents, (list, indent) => {
        const bytes = Buffer.from(JSON.stringify(list, null, indent));
        const leap = createLeapObject(bytes);
        for (let at = bytes.indexOf('{'), left = list.length; left > 0; left -= 1) {
          const { end, isWhole } = scanObject(bytes, at, bytes.length);
          expect(isWhole).toBe(true);
          expect([end, -1]).toContain(leap(at, bytes.length));
          at = bytes.indexOf('{', end);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['an event', '{"a":{"b":[{"c":1},{}]}},{"d"', 24],
    ['what keys of all kinds follow', '{"a":{},"$b":{},"_c":{},"":{},"é":{}},{"d"', 38],
    ['blanks between braces', '{ "a" : { "b" : 1 }\n }\n, { "d"', 22],
  ])('leaps over %s', (_what, text, end) => {
    expect(leapOver(text)).toBe(end);
  });

  it.each([
    ['a brace in a string', '{"a":"}"},{"b"'],
    ['a brace behind an escaped quote', '{"a":"\\"}"},{"b"'],
    ['a brace in front of an escaped quote', '{"a":"}\\"b"},{"b"'],
    ['a key that begins with a comma', '{"a":1},{",b"'],
    ['a quote at the end of the text', '{"a":1},"'],
    ['the last object, which no key follows', '{"a":1}]'],
    ['an object without an end', '{"a":{"b":1}'],
    ['a long way to the next quote', `{"a":1}${' '.repeat(200)},{"b"`],
  ])('claims nothing of %s', (_what, text) => {
    expect(leapOver(text)).toBe(-1);
  });

  it('claims nothing of an object that ends behind the end of its text', () => {
    expect(leapOver('{"a":{"b":1}},{"c"', 0, 12)).toBe(-1);
    expect(leapOver('{"a":{"b":1}},{"c"', 0, 13)).toBe(13);
  });
});
