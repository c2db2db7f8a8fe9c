import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { waitUntil } from '../../tools/local-stack/wait-until.ts';
import { CREATE_FAULTS } from '../../tools/twilio-simulator/create-faults.ts';
import { LOOKUP_FAULTS } from '../../tools/twilio-simulator/lookup-faults.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { lineOf } from '../support/exchange.ts';
import { aGatewayBody, signToken, startGatewayStack } from '../support/gateway-stack.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';
import { describeWith } from '../support/describe-with.ts';

const stack = await startGatewayStack({ env: { NUMBER_HASH_KEY: 'k'.repeat(32) } });
const describeWithStack = describeWith(stack);

let index = 0;
/** A number that no other case has used: what was sent to one counts for the next. */
function freshNumber(first = 0): string {
  index += 1;
  return testNumber(first + (index % 100));
}

function running() {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

async function rule(id: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await running().firestore.put(`blocklist/${id}`, fields);
  await untilRulesAreRead(running());
}

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('the gateway, through the legacy door', () => {
  beforeEach(() => {
    running().twilio.simulator.reset();
  });

  it("sends Auth0's own code, after Lookup and the end of what was pending", async () => {
    const { send, twilio, calls } = running();
    const recipient = freshNumber();
    const answer = await send({ body: aGatewayBody({ recipient }) });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ code: 'sent', requestId: expect.any(String) });
    expect([...calls()].sort()).toEqual(['create', 'lookup', 'update']);
    expect(calls().at(-1)).toBe('create');
    expect(twilio.simulator.delivered).toEqual([
      expect.objectContaining({ to: recipient, code: '123456', channel: 'sms' }),
    ]);
  });

  it('gives Verify the code, the address of the client and the values of the rate limits', async () => {
    const { send, twilio } = running();
    const recipient = freshNumber();
    await send({ body: aGatewayBody({ recipient }) });

    const create = twilio.simulator.seen.find(({ operation }) => operation === 'verification.create');
    expect(create?.params).toMatchObject({
      To: recipient,
      Channel: 'sms',
      CustomCode: '123456',
      DeviceIp: '203.0.113.7',
      RateLimits: JSON.stringify({ ip_and_phone: `${recipient}|203.0.113.7` }),
    });
    expect(create?.unknownParams).toEqual([]);
  });

  it('writes one line about it, with the number masked', async () => {
    const { send } = running();
    const recipient = freshNumber();
    const answer = await send({ body: aGatewayBody({ recipient }) });

    expect(await lineOf(running(), answer)).toMatchObject({
      severity: 'INFO',
      event: 'otp.sent',
      requestId: answer.body?.['requestId'],
      outcome: 'sent',
      door: 'legacy',
      mcc: '234',
      mnc: '10',
      country: 'GB',
      channel: 'sms',
      lookup: 'fresh',
      number: `+44••••••${recipient.slice(-2)}`,
      numberKey: expect.stringMatching(/^[0-9a-f]{32}$/),
      ipPrefix: '203.0.113.0/24',
      tokenClaims: [],
      durationMs: expect.any(Number),
    });
  });

  it('takes the carrier from its memory the second time', async () => {
    const { send, calls, twilio } = running();
    const recipient = freshNumber();
    await send({ body: aGatewayBody({ recipient, body: 'code 111111' }) });
    twilio.simulator.reset();
    const answer = await send({ body: aGatewayBody({ recipient, body: 'code 222222' }) });

    expect(calls()).toEqual(['update', 'create']);
    expect(await lineOf(running(), answer)).toMatchObject({ lookup: 'cached' });
  });
});

describeWithStack("the faults of the gateway's first version", () => {
  beforeEach(() => {
    running().twilio.simulator.reset();
  });

  it.each([
    ['another text', 'Dein Code lautet 654321.'],
    ['the code first', '654321 is your Acme code'],
    ['a text in Chinese', '您的验证码是654321，请勿泄露'],
    ['lines made for machines', 'c=654321\nl=en-US\na=Acme'],
    ['the code alone', '654321'],
    ['the number of the recipient in it', 'Code for RECIPIENT: 654321'],
    ['a link in it', '654321 is your code. https://example.com/999999'],
  ])('reads the code from %s', async (_name, body) => {
    const { send, twilio } = running();
    const recipient = freshNumber();
    const answer = await send({
      body: aGatewayBody({ recipient, body: body.replace('RECIPIENT', recipient) }),
    });

    expect(answer.status).toBe(200);
    expect(twilio.simulator.delivered.at(-1)).toMatchObject({ to: recipient, code: '654321' });
  });

  it.each([
    ['absent', {}],
    ['null', { req: null }],
    ['without an address', { req: { 'user-agent': 'x' } }],
    ['with an address that is none', { req: { ip: 'undefined' } }],
  ])('sends without the limit by address where req is %s', async (_name, change) => {
    const { send, twilio } = running();
    const body = aGatewayBody({ recipient: freshNumber(), req: undefined, ...change });
    const answer = await send({ body });

    expect(answer.status).toBe(200);
    const create = twilio.simulator.seen.find(({ operation }) => operation === 'verification.create');
    expect(create?.params).not.toHaveProperty('DeviceIp');
    expect(create?.params['RateLimits'] ?? '').not.toContain('undefined');
  });

  it.each([
    ['no intelligence at all', testNumber(511)],
    ['neither MCC nor MNC', testNumber(512)],
    ['an MCC without MNC', testNumber(515)],
  ])('sends where Lookup gives %s', async (_name, recipient) => {
    const { send } = running();
    expect((await send({ body: aGatewayBody({ recipient }) })).status).toBe(200);
  });

  it('answers 403, not 401, for a block, and asks Verify for nothing but the end of what is pending', async () => {
    const { send, calls } = running();
    await rule('234-58');
    running().twilio.simulator.reset();
    const answer = await send({ body: aGatewayBody({ recipient: freshNumber(200) }) });

    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Sending to this recipient is not allowed.',
      status: 403,
      code: 'blocked',
      requestId: expect.any(String),
    });
    expect(calls()).not.toContain('create');
    expect(await lineOf(running(), answer)).toMatchObject({
      event: 'otp.blocked',
      rule: '234-58',
      ruleAction: 'block',
      mcc: '234',
      mnc: '58',
    });
  });

  it('sends again once the document is deleted, and blocks once it is back, without a restart', async () => {
    const { send, firestore } = running();
    const recipient = testNumber(250);
    await rule('234-58');
    expect((await send({ body: aGatewayBody({ recipient, body: 'code 100001' }) })).status).toBe(403);
    await firestore.remove('blocklist/234-58');
    await untilRulesAreRead(running());
    expect((await send({ body: aGatewayBody({ recipient, body: 'code 100002' }) })).status).toBe(200);
    await rule('234-58');
    expect((await send({ body: aGatewayBody({ recipient, body: 'code 100003' }) })).status).toBe(403);
    await firestore.remove('blocklist/234-58');
    await untilRulesAreRead(running());
  });

  it('normalises a number with spaces and punctuation', async () => {
    const { send, twilio } = running();
    const answer = await send({ body: aGatewayBody({ recipient: ' +44 (7700) 900-066 ' }) });

    expect(answer.status).toBe(200);
    expect(twilio.simulator.delivered.at(-1)).toMatchObject({ to: '+447700900066' });
  });

  it('sends a second code while the first is pending', async () => {
    const { send, twilio } = running();
    const recipient = freshNumber();
    await send({ body: aGatewayBody({ recipient, body: 'code 111111' }) });
    const answer = await send({ body: aGatewayBody({ recipient, body: 'code 222222' }) });

    expect(answer.status).toBe(200);
    expect(twilio.simulator.delivered.map(({ code }) => code)).toEqual(['111111', '222222']);
  });
});

/** What each fault of Verify is answered with (design §3). */
const CREATE_ANSWERS: Readonly<Record<string, readonly [status: number, code: string]>> = {
  '60200 To': [400, 'invalid_recipient'],
  '60200 other': [500, 'misconfigured'],
  '60202': [429, 'rate_limited'],
  '60203': [429, 'rate_limited'],
  '60204': [500, 'misconfigured'],
  '60205': [422, 'channel_not_possible'],
  '60212': [429, 'rate_limited'],
  '60217': [500, 'misconfigured'],
  '60218': [500, 'misconfigured'],
  '60219': [500, 'misconfigured'],
  '60220': [403, 'blocked_by_provider'],
  '60222': [500, 'misconfigured'],
  '60223': [500, 'misconfigured'],
  '60226': [403, 'blocked_by_provider'],
  '60238': [403, 'blocked_by_provider'],
  '60242': [500, 'misconfigured'],
  '60245': [500, 'misconfigured'],
  '60248': [500, 'misconfigured'],
  '60250': [500, 'misconfigured'],
  '60410': [403, 'blocked_by_provider'],
  '60412': [403, 'blocked_by_provider'],
  '60413': [403, 'blocked_by_provider'],
  '60605': [403, 'blocked_by_provider'],
  '60735': [500, 'misconfigured'],
  '20429 limit': [429, 'rate_limited'],
  '20429': [429, 'rate_limited'],
  '25109': [429, 'rate_limited'],
  '20003': [500, 'misconfigured'],
  '20404': [500, 'misconfigured'],
  '500': [502, 'provider_error'],
  '503': [502, 'provider_error'],
  '20500': [502, 'provider_error'],
  '20503': [502, 'provider_error'],
  html: [502, 'provider_error'],
  empty: [502, 'provider_error'],
  reset: [504, 'provider_timeout'],
  text: [200, 'sent'],
};

describeWithStack('what Verify refuses', () => {
  beforeEach(() => {
    running().twilio.simulator.reset();
  });

  it.each(CREATE_FAULTS.filter(({ name }) => CREATE_ANSWERS[name] !== undefined))(
    'is answered as the contract says: $name',
    async ({ name, number }) => {
      const { send } = running();
      const answer = await send({ body: aGatewayBody({ recipient: number }) });
      const [status, code] = CREATE_ANSWERS[name] ?? [];

      expect([answer.status, answer.body?.['code']]).toEqual([status, code]);
      expect(answer.text).not.toContain(number.slice(1));
    },
  );

  it('passes on when to come back', async () => {
    const { send } = running();
    const limit = CREATE_FAULTS.find(({ name }) => name === '20429 limit');
    const answer = await send({ body: aGatewayBody({ recipient: limit?.number }) });

    expect(answer.headers.get('retry-after')).toBe('120');
  });
});

const LOOKUP_ANSWERS: Readonly<Record<string, readonly [status: number, code: string]>> = {
  '20404': [400, 'invalid_recipient'],
  '60616': [503, 'unavailable'],
  '500': [200, 'sent'],
  '20003': [500, 'misconfigured'],
  '60606': [500, 'misconfigured'],
  hang: [200, 'sent'],
  html: [200, 'sent'],
  reset: [200, 'sent'],
  redirect: [200, 'sent'],
  slow: [200, 'sent'],
};

describeWithStack('what Lookup fails at', () => {
  beforeEach(() => {
    running().twilio.simulator.reset();
  });

  it.each(LOOKUP_FAULTS.filter(({ name }) => LOOKUP_ANSWERS[name] !== undefined))(
    'is answered as the contract says: $name',
    async ({ name, number }) => {
      const { send, calls } = running();
      const answer = await send({ body: aGatewayBody({ recipient: number }) });
      const [status, code] = LOOKUP_ANSWERS[name] ?? [];

      expect([answer.status, answer.body?.['code']]).toEqual([status, code]);
      expect(calls().filter((operation) => operation === 'create')).toHaveLength(status === 200 ? 1 : 0);
    },
  );

  it('is no reason to send to a number that Lookup calls invalid', async () => {
    const { send, calls } = running();
    const answer = await send({ body: aGatewayBody({ recipient: testNumber(700) }) });

    expect([answer.status, answer.body?.['code']]).toEqual([400, 'invalid_recipient']);
    expect(calls()).not.toContain('create');
  });
});

describeWithStack('a request that is not in order', () => {
  beforeEach(() => {
    running().twilio.simulator.reset();
  });

  it.each([
    ['no credential', { token: null }, 401, 'unauthenticated'],
    ['another scheme', { token: null, headers: { authorization: 'Basic abc' } }, 401, 'unauthenticated'],
    ['a body that is not JSON', { body: 'recipient=1' }, 400, 'malformed_request'],
    ['a list', { body: '[]' }, 400, 'malformed_request'],
    ['an empty body', { body: '' }, 400, 'malformed_request'],
    ['no recipient', { body: { body: 'code 123456' } }, 400, 'malformed_request'],
    [
      'a number that cannot be',
      { body: aGatewayBody({ recipient: '+1 399 999' }) },
      400,
      'invalid_recipient',
    ],
    ['no code', { body: aGatewayBody({ body: 'Hello' }) }, 422, 'code_not_found'],
    ['two codes', { body: aGatewayBody({ body: '123456 or 654321' }) }, 422, 'code_not_found'],
    [
      'a message without a code',
      { body: aGatewayBody({ message_type: 'blocked_account' }) },
      422,
      'not_a_code',
    ],
    [
      'a channel that is not enabled',
      { body: aGatewayBody({ channel: 'call' }) },
      422,
      'channel_not_possible',
    ],
    ['a channel that nobody knows', { body: aGatewayBody({ channel: 'pigeon' }) }, 400, 'malformed_request'],
    ['another method', { method: 'GET' }, 405, 'method_not_allowed'],
    ['a compressed body', { headers: { 'content-encoding': 'gzip' } }, 415, 'unsupported_encoding'],
    ['a body above 16 KiB', { body: 'x'.repeat(16 * 1024 + 1) }, 413, 'content_too_large'],
  ])('is refused and costs no call: %s', async (_name, call, status, code) => {
    const { send, calls } = running();
    const answer = await send(call);

    expect([answer.status, answer.body?.['code']]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(calls()).toEqual([]);
    expect(await lineOf(running(), answer)).toMatchObject({ event: 'request.refused', code });
  });

  it('is refused with one and the same body, whatever is wrong with the credential', async () => {
    const { send, key } = running();
    const tokens = [
      null,
      'abc',
      await signToken('x'.repeat(32)),
      await signToken(key, { aud: 'urn:other' }),
      await signToken(key, { sub: 'urn:other' }),
      await signToken(key, { exp: 1 }),
    ];
    const answers = await Promise.all(tokens.map((token) => send({ token })));
    const bodies = answers.map(({ body }) => ({ ...body, requestId: null }));

    expect(answers.map(({ status }) => status)).toEqual(tokens.map(() => 401));
    expect(answers.map(({ headers }) => headers.get('www-authenticate'))).toEqual(tokens.map(() => 'Bearer'));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it('names the methods that are allowed', async () => {
    expect((await running().send({ method: 'PUT' })).headers.get('allow')).toBe('POST');
  });

  it('says that it is healthy, and does nothing else', async () => {
    const { send, calls } = running();
    const answer = await send({ method: 'GET', path: '/health', token: null });

    expect([answer.status, answer.text]).toEqual([200, 'ok']);
    expect(calls()).toEqual([]);
  });

  it.each(['/favicon.ico', '/robots.txt'])('answers %s with 404', async (path) => {
    expect((await running().send({ method: 'GET', path, token: null })).status).toBe(404);
  });

  it.each(['/', '/v1/send', '/any/path?x=1'])('takes any path for the gateway: %s', async (path) => {
    expect((await running().send({ path, body: aGatewayBody({ recipient: freshNumber() }) })).status).toBe(
      200,
    );
  });
});

describeWithStack('the same request again', () => {
  it('is answered as a duplicate and sends nothing', async () => {
    const { send, twilio, calls } = running();
    twilio.simulator.reset();
    const body = aGatewayBody({ recipient: freshNumber() });
    await send({ body });
    const before = calls().length;
    const answer = await send({ body });

    expect([answer.status, answer.body?.['code']]).toEqual([200, 'duplicate']);
    expect(calls()).toHaveLength(before);
    expect(await lineOf(running(), answer)).toMatchObject({ event: 'otp.duplicate' });
  });

  it('joins the one that is running', async () => {
    const { send, twilio, calls } = running();
    twilio.simulator.reset();
    twilio.simulator.change({ latencyMs: 200 });
    const body = aGatewayBody({ recipient: freshNumber() });
    const answers = await Promise.all([send({ body }), send({ body }), send({ body })]);

    expect(answers.map(({ body: answer }) => answer?.['code']).sort()).toEqual([
      'duplicate',
      'duplicate',
      'sent',
    ]);
    expect(calls().filter((operation) => operation === 'create')).toHaveLength(1);
    twilio.simulator.change({ latencyMs: 0 });
  });
});

describeWithStack('an instance that ends', () => {
  it('answers what runs, takes nothing new, and exits with 0', async () => {
    const own = await startGatewayStack({ simulator: { latencyMs: 500 } });
    expect(own).not.toBeNull();
    if (own === null) return;
    const sends = [1, 2, 3, 4, 5].map((last) =>
      own.send({ body: aGatewayBody({ recipient: testNumber(100 + last) }) }),
    );
    const lookups = () => own.calls().filter((operation) => operation === 'lookup').length;
    expect(await waitUntil(() => lookups() === sends.length, 20_000)).toBe(true);
    const exit = own.gateway.stop('SIGTERM');
    const answers = await Promise.all(sends);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await exit).toBe(0);
    expect(own.gateway.logs().map(({ event }) => event)).toContain('instance.draining');
    await own.stop();
  });
});
