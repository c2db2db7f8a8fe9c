import { describe, expect, it } from '@jest/globals';
import { createFailOpen } from '../../../functions/gateway/fail-open.ts';

const UNAVAILABLE = expect.objectContaining({ name: 'Fault', code: 'unavailable' });

/** A budget that counts. */
function aBudget(left: number) {
  const budget = { left, spend: () => budget.left > 0 && budget.left-- > 0 };
  return budget;
}

describe('createFailOpen', () => {
  it('refuses where that is denied, and lets pass where it is allowed', () => {
    const budget = aBudget(1);
    const failOpen = createFailOpen(budget);

    expect(() => failOpen.refuseIfDenied('deny')).toThrow(UNAVAILABLE);
    expect(() => failOpen.refuseIfDenied('allow')).not.toThrow();
    expect(budget.left).toBe(1);
  });

  it('costs the budget one send, however many failures one request has', () => {
    const budget = aBudget(2);
    const failOpen = createFailOpen(budget);
    failOpen.spend();
    failOpen.spend();

    expect(budget.left).toBe(1);
  });

  it('costs the budget one send for each request', () => {
    const budget = aBudget(2);
    createFailOpen(budget).spend();
    createFailOpen(budget).spend();

    expect(budget.left).toBe(0);
  });

  it('refuses where the budget is spent, each time, and says when to come back', () => {
    const failOpen = createFailOpen(aBudget(0));

    expect(() => failOpen.spend()).toThrow(UNAVAILABLE);
    expect(() => failOpen.spend()).toThrow(expect.objectContaining({ retryAfterSeconds: 60 }));
  });
});
