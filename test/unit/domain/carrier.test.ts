import { describe, expect, it } from '@jest/globals';
import { carrierKey, isUnknownCarrier, type Carrier } from '../../../functions/domain/carrier.ts';
import { aCarrier } from './some-rules.ts';

describe('carrierKey', () => {
  it('compares an MNC as a number', () => {
    const keys = ['1', '01', '001'].map((mnc) => carrierKey('234', mnc));
    expect(new Set(keys).size).toBe(1);
  });

  it.each([
    ['another MNC', '234', '15', '234', '150'],
    ['another MCC', '234', '15', '235', '15'],
    ['digits that join to the same', '310', '260', '310', '26'],
  ])('tells %s apart', (_what, mcc, mnc, otherMcc, otherMnc) => {
    expect(carrierKey(mcc, mnc)).not.toBe(carrierKey(otherMcc, otherMnc));
  });

  it.each([
    [null, null],
    [null, '15'],
    ['234', null],
    ['23', '15'],
    ['2345', '15'],
    ['234', ''],
    ['234', '1500'],
    ['234', 'x'],
    ['', ''],
  ])('has none for MCC %j and MNC %j', (mcc, mnc) => {
    expect(carrierKey(mcc, mnc)).toBeNull();
  });
});

describe('isUnknownCarrier', () => {
  it.each<[string, Partial<Carrier>, boolean]>([
    ['a mobile with MCC and MNC', {}, false],
    ['a mobile without a carrier name', { name: null }, false],
    ['a mobile without MNC', { mnc: null }, true],
    ['a mobile without MCC', { mcc: null }, true],
    ['a landline, which never has an MNC', { mnc: null, lineType: 'landline' }, true],
    ['a VoIP number without MNC', { mnc: null, lineType: 'fixedVoip' }, true],
    ['a toll-free number', { mcc: null, mnc: null, name: null, lineType: 'tollFree' }, true],
    ['no line type', { lineType: null }, true],
    ['the line type unknown', { lineType: 'unknown' }, true],
    ['nothing at all', { mcc: null, mnc: null, name: null, lineType: null }, true],
  ])('says of %s: %j → %j', (_what, difference, expected) => {
    expect(isUnknownCarrier(aCarrier(difference))).toBe(expected);
  });
});
