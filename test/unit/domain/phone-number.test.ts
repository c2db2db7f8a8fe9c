import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import metadata from 'libphonenumber-js/max/metadata';
import { parsePhoneNumber } from '../../../functions/domain/phone-number.ts';

describe('parsePhoneNumber', () => {
  it.each([
    ['+447700900123', '+447700900123'],
    ['+44 7700 900123', '+447700900123'],
    [' +44 (0)7700-900.123 ', '+447700900123'],
    ['(+44)7700900123', '+447700900123'],
    ['+4407700900123', '+447700900123'],
    ['+1 (201) 555-0123', '+12015550123'],
    // 64 characters: as many as are looked at.
    ['+447700900123'.padEnd(64), '+447700900123'],
    // Three trunk zeros: still one number, one spelling.
    ['+31000600000000', '+31600000000'],
    // The zero of Italian landlines is part of the number.
    ['+390600000000', '+390600000000'],
  ])('takes %j for %s', (text, e164) => {
    expect(parsePhoneNumber(text)?.e164).toBe(e164);
  });

  it.each([
    ['empty', ''],
    ['only a plus', '+'],
    ['something before the plus', 'x+447700900123'],
    ['no plus', '447700900123'],
    ['two pluses', '++447700900123'],
    ['a plus inside', '+44+7700900123'],
    ['the prefix 00', '00447700900123'],
    ['letters', '+44770090012A'],
    ['an extension', '+447700900123;ext=1'],
    ['a tabulator', '+44\t7700900123'],
    ['a newline at the end', '+447700900123\n'],
    ['a no-break space', '+44\u00a07700900123'],
    ['a Unicode dash', '+44\u20117700900123'],
    ['a fullwidth plus', '\uff0b447700900123'],
    ['digits of another script', '+44\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661\u0662\u0663'],
    ['too few digits', '+4477009'],
    ['too many for the country', '+4477009001234'],
    ['more than 15 digits', '+4477009001231234'],
    ['no such calling code', '+9990123456'],
    ['a calling code of zero', '+0447700900123'],
    ['longer than anybody writes a number', `+447700900123${' '.repeat(64)}`],
  ])('refuses %s', (_what, text) => {
    expect(parsePhoneNumber(text)).toBeNull();
  });

  it('looks at no more than 64 characters', () => {
    expect(parsePhoneNumber('+'.padEnd(1_000_000, '4'))).toBeNull();
  });

  it.each([
    ['+12015550123', 'US', '1'],
    ['+14165550123', 'CA', '1'],
    ['+18765550123', 'JM', '1'],
    ['+998990000001', 'UZ', '998'],
    ['+447781000000', 'GG', '44'],
    ['+447624000000', 'IM', '44'],
    ['+77000000000', 'KZ', '7'],
    ['+262639000000', 'YT', '262'],
    // Ranges that are new, reserved or nobody's: the main country of the calling code.
    ['+447700900123', 'GB', '44'],
    ['+15555550123', 'US', '1'],
    ['+76000000000', 'RU', '7'],
    ['+4710000000', 'NO', '47'],
  ])('finds %s in %s', (text, country, callingCode) => {
    expect(parsePhoneNumber(text)).toEqual({ e164: text, country, callingCode });
  });

  it.each([
    '+80000000000',
    '+80800000000',
    '+870000000000',
    '+881600000000',
    '+882100000000',
    '+883510000000',
    '+979000000000',
  ])('finds %s in no country', (text) => {
    expect(parsePhoneNumber(text)).toMatchObject({ e164: text, country: null });
  });

  it('gives every number one spelling, and keeps its own', () => {
    const callingCode = fc.constantFrom(
      ...Object.keys(metadata.country_calling_codes),
      ...Object.keys(metadata.nonGeographic),
    );
    const trunk = fc.constantFrom('', '0', '00', '000', '1', '8', '88', '015', '06');
    const national = fc.array(fc.nat({ max: 9 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(callingCode, trunk, national, (code, zeros, digits) => {
        const number = parsePhoneNumber(`+${code}${zeros}${digits.join('')}`);
        fc.pre(number !== null);
        expect(number.e164).toMatch(/^\+[1-9]\d{1,14}$/);
        expect(parsePhoneNumber(number.e164)).toEqual(number);
        expect(number.country === null).toBe(Object.hasOwn(metadata.nonGeographic, number.callingCode));
      }),
      { numRuns: 2000 },
    );
  });

  it('throws on no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => parsePhoneNumber(text)).not.toThrow();
        expect(() => parsePhoneNumber(`+${text}`)).not.toThrow();
      }),
    );
  });
});
