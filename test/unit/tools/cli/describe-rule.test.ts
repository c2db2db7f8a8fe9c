import { describe, expect, it } from '@jest/globals';
import { parseRule } from '../../../../functions/domain/parse-rule.ts';
import { describeRule } from '../../../../tools/cli/describe-rule.ts';

function describeId(id: string): string | null {
  const { rule } = parseRule({ id, fields: {} });
  return rule === null ? null : describeRule(rule);
}

describe('describeRule', () => {
  it.each([
    ['UZ', 'numbers of Uzbekistan'],
    ['+99899394', 'numbers from +99899394 (Uzbekistan)'],
    ['+8816', 'numbers from +8816'],
    ['type:premium', 'lines of type premium'],
    ['410-01', 'network 410-01, Jazz (Pakistan)'],
    ['410-1', 'network 410-1, Jazz (Pakistan)'],
    ['234-58', 'network 234-58, Pronto GSM (Isle of Man, United Kingdom)'],
    ['901-14', 'network 901-14, AeroMobile (international)'],
    ['234-*', 'every network of MCC 234 (United Kingdom, Isle of Man, Jersey, Guernsey)'],
    ['310-*', 'every network of MCC 310 (United States, Guam, Puerto Rico, U.S. Virgin Islands, …)'],
  ])('says what %s is about', (id, about) => {
    expect(describeId(id)).toBe(about);
  });

  it('names the network that is on air of those that share a number', () => {
    expect(describeId('234-18')).toBe('network 234-18, Cloud9 (United Kingdom)');
  });

  it.each([
    ['234-99', 'network 234-99'],
    ['243-*', 'every network of MCC 243'],
  ])('says of %s, which no list names, no more than that', (id, about) => {
    expect(describeId(id)).toBe(about);
  });
});
