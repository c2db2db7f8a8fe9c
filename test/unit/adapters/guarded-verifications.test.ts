import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardVerifications, type GuardOptions } from '../../../functions/adapters/guarded-verifications.ts';
import { createDeadline, type Deadline } from '../../../functions/domain/deadline.ts';
import { Fault } from '../../../functions/domain/fault.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import type { NewVerification, Verifications } from '../../../functions/gateway/ports.ts';

const deadline = createDeadline(1000);
const verification: NewVerification = {
  to: '+447700900001',
  channel: 'sms',
  code: '123456',
  rateLimits: {},
  deviceIp: null,
  locale: null,
  tags: {},
};

/** Verify that always ends in the same way, and counts. */
function verifyThat(end: () => Promise<never>): Verifications & { calls: number } {
  const verify = {
    calls: 0,
    checkAvailable: () => Promise.resolve(),
    start: () => {
      verify.calls += 1;
      return end();
    },
    cancelPending: () => {
      verify.calls += 1;
      return end();
    },
  };
  return verify;
}

/** A guard that must not ask whether Verify answers, unless it is told what comes of it. */
function guard(verify: Verifications, options: Partial<GuardOptions> = {}): Verifications {
  const isAnswering = (): Promise<boolean> => Promise.reject(new Error('nobody was to ask'));
  return guardVerifications(verify, { isAnswering, ...options });
}

describe('Verify behind circuit breakers', () => {
  it.each(['provider_error', 'provider_timeout'] as const)(
    'is left alone after starts that failed with %s, and callers are told to come back',
    async (code) => {
      const verify = verifyThat(() => Promise.reject(new Fault(code)));
      const guarded = guard(verify, { failures: 2 });
      await expect(guarded.start(verification, deadline)).rejects.toMatchObject({ code });
      await guarded.checkAvailable();
      await expect(guarded.start(verification, deadline)).rejects.toMatchObject({ code });

      const unavailable = { code: 'unavailable', retryAfterSeconds: 1 };
      await expect(guarded.start(verification, deadline)).rejects.toMatchObject(unavailable);
      await expect(guarded.checkAvailable()).rejects.toMatchObject(unavailable);
      expect(verify.calls).toBe(2);
    },
  );

  it('starts all the same where only cancelling fails, and then cancels no more', async () => {
    const verify = {
      ...verifyThat(() => Promise.reject(new Fault('provider_error'))),
      start: () => Promise.resolve({ sendAttempts: 1 }),
    };
    const guarded = guard(verify, { failures: 1 });
    await expect(guarded.cancelPending('+447700900001', deadline)).rejects.toMatchObject({
      code: 'provider_error',
    });
    await expect(guarded.cancelPending('+447700900001', deadline)).rejects.toMatchObject({
      code: 'unavailable',
    });

    await guarded.checkAvailable();
    expect(await guarded.start(verification, deadline)).toEqual({ sendAttempts: 1 });
  });

  it.each([
    ['a refusal', new Refusal('rate_limited')],
    ['a fault of ours', new Fault('misconfigured')],
  ])('goes on after %s', async (_name, error) => {
    const verify = verifyThat(() => Promise.reject(error));
    const guarded = guard(verify, { failures: 1 });
    await expect(guarded.start(verification, deadline)).rejects.toBe(error);
    await expect(guarded.start(verification, deadline)).rejects.toBe(error);
    expect(verify.calls).toBe(2);
  });

  it('gives a start that tries whether Verify is back 3 seconds, and every other all the time there is', async () => {
    const given: number[] = [];
    let isDown = true;
    const verify = {
      ...verifyThat(() => Promise.reject(new Fault('provider_timeout'))),
      start: (_verification: NewVerification, limit: Deadline) => {
        given.push(Math.ceil(limit.remainingMs() / 1000));
        return isDown ? Promise.reject(new Fault('provider_timeout')) : Promise.resolve({ sendAttempts: 1 });
      },
    };
    const guarded = guard(verify, { failures: 1, trialAfterMs: 5 });
    const start = () => guarded.start(verification, createDeadline(10_000));
    await expect(start()).rejects.toThrow(Fault);
    isDown = false;
    await sleep(10);
    await start();
    await start();
    expect(given).toEqual([10, 3, 10]);
  });
});

describe('a request that comes while Verify is left alone', () => {
  const UNAVAILABLE = { code: 'unavailable', retryAfterSeconds: 1 };

  /** Verify after an outage that opened the circuit a second ago, and what is asked of it. */
  async function afterOutage(
    isAnswering: () => Promise<boolean>,
    starts: () => Promise<never> | Promise<{ sendAttempts: number }>,
  ) {
    let nowMs = Date.now();
    let isDown = true;
    const asked: string[] = [];
    const verify: Verifications = {
      checkAvailable: () => Promise.resolve(),
      cancelPending: () => Promise.resolve(),
      start: () => {
        asked.push('start');
        return isDown ? Promise.reject(new Fault('provider_timeout')) : starts();
      },
    };
    const guarded = guard(verify, {
      failures: 1,
      // The library has a clock of its own; ours says when a second has passed.
      trialAfterMs: 1,
      patienceMs: 20,
      now: () => nowMs,
      isAnswering: () => {
        asked.push('probe');
        return isAnswering();
      },
    });
    await expect(guarded.start(verification, deadline)).rejects.toThrow(Fault);
    isDown = false;
    asked.length = 0;
    const pass = async (): Promise<void> => {
      nowMs += 1000;
      await sleep(5);
    };
    await pass();
    return { guarded, asked, pass };
  }

  const sends = () => Promise.resolve({ sendAttempts: 1 });

  it('asks whether Verify answers, and goes on if so; its start closes the circuit', async () => {
    const { guarded, asked } = await afterOutage(() => Promise.resolve(true), sends);
    await guarded.checkAvailable();
    await expect(guarded.checkAvailable()).rejects.toMatchObject(UNAVAILABLE);
    await guarded.start(verification, deadline);
    await guarded.checkAvailable();
    expect(asked).toEqual(['probe', 'start']);
  });

  it('sends nothing where Verify does not answer', async () => {
    const { guarded, asked } = await afterOutage(() => Promise.resolve(false), sends);
    await expect(guarded.checkAvailable()).rejects.toMatchObject(UNAVAILABLE);
    expect(asked).toEqual(['probe']);
  });

  it('waits no longer than it was told for a Verify that hangs', async () => {
    const never = new Promise<boolean>(() => undefined);
    const { guarded, asked } = await afterOutage(() => never, sends);
    await expect(guarded.checkAvailable()).rejects.toMatchObject(UNAVAILABLE);
    expect(asked).toEqual(['probe']);
  });

  it('is let in at once where the answer came too late for the one before it', async () => {
    const answer = Promise.withResolvers<boolean>();
    const { guarded, asked, pass } = await afterOutage(() => answer.promise, sends);
    await expect(guarded.checkAvailable()).rejects.toMatchObject(UNAVAILABLE);
    answer.resolve(true);
    await pass();
    await guarded.checkAvailable();
    expect(asked).toEqual(['probe']);
  });

  it('asks anew where that late answer is old, or was a no', async () => {
    const answers = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
    let next = 0;
    const { guarded, asked, pass } = await afterOutage(() => {
      const answer = answers[next];
      next += 1;
      return answer?.promise ?? Promise.resolve(false);
    }, sends);
    await expect(guarded.checkAvailable()).rejects.toMatchObject(UNAVAILABLE);
    answers[0]?.resolve(false);
    await pass();
    await expect(guarded.checkAvailable()).rejects.toMatchObject(UNAVAILABLE);
    answers[1]?.resolve(true);
    for (let seconds = 0; seconds < 6; seconds += 1) await pass();
    await expect(guarded.checkAvailable()).rejects.toMatchObject(UNAVAILABLE);
    expect(asked).toEqual(['probe', 'probe', 'probe']);
  });

  it('asks anew where Verify answers but starts still fail', async () => {
    const fails = () => Promise.reject(new Fault('provider_timeout'));
    const { guarded, asked, pass } = await afterOutage(() => Promise.resolve(true), fails);
    await guarded.checkAvailable();
    await expect(guarded.start(verification, deadline)).rejects.toMatchObject({ code: 'provider_timeout' });
    await pass();
    await guarded.checkAvailable();
    expect(asked).toEqual(['probe', 'start', 'probe']);
  });
});
