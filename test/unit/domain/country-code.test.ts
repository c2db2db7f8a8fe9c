import { describe, expect, it } from '@jest/globals';
import { countryCodeMeantBy, isCountryCode } from '../../../functions/domain/country-code.ts';

describe('isCountryCode', () => {
  it.each([
    ['GB', true],
    ['GG', true],
    ['UZ', true],
    ['UK', false],
    ['XX', false],
    ['AQ', false],
    ['gb', false],
    ['GBR', false],
    ['G', false],
    ['001', false],
    ['', false],
  ])('of %j is %j', (code, expected) => {
    expect(isCountryCode(code)).toBe(expected);
  });
});

describe('countryCodeMeantBy', () => {
  it.each([
    ['UK', 'GB'],
    ['EL', 'GR'],
    ['USA', 'US'],
    ['UAE', 'AE'],
    ['XX', null],
    ['constructor', null],
  ])('%s is %j', (code, meant) => {
    expect(countryCodeMeantBy(code)).toBe(meant);
  });
});
