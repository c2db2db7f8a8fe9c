import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskRuleId } from '../../../functions/domain/mask-rule-id.ts';

describe('maskRuleId', () => {
  it.each([
    'UZ',
    '+44',
    '+9989900',
    '234-51',
    '310260',
    '234-*',
    'type:premium',
    'no-country',
    'settings/gateway',
    'X7FQ2KPLMZ90ABCD1234',
    '',
  ])('leaves %j as it is', (id) => {
    expect(maskRuleId(id)).toBe(id);
  });

  it.each([
    ['a full number', '+447700900112', '+44••••••12'],
    ['a prefix of eight digits', '+99899001', '+998••••••01'],
    ['a number without plus', '447700900112', '••••••12'],
    ['a number with spaces', '+44 7700 900112', '+44••••••12'],
    ['a number as people write it', '(+44) (0)7700-900.112', '(+44••••••12'],
    ['a number in a sentence', 'CALLS FROM +447700900112 AGAIN', 'CALLS FROM +44••••••12 AGAIN'],
    ['digits of another script', '\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661', '••••••'],
    ['more than 15 digits', '+12345678901234567', '••••••67'],
    ['an address', 'somebody@example.org', '•••@example.org'],
  ])('masks %s', (_what, id, masked) => {
    expect(maskRuleId(id)).toBe(masked);
  });

  it('cuts strange ids to 40 characters', () => {
    expect(maskRuleId('x'.repeat(1500))).toBe('x'.repeat(40));
  });

  it('never shows eight digits in a row, whatever stands between them', () => {
    const text = fc.array(fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(' ', '-', '.', '(', ')', '+', 'A')), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, (characters) => {
        const shown = maskRuleId(characters.join(''));
        expect(shown).not.toMatch(/\d(?:[ .()-]*\d){7}/);
        expect(shown.length).toBeLessThanOrEqual(40);
      }),
    );
  });
});
