import { describe, expect, it, jest } from '@jest/globals';
import { CircuitOpen, createCircuitBreaker } from '../../../functions/adapters/circuit-breaker.ts';

class Outage extends Error {}
class RefusedByService extends Error {}

const isOutage = (error: unknown): boolean => error instanceof Outage;
const fails = (): Promise<never> => Promise.reject(new Outage());
const works = (): Promise<string> => Promise.resolve('done');

/** Stops the clock, the library's and ours; it goes on only as far as it is moved. */
function stopClock(): (ms: number) => void {
  let nowMs = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
  return (ms) => {
    nowMs += ms;
  };
}

/** Fails so many times in a row. */
async function failTimes(breaker: ReturnType<typeof createCircuitBreaker>, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await expect(breaker.run(fails)).rejects.toThrow(Outage);
}

describe('a circuit breaker', () => {
  it('passes on what a call gives', async () => {
    expect(await createCircuitBreaker({ isOutage }).run(works)).toBe('done');
  });

  it('opens after as many failures in a row as it was told, and then makes no call', async () => {
    const breaker = createCircuitBreaker({ isOutage, failures: 3 });
    await failTimes(breaker, 3);
    let calls = 0;
    const call = (): Promise<string> => {
      calls += 1;
      return works();
    };
    await expect(breaker.run(call)).rejects.toThrow(CircuitOpen);
    expect(calls).toBe(0);
  });

  it('does not open after the 19th failure in a row unless told so, but after the 20th', async () => {
    const breaker = createCircuitBreaker({ isOutage });
    await failTimes(breaker, 19);
    expect(await breaker.run(works)).toBe('done');
    await failTimes(breaker, 20);
    await expect(breaker.run(works)).rejects.toThrow(CircuitOpen);
  });

  it('starts to count again after a success', async () => {
    const breaker = createCircuitBreaker({ isOutage, failures: 2 });
    await failTimes(breaker, 1);
    await breaker.run(works);
    await failTimes(breaker, 1);
    expect(await breaker.run(works)).toBe('done');
  });

  it('takes a failure that is no outage for a sign of life', async () => {
    const breaker = createCircuitBreaker({ isOutage, failures: 1 });
    const refused = (): Promise<never> => Promise.reject(new RefusedByService());
    await expect(breaker.run(refused)).rejects.toThrow(RefusedByService);
    expect(await breaker.run(works)).toBe('done');
  });

  it('counts a failure that is no outage as a success, so that only failures in a row open it', async () => {
    const breaker = createCircuitBreaker({ isOutage, failures: 2 });
    await failTimes(breaker, 1);
    await expect(breaker.run(() => Promise.reject(new RefusedByService()))).rejects.toThrow(RefusedByService);
    await failTimes(breaker, 1);
    expect(breaker.isOpen()).toBe(false);
  });

  it('says whether it is open', async () => {
    let nowMs = Date.now();
    const breaker = createCircuitBreaker({ isOutage, failures: 1, now: () => nowMs });
    expect(breaker.isOpen()).toBe(false);
    await failTimes(breaker, 1);
    expect(breaker.isOpen()).toBe(true);
    nowMs += 1000;
    expect(breaker.isOpen()).toBe(false);
  });

  it('admits all while it is closed, and one caller at a time while it is not', async () => {
    let nowMs = Date.now();
    const breaker = createCircuitBreaker({ isOutage, failures: 1, trialAfterMs: 1000, now: () => nowMs });
    expect([breaker.admit(), breaker.admit()]).toEqual(['all', 'all']);
    await failTimes(breaker, 1);
    expect(breaker.admit()).toBe('none');
    nowMs += 1000;
    expect([breaker.admit(), breaker.admit()]).toEqual(['one', 'none']);
    // Whoever was admitted may have been stopped by something else.
    nowMs += 1000;
    expect(breaker.admit()).toBe('one');
  });

  it('admits nobody while one call tries', async () => {
    const breaker = createCircuitBreaker({ isOutage, failures: 1, trialAfterMs: 0 });
    await failTimes(breaker, 1);
    const trial = Promise.withResolvers<string>();
    const tried = breaker.run(() => trial.promise);
    expect(breaker.admit()).toBe('none');
    trial.resolve('back');
    await tried;
    expect(breaker.admit()).toBe('all');
  });

  it('tells the call that tries that it does', async () => {
    const passTime = stopClock();
    const breaker = createCircuitBreaker({ isOutage, failures: 1, trialAfterMs: 1000 });
    const isTrial = (told: boolean): Promise<boolean> => Promise.resolve(told);
    expect(await breaker.run(isTrial)).toBe(false);
    await failTimes(breaker, 1);
    passTime(1000);
    expect(await breaker.run(isTrial)).toBe(true);
    expect(await breaker.run(isTrial)).toBe(false);
  });

  it('lets one call try whether the service is back, and answers the others at once', async () => {
    const passTime = stopClock();
    const breaker = createCircuitBreaker({ isOutage, failures: 1, trialAfterMs: 1000 });
    await failTimes(breaker, 1);
    passTime(1000);
    const trial = Promise.withResolvers<string>();
    const tried = breaker.run(() => trial.promise);
    await expect(breaker.run(works)).rejects.toThrow(CircuitOpen);
    trial.resolve('back');
    expect(await tried).toBe('back');
    expect(await breaker.run(works)).toBe('done');
  });

  it('stays open where the one that tried failed', async () => {
    const passTime = stopClock();
    const breaker = createCircuitBreaker({ isOutage, failures: 1, trialAfterMs: 1000 });
    await failTimes(breaker, 1);
    passTime(1000);
    await failTimes(breaker, 1);
    expect(breaker.admit()).toBe('none');
    await expect(breaker.run(works)).rejects.toThrow(CircuitOpen);
  });
});
