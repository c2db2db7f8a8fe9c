import { describe, expect, it } from '@jest/globals';
import { scanObject } from '../../../functions/log-stream/scan-object.ts';

function scan(text: string, openBraces?: number) {
  const bytes = Buffer.from(text);
  return scanObject(bytes, 0, bytes.length, openBraces);
}

describe('scanObject', () => {
  it.each([
    ['an empty object', '{}', 2],
    ['the first of two', '{"a":1}{"b":2}', 7],
    ['nested ones', '{"a":{"b":[{"c":[]},{}]}},', 25],
    ['brackets and escapes in strings', '{"a{":"]\\"}\\\\"}}', 15],
    ['blanks', '{ "a" :\n{ "b" : "c" } }', 23],
  ])('finds the end of %s', (_what, text, end) => {
    expect(scan(text)).toEqual({ end, isWhole: true, isTooDeep: false });
  });

  it('goes on in an object that is open already', () => {
    expect(scan(',"b":{"c":1}}]', 1)).toMatchObject({ end: 13, isWhole: true });
  });

  it.each([
    ['no end', '{"a":1'],
    ['a string without an end', '{"a":"b'],
    ['a string that ends with the text, escaped', '{"a":"b\\'],
    ['a word behind a string', '{"a"b":1}'],
    ['a list that ends before it began', '{"a":1]}'],
    ['a list that is still open', '{"a":[1}'],
    ['an object where a key should be', '{"a":1,{"b":2}}'],
  ])('calls broken what has %s', (_what, text) => {
    expect(scan(text)).toMatchObject({ isWhole: false });
  });

  it.each([
    ['objects', (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)],
    ['lists', (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`],
  ])('tells %s that are nested more than a thousand times', (_what, write) => {
    expect(scan(write(1000))).toMatchObject({ isWhole: true, isTooDeep: false });
    expect(scan(write(1001))).toMatchObject({ isWhole: true, isTooDeep: true });
  });
});
