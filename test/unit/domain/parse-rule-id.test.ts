import { describe, expect, it } from '@jest/globals';
import { parseRuleId } from '../../../functions/domain/parse-rule-id.ts';
import type { RuleScope } from '../../../functions/domain/rule.ts';

describe('parseRuleId', () => {
  it.each<[string, RuleScope]>([
    ['+9', { kind: 'prefix', prefix: '+9' }],
    ['+99899001', { kind: 'prefix', prefix: '+99899001' }],
    ['+447700900123', { kind: 'prefix', prefix: '+447700900123' }],
    ['+123456789012345', { kind: 'prefix', prefix: '+123456789012345' }],
    ['UZ', { kind: 'country', country: 'UZ' }],
    ['GB', { kind: 'country', country: 'GB' }],
    ['234-51', { kind: 'carrier', mcc: '234', mnc: '51' }],
    ['234-1', { kind: 'carrier', mcc: '234', mnc: '1' }],
    ['234-051', { kind: 'carrier', mcc: '234', mnc: '051' }],
    ['310-260', { kind: 'carrier', mcc: '310', mnc: '260' }],
    ['23451', { kind: 'carrier', mcc: '234', mnc: '51' }],
    ['310260', { kind: 'carrier', mcc: '310', mnc: '260' }],
    ['447700', { kind: 'carrier', mcc: '447', mnc: '700' }],
    ['001-01', { kind: 'carrier', mcc: '001', mnc: '01' }],
    ['234-*', { kind: 'mcc', mcc: '234' }],
  ])('reads %s', (id, scope) => {
    expect(parseRuleId(id)).toEqual({ id, scope });
  });

  it.each([
    ['TYPE:PREMIUM', 'type:premium', 'premium'],
    ['TYPE:FIXEDVOIP', 'type:fixedVoip', 'fixedVoip'],
    ['TYPE: NONFIXEDVOIP', 'type:nonFixedVoip', 'nonFixedVoip'],
  ])('reads %s and shows it as %s', (id, shown, lineType) => {
    expect(parseRuleId(id)).toEqual({ id: shown, scope: { kind: 'lineType', lineType } });
  });

  it.each([
    '',
    '+',
    '+0',
    '+0447',
    '+44 7700',
    '+1234567890123456',
    'UK',
    'XX',
    'GBR',
    '1',
    '44',
    '234',
    '2345',
    '2345100',
    '234-',
    '234-1000',
    '234-51-1',
    '23-451',
    '*',
    '*-*',
    '234-51*',
    'TYPE:',
    'TYPE:VOIP',
    'PREMIUM',
    'X7FQ2KPLMZ90ABCD1234',
    // A good id with something before or behind it.
    'X+44',
    '+44X',
    '1234-1',
    '234-1X',
    '1234-*',
    '234-*X',
    'XTYPE:PREMIUM',
    'TYPE:PREMIUM X',
  ])('finds no rule in %j', (id) => {
    expect(parseRuleId(id)).toBeNull();
  });
});
