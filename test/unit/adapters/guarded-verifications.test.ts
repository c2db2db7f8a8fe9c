import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardVerifications } from '../../../functions/adapters/guarded-verifications.ts';
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
    checkAvailable: () => undefined,
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

describe('Verify behind circuit breakers', () => {
  it.each(['provider_error', 'provider_timeout'] as const)(
    'is left alone after starts that failed with %s, and callers are told to come back',
    async (code) => {
      const verify = verifyThat(() => Promise.reject(new Fault(code)));
      const guarded = guardVerifications(verify, { failures: 2 });
      await expect(guarded.start(verification, deadline)).rejects.toMatchObject({ code });
      guarded.checkAvailable();
      await expect(guarded.start(verification, deadline)).rejects.toMatchObject({ code });

      const unavailable = { code: 'unavailable', retryAfterSeconds: 1 };
      await expect(guarded.start(verification, deadline)).rejects.toMatchObject(unavailable);
      expect(() => guarded.checkAvailable()).toThrow(expect.objectContaining(unavailable));
      expect(verify.calls).toBe(2);
    },
  );

  it('starts all the same where only cancelling fails, and then cancels no more', async () => {
    const verify = {
      ...verifyThat(() => Promise.reject(new Fault('provider_error'))),
      start: () => Promise.resolve({ sendAttempts: 1 }),
    };
    const guarded = guardVerifications(verify, { failures: 1 });
    await expect(guarded.cancelPending('+447700900001', deadline)).rejects.toMatchObject({
      code: 'provider_error',
    });
    await expect(guarded.cancelPending('+447700900001', deadline)).rejects.toMatchObject({
      code: 'unavailable',
    });

    guarded.checkAvailable();
    expect(await guarded.start(verification, deadline)).toEqual({ sendAttempts: 1 });
  });

  it.each([
    ['a refusal', new Refusal('rate_limited')],
    ['a fault of ours', new Fault('misconfigured')],
  ])('goes on after %s', async (_name, error) => {
    const verify = verifyThat(() => Promise.reject(error));
    const guarded = guardVerifications(verify, { failures: 1 });
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
    const guarded = guardVerifications(verify, { failures: 1, probeAfterMs: 5 });
    const start = () => guarded.start(verification, createDeadline(10_000));
    await expect(start()).rejects.toThrow(Fault);
    isDown = false;
    await sleep(10);
    await start();
    await start();
    expect(given).toEqual([10, 3, 10]);
  });
});
