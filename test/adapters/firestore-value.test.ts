import { describe, expect, it } from '@jest/globals';
import { decodeFirestoreFields, UNSUPPORTED_VALUE } from '../../functions/adapters/firestore-value.ts';

describe('decodeFirestoreFields', () => {
  it.each<[string, unknown, unknown]>([
    ['text', { stringValue: '01' }, '01'],
    ['an empty text', { stringValue: '' }, ''],
    ['an integer, which comes as text', { integerValue: '234' }, 234],
    ['a negative integer', { integerValue: '-1' }, -1],
    ['an integer that a stand-in writes as a number', { integerValue: 7 }, 7],
    ['a double', { doubleValue: 1.5 }, 1.5],
    ['a boolean', { booleanValue: false }, false],
    ['null', { nullValue: null }, null],
    ['a timestamp', { timestampValue: '2031-02-03T04:05:06.123456Z' }, new Date('2031-02-03T04:05:06.123Z')],
    [
      'a map',
      { mapValue: { fields: { a: { mapValue: { fields: { b: { nullValue: null } } } } } } },
      { a: { b: null } },
    ],
    ['an empty map', { mapValue: {} }, {}],
    ['an array', { arrayValue: { values: [{ stringValue: 'a' }, { integerValue: '1' }] } }, ['a', 1]],
    ['an empty array', { arrayValue: {} }, []],
  ])('reads %s', (_name, value, expected) => {
    expect(decodeFirestoreFields({ field: value })).toEqual({ field: expected });
  });

  it.each<[string, unknown]>([
    ['bytes', { bytesValue: 'AAA=' }],
    ['a reference', { referenceValue: 'projects/p/databases/(default)/documents/a/b' }],
    ['a geo point', { geoPointValue: { latitude: 1, longitude: 2 } }],
    ['a kind to come', { vectorValue: [1] }],
    ['a double that is no number', { doubleValue: 'NaN' }],
    ['an integer that is none', { integerValue: '1.5' }],
    ['an integer of another type', { integerValue: true }],
    ['a text that is none', { stringValue: 1 }],
    ['a boolean that is none', { booleanValue: 'true' }],
    ['a timestamp that is none', { timestampValue: 'tomorrow' }],
    ['a timestamp of another type', { timestampValue: 1 }],
    ['a map that is none', { mapValue: 1 }],
    ['a map whose fields are none', { mapValue: { fields: [] } }],
    ['an array that is none', { arrayValue: 1 }],
    ['an array whose values are none', { arrayValue: { values: {} } }],
    ['a value of no kind', {}],
    ['a value of two kinds', { stringValue: 'a', integerValue: '1' }],
    ['no value', 'text'],
  ])('marks %s', (_name, value) => {
    expect(decodeFirestoreFields({ field: value })).toEqual({ field: UNSUPPORTED_VALUE });
  });

  it('reads absent fields as an empty document', () => {
    expect(decodeFirestoreFields(undefined)).toEqual({});
  });

  it('reads a field called __proto__ as a member like any other', () => {
    const fields = decodeFirestoreFields(
      JSON.parse('{"__proto__":{"mapValue":{"fields":{"x":{"stringValue":"y"}}}}}'),
    );

    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Object.keys(fields)).toEqual(['__proto__']);
  });

  it.each([
    ['an array', []],
    ['null', null],
    ['text', 'text'],
  ])('refuses fields that are %s', (_name, fields) => {
    expect(() => decodeFirestoreFields(fields)).toThrow(TypeError);
  });
});
