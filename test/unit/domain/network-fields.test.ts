import { describe, expect, it } from '@jest/globals';
import {
  agreesWithScope,
  hasNetworkFields,
  parseNetworkFields,
} from '../../../functions/domain/network-fields.ts';
import { parseRuleId } from '../../../functions/domain/parse-rule-id.ts';

describe('parseNetworkFields', () => {
  it.each([
    ['234', '51', '234', '51'],
    [234, 51, '234', '51'],
    ['234', '051', '234', '051'],
    [' 234 ', ' 51 ', '234', '51'],
    ['0234', '0051', '234', '051'],
    [1, 1, '001', '1'],
    ['001', '01', '001', '01'],
    [310, 260, '310', '260'],
    ['234', 0, '234', '0'],
  ])('reads mcc %j and mnc %j', (mcc, mnc, expectedMcc, expectedMnc) => {
    expect(parseNetworkFields({ mcc, mnc })).toEqual({ kind: 'carrier', mcc: expectedMcc, mnc: expectedMnc });
  });

  it('reads an mnc of * as every network', () => {
    expect(parseNetworkFields({ mcc: 234, mnc: '*' })).toEqual({ kind: 'mcc', mcc: '234' });
  });

  it.each([
    [undefined, undefined],
    ['234', undefined],
    ['234', null],
    [undefined, '51'],
    ['*', '51'],
    ['', '51'],
    ['234', ''],
    ['234', '1000'],
    [1234, 51],
    [234.5, 51],
    [-234, 51],
    [Number.NaN, 51],
    [true, 51],
    ['234', ['51']],
    ['0000234000', '51'],
    [Symbol('bytes'), '51'],
  ])('finds no network in mcc %p and mnc %p', (mcc, mnc) => {
    expect(parseNetworkFields({ mcc, mnc })).toBeNull();
  });
});

describe('agreesWithScope', () => {
  it.each([
    ['234-51', undefined, undefined, true],
    ['234-51', null, null, true],
    ['234-51', '234', '51', true],
    ['234-51', 234, '051', true],
    ['234-51', 234, undefined, true],
    ['234-51', '234', '52', false],
    ['234-51', '235', '51', false],
    ['234-51', '234', 'x', false],
    ['234-51', '234', '*', false],
    ['234-*', '234', undefined, true],
    ['234-*', '234', '*', true],
    ['234-*', '234', '51', false],
    ['UZ', undefined, undefined, true],
    ['UZ', '434', '04', false],
  ])('%s with mcc %j and mnc %j: %j', (id, mcc, mnc, expected) => {
    const scope = parseRuleId(id)?.scope;
    expect(scope && agreesWithScope({ mcc, mnc }, scope)).toBe(expected);
  });
});

describe('hasNetworkFields', () => {
  it.each([
    [undefined, undefined, false],
    [null, null, false],
    ['234', undefined, true],
    [undefined, 0, true],
  ])('with mcc %j and mnc %j: %j', (mcc, mnc, expected) => {
    expect(hasNetworkFields({ mcc, mnc })).toBe(expected);
  });
});
