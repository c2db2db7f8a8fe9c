import { describe, expect, it } from '@jest/globals';
import { createRuleSet } from '../../../functions/domain/rule-set.ts';
import { aRule } from './some-rules.ts';

describe('a rule set', () => {
  it('finds rules by what they match', () => {
    const rules = ['+998', 'UZ', '234-015', '234-*', 'type:premium allow'].map(aRule);
    const [prefix, country, carrier, mcc, lineType] = rules;
    const set = createRuleSet(rules);
    expect(set.prefixes.get('+998')).toEqual({ block: prefix, monitor: null, allow: null });
    expect(set.countries.get('UZ')?.block).toBe(country);
    expect(set.carriers.get('234-15')?.block).toBe(carrier);
    expect(set.mccs.get('234')?.block).toBe(mcc);
    expect(set.lineTypes.get('premium')).toEqual({ block: null, monitor: null, allow: lineType });
  });

  it('keeps one rule of each action for the same thing', () => {
    const [block, monitor, allow] = ['UZ', 'UZ monitor', 'UZ allow'].map(aRule);
    expect(createRuleSet(['UZ', 'UZ monitor', 'UZ allow'].map(aRule)).countries.get('UZ')).toEqual({
      block,
      monitor,
      allow,
    });
  });

  it.each([
    ['the one that never expires', ['23451 block until 2030-01-01T00:00:00Z', '234-51'], '234-51'],
    [
      'the one that expires later',
      ['234-51 block until 2029-01-01T00:00:00Z', '23451 block until 2030-01-01T00:00:00Z'],
      '23451',
    ],
    ['the one with the smaller id', ['23451', '234-51'], '234-51'],
  ])('keeps of rules that do the same %s, in any order', (_what, lines, id) => {
    const rules = lines.map(aRule);
    expect(createRuleSet(rules).carriers.get('234-51')?.block?.id).toBe(id);
    expect(createRuleSet(rules.toReversed()).carriers.get('234-51')?.block?.id).toBe(id);
  });

  it('has no place for a network that is none', () => {
    const rule = { ...aRule('234-51'), scope: { kind: 'carrier', mcc: '23', mnc: 'x' } } as const;
    expect(createRuleSet([rule]).carriers.size).toBe(0);
  });
});
