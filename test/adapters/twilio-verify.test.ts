import { inspect } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { createTwilioTransport, type TwilioTransport } from '../../functions/adapters/twilio-transport.ts';
import {
  createTwilioApprovals,
  createTwilioVerifications,
  type TwilioVerificationsOptions,
} from '../../functions/adapters/twilio-verify.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';
import { Fault } from '../../functions/domain/fault.ts';
import type { NewVerification } from '../../functions/gateway/ports.ts';
import { CREATE_FAULTS } from '../../tools/twilio-simulator/create-faults.ts';
import { createTwilioSimulator } from '../../tools/twilio-simulator/create-twilio-simulator.ts';
import type { Fault as BadAnswer } from '../../tools/twilio-simulator/fault.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { failureOf, startSimulatedTwilio, VERIFICATIONS_PATH } from '../support/simulated-twilio.ts';

const { apiKey, serviceSid } = SIMULATOR_DEFAULTS;
const CODE = '918273';
const number = NUMBERS.ordinary;
const httpClient = createHttpClient({ maxSockets: 8 });
const { simulator, url, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(async () => {
  httpClient.close();
  await stop();
});

function transportTo(baseUrl: string, apiKeySecret: () => string = () => apiKey.secret): TwilioTransport {
  return createTwilioTransport({ httpClient, apiKeySid: apiKey.sid, apiKeySecret, baseUrl });
}

function verifyOf(options: Partial<TwilioVerificationsOptions> = {}) {
  const waits: number[] = [];
  const timeouts: number[] = [];
  const transport = transportTo(url);
  const noted: TwilioTransport = {
    connect: (api, timeoutMs) => {
      timeouts.push(timeoutMs);
      return transport.connect(api, timeoutMs);
    },
  };
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  const all = { transport: noted, serviceSid, random: () => 0.5, wait, ...options };
  const verifications = createTwilioVerifications(all);
  const approvals = createTwilioApprovals(all);
  return { verifications, approvals, waits, timeouts };
}

function aVerification(changes: Partial<NewVerification> = {}): NewVerification {
  return {
    to: number,
    channel: 'sms',
    code: CODE,
    rateLimits: {},
    deviceIp: null,
    locale: null,
    tags: {},
    ...changes,
  };
}

const inTime = (ms = 5000) => createDeadline(ms);

const seenStatuses = () => simulator.seen.map(({ operation, status }) => [operation, status]);

function expectNothingPersonal(error: unknown): void {
  const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
  for (const text of [
    '447700900',
    CODE,
    apiKey.secret,
    apiKey.sid,
    serviceSid,
    Buffer.from(`${apiKey.sid}:${apiKey.secret}`).toString('base64'),
    'example.com',
  ]) {
    expect(shown).not.toContain(text);
  }
}

describe('a start', () => {
  it('carries everything that is known, in the words of Verify', async () => {
    const { verifications } = verifyOf();
    const rateLimits = { ip_and_phone: `${number}|203.0.113.7`, everything: 'all' };
    const buckets = [{ max: 5, intervalSeconds: 600 }];
    simulator.change({ rateLimits: Object.keys(rateLimits).map((uniqueName) => ({ uniqueName, buckets })) });

    const started = await verifications.start(
      aVerification({
        channel: 'call',
        code: '0123456789',
        rateLimits,
        deviceIp: '2001:db8::1',
        locale: 'pt-BR',
        tags: { app: 'Käse & Brot', type: 'otp_verify' },
      }),
      inTime(),
    );

    expect(started).toEqual({ sendAttempts: 1 });
    expect(simulator.seen).toHaveLength(1);
    expect(simulator.seen[0]).toMatchObject({
      operation: 'verification.create',
      unknownParams: [],
      status: 201,
    });
    expect(simulator.seen[0]?.params).toEqual({
      To: number,
      Channel: 'call',
      CustomCode: '0123456789',
      RateLimits: JSON.stringify(rateLimits),
      DeviceIp: '2001:db8::1',
      Locale: 'pt-BR',
      Tags: JSON.stringify({ app: 'Käse & Brot', type: 'otp_verify' }),
    });
    expect(simulator.delivered).toMatchObject([{ to: number, channel: 'call', code: '0123456789' }]);
  });

  it('leaves out what is not known', async () => {
    await verifyOf().verifications.start(aVerification(), inTime());

    expect(simulator.seen[0]?.params).toEqual({ To: number, Channel: 'sms', CustomCode: CODE });
  });

  it('may go to an e-mail address', async () => {
    const { verifications, approvals } = verifyOf();

    await verifications.start(aVerification({ to: 'a+b@example.com', channel: 'email' }), inTime());
    await approvals.approve('a+b@example.com', inTime());

    expect(simulator.seen.map(({ to }) => to)).toEqual(['a+b@example.com', 'a+b@example.com']);
    expect(seenStatuses()).toEqual([
      ['verification.create', 201],
      ['verification.update', 200],
    ]);
  });

  it('tells that a pending verification was used again', async () => {
    const { verifications } = verifyOf();

    await verifications.start(aVerification(), inTime());
    const again = await verifications.start(aVerification({ code: '123123' }), inTime());

    expect(again).toEqual({ sendAttempts: 2 });
  });

  it('has 8 seconds, or what the deadline leaves', async () => {
    const { verifications, timeouts } = verifyOf();

    await verifications.start(aVerification(), inTime(15_000));
    await verifications.start(aVerification(), inTime(3000));

    expect(timeouts[0]).toBeGreaterThan(7000);
    expect(timeouts[0]).toBeLessThanOrEqual(8000);
    expect(timeouts[1]).toBeLessThanOrEqual(3000);
  });

  it('does not begin when no time is left', async () => {
    const error = await failureOf(verifyOf().verifications.start(aVerification(), inTime(0)));

    expect(error).toMatchObject({ name: 'Fault', code: 'provider_timeout' });
    expect(simulator.seen).toEqual([]);
  });

  it('passes on what is no failure of Twilio', async () => {
    const missing = new Error('no secret yet');
    const transport = transportTo(url, () => {
      throw missing;
    });
    const { verifications, approvals } = verifyOf({ transport });

    expect(await failureOf(verifications.start(aVerification(), inTime()))).toBe(missing);
    expect(await failureOf(verifications.cancelPending(number, inTime()))).toBe(missing);
    expect(await failureOf(approvals.approve(number, inTime()))).toBe(missing);
    expect(simulator.seen).toEqual([]);
  });
});

describe('a start that Verify does not answer well', () => {
  type Outcome = readonly [outcome: string, calls: number, details?: object];
  const outcomes: Readonly<Record<string, Outcome>> = {
    '60200 To': ['Refusal invalid_recipient', 1, { twilioCode: 60200 }],
    '60200 other': ['Fault misconfigured', 1, { twilioCode: 60200 }],
    '60202': ['Refusal rate_limited', 1, { twilioCode: 60202 }],
    '60203': ['Refusal rate_limited', 1, { twilioCode: 60203 }],
    '60204': ['Fault misconfigured', 1, { twilioCode: 60204 }],
    '60205': ['Refusal channel_not_possible', 1, { twilioCode: 60205 }],
    '60212': ['Refusal rate_limited', 1, { twilioCode: 60212 }],
    '60217': ['Fault misconfigured', 1, { twilioCode: 60217 }],
    '60218': ['Fault misconfigured', 1, { twilioCode: 60218 }],
    '60219': ['Fault misconfigured', 1, { twilioCode: 60219 }],
    '60220': ['Refusal blocked_by_provider', 1, { twilioCode: 60220 }],
    '60222': ['Fault misconfigured', 1, { twilioCode: 60222 }],
    '60223': ['Fault misconfigured', 1, { twilioCode: 60223 }],
    '60226': ['Refusal blocked_by_provider', 1, { twilioCode: 60226 }],
    '60238': ['Refusal blocked_by_provider', 1, { twilioCode: 60238 }],
    '60242': ['Fault misconfigured', 1, { twilioCode: 60242 }],
    '60245': ['Fault misconfigured', 1, { twilioCode: 60245 }],
    '60248': ['Fault misconfigured', 1, { twilioCode: 60248 }],
    '60250': ['Fault misconfigured', 1, { twilioCode: 60250 }],
    '60410': ['Refusal blocked_by_provider', 1, { twilioCode: 60410 }],
    '60412': ['Refusal blocked_by_provider', 1, { twilioCode: 60412 }],
    '60413': ['Refusal blocked_by_provider', 1, { twilioCode: 60413 }],
    '60605': ['Refusal blocked_by_provider', 1, { twilioCode: 60605 }],
    '60735': ['Fault misconfigured', 1, { twilioCode: 60735 }],
    '20429 limit': ['Refusal rate_limited', 1, { twilioCode: 20429, retryAfterSeconds: 120 }],
    '20429': ['Refusal rate_limited', 2, { twilioCode: 20429 }],
    '25109': ['Refusal rate_limited', 1, { twilioCode: 25109 }],
    '20003': ['Fault misconfigured', 1, { twilioCode: 20003 }],
    '20404': ['Fault misconfigured', 1, { twilioCode: 20404 }],
    '500': ['Fault provider_error', 1, { twilioCode: undefined }],
    '503': ['Fault provider_error', 2, { twilioCode: undefined }],
    '20500': ['Fault provider_error', 1, { twilioCode: 20500 }],
    '20503': ['Fault provider_error', 2, { twilioCode: 20503 }],
    'unknown code': ['Fault misconfigured', 1, { twilioCode: 69_999 }],
    html: ['Fault provider_error', 1],
    empty: ['Fault provider_error', 1],
    text: ['sent', 1],
    redirect: ['Fault provider_error', 1],
    big: ['sent', 1],
    reset: ['Fault provider_timeout', 1],
    hang: ['Fault provider_timeout', 1],
    half: ['sent', 1],
    problem: ['Refusal rate_limited', 1, { twilioCode: 60203 }],
  };

  it.each(CREATE_FAULTS)('$name', async ({ name, number: to, fault }) => {
    const [outcome, calls, details = {}] = outcomes[name] ?? ['not in the table', 0];
    const { verifications, waits } = verifyOf();
    const deadline = inTime(fault.kind === 'hang' ? 700 : 5000);

    const result: unknown = await verifications
      .start(aVerification({ to }), deadline)
      .catch((error: unknown) => error);

    const told =
      result instanceof Error ? `${result.name} ${'code' in result ? String(result.code) : ''}` : 'sent';
    expect(told).toBe(outcome);
    expect(result).toMatchObject(told === 'sent' ? { sendAttempts: 1 } : details);
    expect(simulator.seen.map(({ operation }) => operation)).toEqual(
      Array(calls).fill('verification.create'),
    );
    expect(waits).toHaveLength(calls - 1);
    expectNothingPersonal(result);
  });
});

describe('a start that cannot end in time', () => {
  it('is not begun: the code would arrive, and the caller would send another', async () => {
    const { verifications } = verifyOf();

    await expect(verifications.start(aVerification(), inTime(400))).rejects.toMatchObject({
      code: 'provider_timeout',
    });

    expect(simulator.seen).toEqual([]);
  });
});

describe('the second attempt of a start', () => {
  it.each<[string, BadAnswer]>([
    ['503', { status: 503 }],
    ['20503', { status: 503, code: 20503 }],
    ['503 in HTML', { status: 503, kind: 'html' }],
    ["the account's concurrency", { status: 429, code: 20429 }],
  ])('succeeds after %s', async (_name, fault) => {
    simulator.inject({ operation: 'verification.create', ...fault });
    const { verifications } = verifyOf();

    await expect(verifications.start(aVerification(), inTime())).resolves.toEqual({ sendAttempts: 1 });

    expect(simulator.seen).toHaveLength(2);
    expect(simulator.delivered).toHaveLength(1);
  });

  it('is not made after 429 without a code: it may be a limit of the service that was reached', async () => {
    simulator.inject({ operation: 'verification.create', status: 429 });
    const { verifications } = verifyOf();

    await expect(verifications.start(aVerification(), inTime())).rejects.toMatchObject({
      code: 'rate_limited',
    });

    expect(simulator.seen).toHaveLength(1);
  });

  it('succeeds after a first that did not reach Twilio', async () => {
    const late = createTwilioSimulator();
    const address = await late.listen();
    await late.close();
    const { verifications } = verifyOf({
      transport: transportTo(address),
      wait: () => late.listen(Number(new URL(address).port)),
    });

    await expect(verifications.start(aVerification(), inTime())).resolves.toEqual({ sendAttempts: 1 });

    expect(late.seen).toHaveLength(1);
    await late.close();
  });

  it('is the last: Twilio out of reach is an error of the provider', async () => {
    const gone = createTwilioSimulator();
    const address = await gone.listen();
    await gone.close();
    const { verifications, waits } = verifyOf({ transport: transportTo(address) });

    const error = await failureOf(verifications.start(aVerification(), inTime()));

    expect(error).toBeInstanceOf(Fault);
    expect(error).toMatchObject({ code: 'provider_error', cause: { kind: 'unreachable' } });
    expect(waits).toHaveLength(1);
    expectNothingPersonal(error);
  });

  it('is not repeated when nobody knows what became of it', async () => {
    simulator.inject({ operation: 'verification.create', status: 503 });
    simulator.inject({ operation: 'verification.create', kind: 'reset' });
    const { verifications } = verifyOf();

    const error = await failureOf(verifications.start(aVerification(), inTime()));

    expect(error).toMatchObject({ code: 'provider_timeout' });
    expect(simulator.seen).toHaveLength(2);
    expect(simulator.delivered).toHaveLength(1);
  });

  it.each([
    [0, undefined, 100],
    [0.5, undefined, 200],
    [1, undefined, 300],
    [0, '2', 2100],
    [0.5, '0', 200],
  ])(
    'waits, with the random number %d and Retry-After %s, for %d ms',
    async (random, retryAfter, expected) => {
      const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter };
      simulator.inject({ operation: 'verification.create', status: 503, headers });
      const { verifications, waits } = verifyOf({ random: () => random });

      await verifications.start(aVerification(), inTime());

      expect(waits).toEqual([expected]);
    },
  );

  it('is not made when Twilio asks for more time than there is', async () => {
    const headers = { 'Retry-After': '20' };
    simulator.inject({ operation: 'verification.create', code: 20429, headers });
    const { verifications, waits } = verifyOf();

    const error = await failureOf(verifications.start(aVerification(), inTime(30_000)));

    expect(error).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 20 });
    expect(simulator.seen).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('is not made when less than a second would be left for it', async () => {
    simulator.inject({ operation: 'verification.create', status: 503 });
    const { verifications } = verifyOf();

    const error = await failureOf(verifications.start(aVerification(), inTime(1100)));

    expect(error).toMatchObject({ code: 'provider_error' });
    expect(simulator.seen).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('ends what is pending', async () => {
    const { verifications } = verifyOf();
    await verifications.start(aVerification(), inTime());

    await verifications.cancelPending(number, inTime());
    const next = await verifications.start(aVerification({ code: '123123' }), inTime());

    expect(simulator.seen[1]).toMatchObject({ to: number, params: { Status: 'canceled' }, status: 200 });
    expect(simulator.seen[1]?.path).toBe(`${VERIFICATIONS_PATH}/${encodeURIComponent(number)}`);
    expect(next).toEqual({ sendAttempts: 1 });
    expect(simulator.delivered.map(({ code }) => code)).toEqual([CODE, '123123']);
  });

  it('is content when nothing is pending', async () => {
    await expect(verifyOf().verifications.cancelPending(number, inTime())).resolves.toBeUndefined();

    expect(seenStatuses()).toEqual([['verification.update', 404]]);
  });

  it('has 2.5 seconds, or what the deadline leaves', async () => {
    const { verifications, timeouts } = verifyOf();

    await verifications.cancelPending(number, inTime(15_000));
    await verifications.cancelPending(number, inTime(500));

    expect(timeouts[0]).toBeGreaterThan(2000);
    expect(timeouts[0]).toBeLessThanOrEqual(2500);
    expect(timeouts[1]).toBeLessThanOrEqual(500);
  });

  it.each<[string, BadAnswer]>([
    ['cannot be read', { kind: 'text', status: 200 }],
    ['breaks off', { kind: 'half', status: 200 }],
    ['is too long', { kind: 'big', status: 200 }],
  ])('is content when an answer of 200 %s', async (_name, fault) => {
    simulator.inject({ operation: 'verification.update', processed: false, ...fault });

    await expect(verifyOf().verifications.cancelPending(number, inTime())).resolves.toBeUndefined();

    expect(simulator.seen).toHaveLength(1);
  });

  it('tries once more on a connection that was cut', async () => {
    simulator.inject({ operation: 'verification.update', kind: 'reset' });

    await expect(verifyOf().verifications.cancelPending(number, inTime())).resolves.toBeUndefined();

    expect(simulator.seen).toHaveLength(2);
  });

  it.each<[string, BadAnswer, string, number]>([
    ['401', { code: 20003 }, 'misconfigured', 1],
    ['403', { status: 403 }, 'misconfigured', 1],
    ['400', { code: 60200 }, 'provider_error', 1],
    ['429', { code: 20429 }, 'provider_error', 1],
    ['408', { status: 408 }, 'provider_timeout', 1],
    ['500', { status: 500 }, 'provider_error', 1],
    ['HTML', { kind: 'html' }, 'provider_error', 1],
    ['a redirect', { kind: 'redirect' }, 'provider_error', 1],
    ['two cut connections', { kind: 'reset' }, 'provider_timeout', 2],
    ['silence', { kind: 'hang' }, 'provider_timeout', 1],
  ])('fails on %s', async (_name, fault, code, calls) => {
    simulator.inject({ operation: 'verification.update', times: 3, ...fault });
    const deadline = inTime(fault.kind === 'hang' ? 150 : 5000);

    const error = await failureOf(verifyOf().verifications.cancelPending(number, deadline));

    expect(error).toBeInstanceOf(Fault);
    expect(error).toMatchObject({ code });
    expect(simulator.seen).toHaveLength(calls);
    expectNothingPersonal(error);
  });
});

describe('an approval', () => {
  it('approves what is pending, and finds nothing the second time', async () => {
    const { verifications, approvals } = verifyOf();
    await verifications.start(aVerification(), inTime());

    await expect(approvals.approve(number, inTime())).resolves.toBe('approved');
    await expect(approvals.approve(number, inTime())).resolves.toBe('nothing_pending');

    expect(simulator.seen[1]).toMatchObject({ to: number, params: { Status: 'approved' } });
    expect(simulator.seen[1]?.path).toBe(`${VERIFICATIONS_PATH}/${encodeURIComponent(number)}`);
  });

  it('has 8 seconds, or what the deadline leaves', async () => {
    const { approvals, timeouts } = verifyOf();

    await approvals.approve(number, inTime(20_000));
    await approvals.approve(number, inTime(500));

    expect(timeouts[0]).toBeGreaterThan(7000);
    expect(timeouts[0]).toBeLessThanOrEqual(8000);
    expect(timeouts[1]).toBeLessThanOrEqual(500);
  });

  it.each<[string, BadAnswer, string]>([
    ['400', { code: 60200 }, 'refused'],
    ['405', { status: 405 }, 'refused'],
    ['409', { status: 409 }, 'refused'],
    ['404 without a code', { status: 404 }, 'nothing_pending'],
    ['200 that cannot be read', { kind: 'text', status: 200 }, 'approved'],
    ['200 that breaks off', { kind: 'half', status: 200 }, 'approved'],
  ])('that is answered %s is done with', async (_name, fault, approval) => {
    simulator.inject({ operation: 'verification.update', processed: false, ...fault });

    await expect(verifyOf().approvals.approve(number, inTime())).resolves.toBe(approval);

    expect(simulator.seen).toHaveLength(1);
  });

  it.each<[string, BadAnswer, object]>([
    ['401', { code: 20003 }, { code: 'misconfigured', twilioCode: 20003 }],
    ['403', { status: 403 }, { code: 'misconfigured' }],
    [
      '429',
      { code: 20429, headers: { 'Retry-After': '3' } },
      { code: 'unavailable', retryAfterSeconds: 3, twilioCode: 20429 },
    ],
    ['429 without more', { status: 429 }, { code: 'unavailable', retryAfterSeconds: undefined }],
    ['408', { status: 408 }, { code: 'provider_timeout' }],
    ['500', { status: 500 }, { code: 'provider_error' }],
    ['503', { code: 20503 }, { code: 'provider_error' }],
    ['HTML', { kind: 'html' }, { code: 'provider_error' }],
    ['a redirect', { kind: 'redirect' }, { code: 'provider_error' }],
    ['a cut connection', { kind: 'reset' }, { code: 'provider_timeout' }],
    ['silence', { kind: 'hang' }, { code: 'provider_timeout' }],
  ])('that meets %s may be done again, but not here', async (_name, fault, expected) => {
    simulator.inject({ operation: 'verification.update', ...fault });
    const deadline = inTime(fault.kind === 'hang' ? 150 : 5000);

    const error = await failureOf(verifyOf().approvals.approve(number, deadline));

    expect(error).toBeInstanceOf(Fault);
    expect(error).toMatchObject(expected);
    expect(simulator.seen).toHaveLength(1);
    expectNothingPersonal(error);
  });
});
