import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Network } from '../../tools/twilio-simulator/network.ts';
import type { SeenCall } from '../../tools/twilio-simulator/seen-call.ts';
import type { RateLimitOption, ResendReading } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { exchange, lineOf, namesOf, type Exchange } from '../support/exchange.ts';
import {
  aGatewayBody,
  startGatewayBeside,
  startGatewayStack,
  type GatewayCall,
  type GatewayStack,
} from '../support/gateway-stack.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';
import { describeWith } from '../support/describe-with.ts';

// What Verify counts by, and what becomes of a second code (design §5), on the wire.

const KINDS = ['ip_and_phone', 'phone', 'ip', 'phone_prefix', 'country', 'carrier', 'global'] as const;
/** Names that differ from the kinds, so that neither can stand for the other. */
const RATE_LIMITS = KINDS.map((kind) => `by-${kind}:${kind}`).join(',');
const AMPLE: readonly RateLimitOption[] = KINDS.map((kind) => ({
  uniqueName: `by-${kind}`,
  buckets: [{ max: 1000, intervalSeconds: 600 }],
}));

const NETWORKS: Readonly<Record<string, Partial<Network>>> = {
  [testNumber(150)]: { mcc: '505', mnc: '010' },
  [testNumber(151)]: { mcc: '505', mnc: null },
  [testNumber(152)]: { mcc: null, mnc: null },
};

const stack = await startGatewayStack({
  env: { RATE_LIMITS },
  simulator: { rateLimits: AMPLE, numbers: NETWORKS },
});
const describeWithStack = describeWith(stack);

function running(): GatewayStack {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

let numbers = 0;
/** A number that no other case has used. */
function freshNumber(): string {
  numbers += 1;
  return testNumber(numbers);
}

const simulator = () => running().twilio.simulator;
const aCall = (recipient: string, code = '123456', changes = {}): GatewayCall => ({
  body: aGatewayBody({ recipient, body: code, ...changes }),
});
const ask = (
  recipient: string,
  code?: string,
  gateway = running(),
  changes?: Readonly<Record<string, unknown>>,
): Promise<Exchange> => exchange(gateway, aCall(recipient, code, changes));

/** A gateway beside, for the tests of one block. */
function gatewayWith(env: Readonly<Record<string, string>>): () => GatewayStack {
  let started: GatewayStack | null = null;
  beforeAll(async () => {
    started = await startGatewayBeside(running(), env);
  });
  afterAll(async () => {
    await started?.stop();
  });
  return () => {
    if (started === null) throw new Error('the gateway has not started');
    return started;
  };
}

beforeEach(() => {
  stack?.twilio.simulator.reset();
});

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('RATE_LIMITS', () => {
  const limitsOf = ({ created }: Exchange): unknown => JSON.parse(created?.['RateLimits'] ?? 'null');

  beforeAll(async () => {
    await running().firestore.put('blocklist/+447700900159', { action: 'allow' });
    await running().firestore.put('blocklist/+883', { action: 'allow' });
    await untilRulesAreRead(running());
  });
  afterAll(async () => {
    await running().firestore.reset();
    await untilRulesAreRead(running());
  });

  it('names each limit with the value of its kind', async () => {
    const recipient = freshNumber();
    expect(limitsOf(await ask(recipient))).toEqual({
      'by-ip_and_phone': `${recipient}|203.0.113.7`,
      'by-phone': recipient,
      'by-ip': '203.0.113.7',
      'by-phone_prefix': '+44770090',
      'by-country': 'GB',
      'by-carrier': '234-10',
      'by-global': 'all',
    });
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::7', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    [' 203.0.113.8 ', '203.0.113.8'],
  ])('counts the client %j as %s', async (ip, value) => {
    const recipient = freshNumber();
    expect(limitsOf(await ask(recipient, '123456', running(), { req: { ip } }))).toMatchObject({
      'by-ip': value,
      'by-ip_and_phone': `${recipient}|${value}`,
    });
  });

  it('writes the MNC as Lookup gave it', async () => {
    expect(limitsOf(await ask(testNumber(150)))).toMatchObject({ 'by-carrier': '505-010' });
  });

  const WITHOUT_IP = { req: { 'user-agent': 'x' } };

  it.each<[string, string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['no address of the client', testNumber(153), WITHOUT_IP, ['by-ip_and_phone', 'by-ip']],
    ['one that is none', testNumber(154), { req: { ip: '203.0.113.007' } }, ['by-ip_and_phone', 'by-ip']],
    ['no MNC', testNumber(151), {}, ['by-carrier']],
    ['no network at all', testNumber(152), {}, ['by-carrier']],
    ['no Lookup', testNumber(159), {}, ['by-carrier']],
    ['no country', '+883510000001', {}, ['by-country']],
  ])('leaves out the kinds for which there is %s', async (_what, recipient, changes, absent) => {
    const seen = await ask(recipient, '123456', running(), changes);

    expect(seen.status).toBe(200);
    const expected = KINDS.map((kind) => `by-${kind}`).filter((name) => !absent.includes(name));
    expect(Object.keys(limitsOf(seen) as object).toSorted()).toEqual(expected.toSorted());
    expect(seen.created?.['RateLimits']).not.toContain('undefined');
  });

  it('is answered 429 when a limit is reached, without a second attempt', async () => {
    simulator().change({
      rateLimits: AMPLE.map((limit) =>
        limit.uniqueName === 'by-phone_prefix'
          ? { ...limit, buckets: [{ max: 2, intervalSeconds: 600 }] }
          : limit,
      ),
    });
    expect(await ask(freshNumber())).toMatchObject({ status: 200 });
    expect(await ask(freshNumber())).toMatchObject({ status: 200 });
    const third = await ask(freshNumber());

    expect(third).toMatchObject({
      status: 429,
      code: 'rate_limited',
      asked: 'create lookup update',
      delivered: [],
      line: { event: 'otp.failed', twilioCode: 20429 },
    });
    expect(Number(third.answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await ask('+12025550101')).toMatchObject({ status: 200 });
  });
});

describeWithStack('RATE_LIMITS, when empty,', () => {
  const without = gatewayWith({ RATE_LIMITS: '' });

  it('sends no value at all', async () => {
    const { status, created } = await ask(freshNumber(), '123456', without());
    expect(status).toBe(200);
    expect(created).not.toHaveProperty('RateLimits');
  });
});

describeWithStack('what is pending', () => {
  const timesOf = (seen: readonly SeenCall[], operation: string) => {
    const call = seen.find((entry) => entry.operation === operation);
    return { started: call?.startedAtMs ?? Number.NaN, ended: call?.endedAtMs ?? Number.NaN };
  };

  it.each([
    ['the Lookup is slower', { lookup: 800, 'verification.update': 400 }],
    ['the cancelling is slower', { lookup: 400, 'verification.update': 800 }],
  ])('is cancelled beside the Lookup, and both end before the start: %s', async (_what, latencyMs) => {
    simulator().change({ latencyMs });
    const { seen } = await ask(freshNumber());
    const [lookup, update, create] = ['lookup', 'verification.update', 'verification.create'].map((name) =>
      timesOf(seen, name),
    );

    expect(lookup?.started).toBeLessThan(update?.ended ?? Number.NaN);
    expect(update?.started).toBeLessThan(lookup?.ended ?? Number.NaN);
    expect(create?.started).toBeGreaterThanOrEqual(lookup?.ended ?? Number.NaN);
    expect(create?.started).toBeGreaterThanOrEqual(update?.ended ?? Number.NaN);
  });

  it('is cancelled by number, and nothing pending is fine', async () => {
    const recipient = freshNumber();
    const { seen, line } = await ask(recipient);
    const update = seen.find(({ operation }) => operation === 'verification.update');

    expect(update).toMatchObject({ to: recipient, params: { Status: 'canceled' }, status: 404 });
    expect(line).toMatchObject({ event: 'otp.sent' });
    expect(line).not.toHaveProperty('cancel');
  });

  it('is left alone where place stops the send', async () => {
    expect(await ask('+881600000002')).toMatchObject({ status: 403, asked: '' });
  });

  it.each([
    ['a failure', { status: 500 }, 'provider_error', 1],
    ['a throttling', { status: 429, code: 20429 }, 'provider_error', 1],
    ['a broken connection, twice', { kind: 'reset', processed: false }, 'provider_timeout', 2],
    ['silence', { kind: 'hang', processed: false }, 'provider_timeout', 1],
    ['a refused credential', { status: 401, code: 20003 }, 'misconfigured', 1],
  ] as const)(
    'does not stop the send when it cannot be cancelled: %s',
    async (_what, fault, cancel, calls) => {
      simulator().inject({ operation: 'verification.update', times: 2, ...fault });
      const { seen, ...result } = await ask(freshNumber());

      expect(result).toMatchObject({ status: 200, code: 'sent', line: { event: 'otp.sent', cancel } });
      expect(namesOf(seen).filter((name) => name === 'update')).toHaveLength(calls);
      expect(namesOf(seen).at(-1)).toBe('create');
    },
  );

  it('raises the alarm when our credential is refused', async () => {
    simulator().inject({ operation: 'verification.update', status: 403, code: 20003 });
    const { answer } = await ask(freshNumber());

    const alarm = await running().gateway.waitForLog(
      (line) => line['event'] === 'config.fault' && line['requestId'] === answer.body?.['requestId'],
    );
    expect(alarm).toMatchObject({ severity: 'ERROR', code: 'misconfigured' });
  });
});

describeWithStack('a second code while the first is pending', () => {
  const reuse = gatewayWith({ RATE_LIMITS, RESEND_STRATEGY: 'reuse' });
  const READINGS: readonly ResendReading[] = ['keep-old-code', 'take-new-code'];

  it.each(READINGS)('is what is delivered, where Twilio would %s', async (resend) => {
    simulator().change({ resend });
    const recipient = freshNumber();
    await ask(recipient, '111111');
    const second = await ask(recipient, '222222');

    expect(second).toMatchObject({ status: 200, code: 'sent', asked: 'create update' });
    expect(simulator().delivered.map(({ code }) => code)).toEqual(['111111', '222222']);
    expect(second.seen.map(({ status }) => status)).toEqual([200, 201]);
  });

  it.each([
    ['keep-old-code', '111111'],
    ['take-new-code', '222222'],
  ] as const)(
    'depends on Twilio with RESEND_STRATEGY=reuse, which cancels nothing: %s',
    async (resend, expected) => {
      simulator().change({ resend });
      const recipient = freshNumber();
      await ask(recipient, '111111', reuse());
      const second = await ask(recipient, '222222', reuse());

      expect(second).toMatchObject({ status: 200, asked: 'create', line: { event: 'otp.sent' } });
      expect(second.delivered.map(({ code }) => code)).toEqual([expected]);
    },
  );

  it('is told when Twilio sent again although it had nothing left to cancel', async () => {
    const recipient = freshNumber();
    await ask(recipient, '111111');
    simulator().inject({ operation: 'verification.update', status: 404, code: 20404 });
    const { answer, line } = await ask(recipient, '222222');
    const { gateway } = running();
    const reused = await gateway.waitForLog(
      (entry) => entry['event'] === 'otp.reused' && entry['requestId'] === answer.body?.['requestId'],
    );

    expect(line).toMatchObject({ event: 'otp.sent' });
    expect(line).not.toHaveProperty('cancel');
    expect(reused).toMatchObject({ severity: 'WARNING', number: `+44••••••${recipient.slice(-2)}` });
  });

  it('is not told again where it could not be cancelled, which is told already', async () => {
    const recipient = freshNumber();
    await ask(recipient, '111111');
    simulator().inject({ operation: 'verification.update', status: 500 });
    const { answer, line } = await ask(recipient, '222222');
    await ask(freshNumber());
    const events = running()
      .gateway.logs()
      .filter(({ requestId }) => requestId === answer.body?.['requestId'])
      .map(({ event }) => event);

    expect(line).toMatchObject({ event: 'otp.sent', cancel: 'provider_error' });
    expect(events).toEqual(['otp.sent']);
  });

  it('waits where several come at once, then cancels the one before it and is sent', async () => {
    simulator().change({ latencyMs: { 'verification.create': 300 } });
    const recipient = freshNumber();
    const { send, gateway } = running();
    const answers = await Promise.all([
      send(aCall(recipient, '111111')),
      send(aCall(recipient, '222222')),
      send(aCall(recipient, '333333')),
    ]);
    await Promise.all(answers.map((answer) => lineOf({ gateway }, answer)));

    expect(answers.map(({ body }) => body?.['code'])).toEqual(['sent', 'sent', 'sent']);
    expect(simulator().maximumConcurrency('verification.create')).toBe(1);
    // Which of them arrives first is the network's choice.
    expect(
      simulator()
        .delivered.map(({ code }) => code)
        .sort(),
    ).toEqual(['111111', '222222', '333333']);
    const afterLookup = namesOf(simulator().seen).filter((name) => name !== 'lookup');
    expect(afterLookup).toEqual(['update', 'create', 'update', 'create', 'update', 'create']);
  });

  it('does not wait for that of another number', async () => {
    simulator().change({ latencyMs: { 'verification.create': 300 } });
    const { send } = running();
    await Promise.all([send(aCall(freshNumber())), send(aCall(freshNumber()))]);

    expect(simulator().maximumConcurrency('verification.create')).toBe(2);
  });
});

describeWithStack('the same code again', () => {
  it('is answered as a duplicate, and neither looked up nor cancelled', async () => {
    const recipient = freshNumber();
    await ask(recipient);

    expect(await ask(recipient)).toMatchObject({
      status: 200,
      code: 'duplicate',
      asked: '',
      line: { event: 'otp.duplicate', outcome: 'duplicate' },
    });
  });

  it('joins the send that is running, which is not cancelled by it', async () => {
    simulator().change({ latencyMs: { 'verification.create': 300 } });
    const recipient = freshNumber();
    const { send } = running();
    const answers = await Promise.all([1, 2, 3].map(() => send(aCall(recipient))));

    expect(answers.map(({ body }) => body?.['code']).toSorted()).toEqual(['duplicate', 'duplicate', 'sent']);
    expect(namesOf(simulator().seen).toSorted()).toEqual(['create', 'lookup', 'update']);
  });

  it('fails with the send that it has joined', async () => {
    simulator().change({ latencyMs: { 'verification.create': 300 } });
    simulator().inject({ operation: 'verification.create', status: 500 });
    const recipient = freshNumber();
    const { send } = running();
    const answers = await Promise.all([1, 2].map(() => send(aCall(recipient))));

    expect(answers.map(({ status, body }) => [status, body?.['code']])).toEqual([
      [502, 'provider_error'],
      [502, 'provider_error'],
    ]);
    expect(namesOf(simulator().seen).filter((name) => name === 'create')).toHaveLength(1);
  });

  it('is sent by another channel', async () => {
    const callToo = await startGatewayBeside(running(), { RATE_LIMITS, ENABLED_CHANNELS: 'sms,call' });
    const recipient = freshNumber();
    await ask(recipient, '123456', callToo);
    const second = await ask(recipient, '123456', callToo, { channel: 'call' });
    await callToo.stop();

    expect(second).toMatchObject({ status: 200, code: 'sent', created: { Channel: 'call' } });
  });

  it.each([
    ['failed', { status: 500 }, 502],
    ['was refused', { status: 403, code: 60410 }, 403],
    ['ended nobody knows how', { kind: 'reset' }, 504],
  ] as const)('is sent where the first %s', async (_what, fault, status) => {
    simulator().inject({ operation: 'verification.create', ...fault });
    const recipient = freshNumber();

    expect(await ask(recipient)).toMatchObject({ status });
    expect(await ask(recipient)).toMatchObject({ status: 200, code: 'sent', asked: 'create update' });
  });
});

describeWithStack('a start', () => {
  it.each([
    ['a 503', { status: 503 }, 2],
    ['the concurrency of the account', { status: 429, code: 20429 }, 2],
  ] as const)('is made again after %s, in which nothing was sent', async (_what, fault, starts) => {
    simulator().inject({ operation: 'verification.create', ...fault });
    const { seen, status, delivered } = await ask(freshNumber());

    expect(status).toBe(200);
    expect(namesOf(seen).filter((name) => name === 'create')).toHaveLength(starts);
    expect(delivered).toHaveLength(1);
  });

  it.each([
    ['a 500', { status: 500 }, 502, 'provider_error'],
    ['a broken connection', { kind: 'reset' }, 504, 'provider_timeout'],
    ['an error in HTML', { kind: 'html', status: 502 }, 502, 'provider_error'],
    [
      'a programmable limit',
      { status: 429, code: 20429, headers: { 'Twilio-Reached-Rate-Limit': 'by-phone' } },
      429,
      'rate_limited',
    ],
  ] as const)('is never made again after %s', async (_what, fault, status, code) => {
    simulator().inject({ operation: 'verification.create', ...fault });
    const { seen, ...result } = await ask(freshNumber());

    expect(result).toMatchObject({ status, code });
    expect(namesOf(seen).filter((name) => name === 'create')).toHaveLength(1);
  });
});

describeWithStack('MAX_SENDS_PER_NUMBER', () => {
  const capped = gatewayWith({ RATE_LIMITS, MAX_SENDS_PER_NUMBER: '2' });

  it('bounds what Verify accepts for one number, whose own cap cancelling resets', async () => {
    const recipient = freshNumber();
    await ask(recipient, '111111', capped());
    await ask(recipient, '222222', capped());
    const third = await ask(recipient, '333333', capped());

    expect(third).toMatchObject({
      status: 429,
      code: 'rate_limited',
      asked: '',
      line: { event: 'otp.failed', code: 'rate_limited' },
    });
    expect(Number(third.answer.headers.get('retry-after'))).toBeGreaterThan(500);
    expect(await ask(freshNumber(), '333333', capped())).toMatchObject({ status: 200 });
  });

  it('counts neither duplicates, nor what failed, nor what a rule stopped', async () => {
    const recipient = freshNumber();
    await running().firestore.put(`blocklist/${recipient}`, {});
    await untilRulesAreRead(capped());
    for (const code of ['100001', '100002', '100003']) {
      expect(await ask(recipient, code, capped())).toMatchObject({ status: 403 });
    }
    await running().firestore.reset();
    await untilRulesAreRead(capped());
    simulator().inject({ operation: 'verification.create', status: 500, times: 3 });
    for (const code of ['200001', '200002', '200003']) {
      expect(await ask(recipient, code, capped())).toMatchObject({ status: 502 });
    }
    for (const code of ['300001', '300001', '300001', '300002']) {
      expect(await ask(recipient, code, capped())).toMatchObject({ status: 200 });
    }
    expect(await ask(recipient, '300003', capped())).toMatchObject({ status: 429 });
  });

  it('counts those that are running', async () => {
    simulator().change({ latencyMs: { 'verification.create': 200 } });
    const recipient = freshNumber();
    const codes = ['111111', '222222', '333333', '444444'];
    const answers = await Promise.all(codes.map((code) => capped().send(aCall(recipient, code))));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 429, 429]);
    expect(simulator().delivered).toHaveLength(2);
  });
});
