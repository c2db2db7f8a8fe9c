import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskPhoneNumber } from '../../../functions/domain/mask-phone-number.ts';

describe('maskPhoneNumber', () => {
  it.each([
    ['+447700900112', '+44••••••12'],
    ['+12015550123', '+1••••••23'],
    ['+998990000001', '+998••••••01'],
    ['+881600000000', '+881••••••00'],
    ['+6830000', '+683••••••00'],
  ])('shows %s as %s', (e164, masked) => {
    expect(maskPhoneNumber(e164)).toBe(masked);
  });

  it.each([
    ['no plus', '447700900112', '••••••12'],
    ['no calling code', '+999700900112', '••••••12'],
    ['spaces', '+44 7700 900112', '••••••12'],
    ['too many digits', '+4477009001121234', '••••••34'],
    ['too few digits for a number', '+44771', '••••••71'],
    ['hardly any digits', '123', '••••••'],
    ['letters', 'somebody', '••••••'],
    ['digits of another script', '\u0667\u0667\u0660\u0660\u0669', '••••••'],
    ['nothing', '', '••••••'],
  ])('of text with %s shows at most two digits', (_what, text, masked) => {
    expect(maskPhoneNumber(text)).toBe(masked);
  });

  it('never shows more than a calling code and two digits of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^\+?[0-9]{0,20}$/)), (text) => {
        expect(maskPhoneNumber(text)).toMatch(/^(?:\+\d{1,3})?••••••(?:\d\d)?$/);
      }),
    );
  });
});
