import { describe, expect, it } from '@jest/globals';
import { createDeadline } from '../../../functions/domain/deadline.ts';

describe('createDeadline', () => {
  it('counts down from the moment it was made, and ends at 0', () => {
    let now = 5000;
    const deadline = createDeadline(1000, () => now);
    const left = [5000, 5400, 6000, 9000].map((moment) => {
      now = moment;
      return deadline.remainingMs();
    });

    expect(left).toEqual([1000, 600, 0, 0]);
  });

  it('has passed at once where less than nothing is left', () => {
    expect(createDeadline(-1, () => 5000).remainingMs()).toBe(0);
  });

  it('takes the monotonic clock of the process where none is given', () => {
    const left = createDeadline(60_000).remainingMs();

    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
  });
});
