import { describe, expect, it } from '@jest/globals';
import { createConcurrencyLimit } from '../../../functions/log-stream/concurrency-limit.ts';
import { turns } from '../../support/turns.ts';

describe('createConcurrencyLimit', () => {
  it('runs no more than so many at a time, in their order', async () => {
    const limit = createConcurrencyLimit(2);
    const begun: number[] = [];
    const ends = Array.from({ length: 5 }, () => Promise.withResolvers<number>());
    const results = ends.map(({ promise }, index) =>
      limit.run(() => {
        begun.push(index);
        return promise;
      }),
    );
    await turns();
    expect(begun).toEqual([0, 1]);
    ends[1]?.resolve(1);
    await turns();
    expect(begun).toEqual([0, 1, 2]);
    ends.forEach(({ resolve }, index) => resolve(index));
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4]);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('passes a failure on and goes on', async () => {
    const limit = createConcurrencyLimit(1);
    const [failing, next] = [
      limit.run(() => Promise.reject(new Error('failed'))),
      limit.run(() => Promise.resolve(2)),
    ];
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe(2);
  });
});
