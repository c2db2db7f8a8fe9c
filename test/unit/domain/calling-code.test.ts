import { describe, expect, it } from '@jest/globals';
import { callingCodeOf, mainCountryOf } from '../../../functions/domain/calling-code.ts';

describe('callingCodeOf', () => {
  it.each([
    ['447700900123', '44'],
    ['12015550123', '1'],
    ['998990000001', '998'],
    ['881', '881'],
    ['44', '44'],
    ['4', null],
    ['999123', null],
    ['', null],
    ['abc', null],
    ['__proto__', null],
  ])('of %j is %j', (digits, callingCode) => {
    expect(callingCodeOf(digits)).toBe(callingCode);
  });
});

describe('mainCountryOf', () => {
  it.each([
    ['1', 'US'],
    ['7', 'RU'],
    ['44', 'GB'],
    ['599', 'CW'],
    ['998', 'UZ'],
    ['881', null],
    ['999', null],
  ])('%s is %j', (callingCode, country) => {
    expect(mainCountryOf(callingCode)).toBe(country);
  });
});
