import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hintForBadRuleId, hintForGoodRuleId } from '../../../functions/domain/hint-rule-id.ts';
import { parseRuleId } from '../../../functions/domain/parse-rule-id.ts';

const NO_KIND = 'neither +998 nor UZ nor 234-51 nor 234-* nor type:premium, and no mcc and mnc';

describe('the hint for an id that makes no rule', () => {
  it.each([
    ['UK', 'UK: did you mean GB'],
    ['EL', 'EL: did you mean GR'],
    ['USA', 'USA: did you mean US'],
    ['XX', 'XX: no phone number is of this country (ISO 3166-1 alpha-2)'],
    ['234', '234: did you mean 234-* (networks of MCC 234) or +234 (Nigeria)'],
    ['310', '310: did you mean 310-* (networks of MCC 310)'],
    ['881', '881: did you mean 881-* (networks of MCC 881) or +881 (no country)'],
    ['44', '44: did you mean +44 (United Kingdom)'],
    ['1', '1: did you mean +1 (United States)'],
    ['4477', '4477: did you mean +4477 (with + in front)'],
    ['4477009', '4477009: did you mean +4477009 (with + in front)'],
    ['447700900123', '••••••23: did you mean +44••••••23 (with + in front)'],
    ['00447700', '••••••00: did you mean +447700 (with + in front)'],
    ['+44 7700', '+44 7700: did you mean +447700 (nothing but + and digits)'],
    ['+998-99', '+998-99: did you mean +99899 (nothing but + and digits)'],
    ['+998*', '+998*: did you mean +998 (nothing but + and digits)'],
    ['+44 7700 900123', '+44••••••23: did you mean +44••••••23 (nothing but + and digits)'],
    ['+0447', '+0447: no number starts with +0: a prefix starts with a calling code, such as +44'],
    ['+', '+: a prefix is + and 1 to 15 digits'],
    ['+1234567890123456', '••••••56: a prefix is + and 1 to 15 digits'],
    ['234-51-1', '234-51-1: did you mean 234-51'],
    ['234 51', '234 51: did you mean 234-51'],
    ['234_51', '234_51: did you mean 234-51'],
    ['234\u201351', '234\u201351: did you mean 234-51'],
    ['234*', '234*: did you mean 234-*'],
    ['234-XX', '234-XX: did you mean 234-*'],
    ['PREMIUM', 'PREMIUM: did you mean type:premium'],
    ['TYPE-FIXEDVOIP', 'TYPE-FIXEDVOIP: did you mean type:fixedVoip'],
    ['LINE TYPE: UAN', 'LINE TYPE: UAN: did you mean type:uan'],
    ['X7FQ2KPLMZ', `X7FQ2KPLMZ: ${NO_KIND}`],
    ['SOMEBODY@EXAMPLE.ORG', `•••@EXAMPLE.ORG: ${NO_KIND}`],
    ['00', `00: ${NO_KIND}`],
  ])('%s', (id, hint) => {
    expect(parseRuleId(id)).toBeNull();
    expect(hintForBadRuleId(id)).toBe(hint);
  });

  it('lists the line types where one is unknown', () => {
    expect(hintForBadRuleId('TYPE:VOIP')).toMatch(/^TYPE:VOIP: the line types are .*fixedVoip, nonFixedVoip/);
  });

  it('takes no longer for what is longer', () => {
    expect(hintForBadRuleId(`${'_'.repeat(200_000)}!`)).toBe(`${'_'.repeat(40)}: ${NO_KIND}`);
  });

  it('shows no long number of any id', () => {
    const id = fc.array(
      fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(' ', '-', '+', '*', 'A', 'TYPE:', '\u0661')),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(id, (parts) => {
        expect(hintForBadRuleId(parts.join('').trim())).not.toMatch(/\d(?:[ -]*\d){7}/);
      }),
    );
  });
});

describe('the hint for an id that makes a rule', () => {
  it.each([
    ['31026', '31026: did you mean 310-260'],
    ['310-26', '310-26: did you mean 310-260'],
    ['302-72', '302-72: did you mean 302-720'],
    ['732-10', '732-10: did you mean 732-100'],
    ['+4407700900123', '+44••••••23: did you mean +44••••••23 (without the 0 after the calling code)'],
    ['310-260', null],
    ['310-026', null],
    ['310-*', null],
    ['234-51', null],
    ['405-51', null],
    ['+390600000000', null],
    ['+4407', null],
    ['+999', null],
    ['UZ', null],
    ['TYPE:PREMIUM', null],
  ])('%s: %j', (id, hint) => {
    const parsed = parseRuleId(id);
    expect(parsed).not.toBeNull();
    expect(parsed && hintForGoodRuleId(parsed.id, parsed.scope)).toBe(hint);
  });
});
