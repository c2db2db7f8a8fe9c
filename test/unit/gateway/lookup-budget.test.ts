import { describe, expect, it } from '@jest/globals';
import { createLookupBudget } from '../../../functions/gateway/lookup-budget.ts';
import { testNumber } from '../../../tools/twilio-simulator/test-number.ts';

function aBudget(perMinute: number) {
  let nowMs = 0;
  const budget = createLookupBudget(perMinute, () => nowMs);
  const spend = (number: string): string => {
    try {
      budget.spend(number);
      return 'ok';
    } catch (error) {
      const { code, retryAfterSeconds } = error as { code: string; retryAfterSeconds: number };
      return `${code} ${retryAfterSeconds}`;
    }
  };
  return { spend, pass: (ms: number) => (nowMs += ms) };
}

describe('the budget of lookups', () => {
  it('bounds the numbers of one prefix', () => {
    const { spend } = aBudget(2);
    expect([1, 2, 3].map(testNumber).map(spend)).toEqual(['ok', 'ok', 'rate_limited 60']);
  });

  it('counts a number once', () => {
    const { spend } = aBudget(2);
    expect([1, 1, 1, 2, 1].map(testNumber).map(spend)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('counts each prefix by itself', () => {
    const { spend } = aBudget(1);
    expect([testNumber(1), '+12025550101', '+353209100001'].map(spend)).toEqual(['ok', 'ok', 'ok']);
  });

  it('is free again number by number after a minute, and says when', () => {
    const { spend, pass } = aBudget(2);
    spend(testNumber(1));
    pass(30_000);
    spend(testNumber(2));
    pass(29_999);
    expect(spend(testNumber(3))).toBe('rate_limited 1');
    pass(1);
    expect([3, 4].map(testNumber).map(spend)).toEqual(['ok', 'rate_limited 30']);
  });

  it('does not count what it refuses', () => {
    const { spend, pass } = aBudget(1);
    spend(testNumber(1));
    pass(59_000);
    spend(testNumber(2));
    pass(1000);
    expect(spend(testNumber(3))).toBe('ok');
  });

  it('sets no bound with 0', () => {
    const { spend } = aBudget(0);
    const results = Array.from({ length: 500 }, (_, index) => spend(testNumber(index)));
    expect(new Set(results)).toEqual(new Set(['ok']));
  });

  it('forgets the prefix that was not used for longest where there are too many', () => {
    const { spend } = aBudget(1);
    spend(testNumber(1));
    for (let index = 0; index < 10_000; index += 1) spend(`+1202${String(index).padStart(5, '0')}0100`);
    expect(spend(testNumber(2))).toBe('ok');
  });
});
