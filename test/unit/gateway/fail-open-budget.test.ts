import { describe, expect, it } from '@jest/globals';
import { createFailOpenBudget } from '../../../functions/gateway/fail-open-budget.ts';

describe('createFailOpenBudget', () => {
  it('allows so many within any 60 s, and no more', () => {
    let now = 0;
    const budget = createFailOpenBudget(2, () => now);
    const moments = [0, 30_000, 30_000, 59_999, 60_000, 60_000, 89_999, 90_000];
    const spent = moments.map((moment) => {
      now = moment;
      return budget.spend();
    });

    expect(spent).toEqual([true, true, false, false, true, false, false, true]);
  });

  it('does not count what it did not allow', () => {
    let now = 0;
    const budget = createFailOpenBudget(1, () => now);
    budget.spend();
    now = 59_999;
    budget.spend();
    now = 60_000;

    expect(budget.spend()).toBe(true);
  });

  it('allows nothing where it is 0', () => {
    expect(createFailOpenBudget(0).spend()).toBe(false);
  });

  it('takes the monotonic clock of the process where none is given', () => {
    const budget = createFailOpenBudget(1);

    expect([budget.spend(), budget.spend()]).toEqual([true, false]);
  });
});
