import { describe, expect, it } from '@jest/globals';
import { Fault } from '../../../functions/domain/fault.ts';
import type { Deadline } from '../../../functions/domain/deadline.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { createAuthenticate } from '../../../functions/gateway/authenticate.ts';
import { createHandler, type HandlerOptions } from '../../../functions/gateway/handler.ts';
import { createSendCode, type SendCode, type SendOutcome } from '../../../functions/gateway/send-code.ts';
import type { Answer } from '../../../functions/http/answer.ts';
import { aGatewayBody, anActionBody, bytesOf } from '../../support/a-gateway-body.ts';
import { aRequestHead } from '../../support/a-request-head.ts';
import { aSignature } from '../../support/a-signature.ts';
import { aKey, aToken, KEY_TEXT, NOW_SECONDS, OTHER_KEY_TEXT } from '../../support/a-token.ts';
import { createWorld, DEFAULT_POLICY, type WorldOptions } from '../../support/fake-ports.ts';
import { recordLog } from '../../support/recorded-log.ts';

const SENT: SendOutcome = { outcome: 'sent', wouldBlock: null, isReused: false };
const TOKEN = aToken({ iat: NOW_SECONDS });

/** A handler over a use case that a test gives, and what it wrote. */
function createScene(sendCode: SendCode, changes: Partial<HandlerOptions> = {}) {
  const recorded = recordLog();
  const handler = createHandler({
    authenticate: createAuthenticate({
      keys: () => [aKey()],
      tokens: { audience: 'urn:sms-gateway', subject: 'urn:Auth0', maxAgeSeconds: 0, requireExpiry: false },
      now: () => NOW_SECONDS * 1000,
    }),
    sendCode,
    codes: { pattern: null, length: 6 },
    blockResponse: 'error',
    requestDeadlineMs: 15_000,
    log: recorded.log,
    pseudonym: () => 'pseudonym',
    ...changes,
  });
  const post = async (
    body: Buffer = bytesOf(aGatewayBody()),
    head = aRequestHead({ authorization: `Bearer ${TOKEN}` }),
  ): Promise<Answer> => (await handler(head))(body);
  return { ...recorded, handler, post };
}

/** A use case that ends in one way, and counts. */
function ends(end: SendOutcome | Error): { readonly sendCode: SendCode; readonly times: () => number } {
  let times = 0;
  return {
    times: () => times,
    sendCode: (_request, _deadline, note) => {
      times += 1;
      note({ channel: 'sms' });
      return end instanceof Error ? Promise.reject(end) : Promise.resolve(end);
    },
  };
}

function jsonOf(answer: Answer): unknown {
  return JSON.parse(answer.body);
}

describe('createHandler', () => {
  it.each([
    ['sent', SENT, 'otp.sent'],
    ['duplicate', { ...SENT, outcome: 'duplicate' }, 'otp.duplicate'],
    [
      'sent',
      { ...SENT, wouldBlock: { question: 'place', rule: 'GB', ruleAction: 'monitor' } },
      'otp.monitored',
    ],
  ] as const)('answers 200 %s, and writes one line', async (code, outcome, event) => {
    const { post, lines } = createScene(ends(outcome).sendCode);
    const answer = await post();

    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toEqual({ code, requestId: aRequestHead().requestId });
    expect(lines()).toMatchObject([
      { event, outcome: code, requestId: aRequestHead().requestId, door: 'legacy' },
    ]);
  });

  it.each([
    [400, new Refusal('invalid_recipient'), 'otp.failed'],
    [403, new Refusal('blocked'), 'otp.blocked'],
    [403, new Refusal('blocked_by_provider'), 'otp.failed'],
    [422, new Refusal('channel_not_possible'), 'request.refused'],
    [429, new Refusal('rate_limited', { retryAfterSeconds: 9 }), 'otp.failed'],
    [500, new Fault('misconfigured'), 'otp.failed'],
    [500, new TypeError('nobody foresaw this'), 'otp.failed'],
    [502, new Fault('provider_error'), 'otp.failed'],
    [503, new Fault('unavailable'), 'otp.failed'],
    [504, new Fault('provider_timeout'), 'otp.failed'],
  ])('answers %i to %s, and writes one line', async (status, error, event) => {
    const { post, lines } = createScene(ends(error).sendCode);
    const answer = await post();
    const code = error instanceof Refusal || error instanceof Fault ? error.code : 'internal';

    expect(answer.status).toBe(status);
    expect(jsonOf(answer)).toMatchObject({ status, code, requestId: aRequestHead().requestId });
    expect(lines()).toMatchObject([{ event, code }]);
  });

  it.each([
    ['no JSON', Buffer.from('{'), 400, 'malformed_request'],
    ['no number', bytesOf(aGatewayBody({ recipient: 'x' })), 400, 'invalid_recipient'],
    ['no code', bytesOf(aGatewayBody({ body: 'x' })), 422, 'code_not_found'],
    [
      'a message that is no code',
      bytesOf(anActionBody({ message_type: 'password_breach' })),
      422,
      'not_a_code',
    ],
    ['a channel that does not fit', bytesOf(anActionBody({ channel: 'email' })), 422, 'channel_not_possible'],
  ])('sends nothing to a request with %s', async (_name, body, status, code) => {
    const { sendCode, times } = ends(SENT);
    const { post, lines } = createScene(sendCode);
    const answer = await post(body);

    expect(answer.status).toBe(status);
    expect(times()).toBe(0);
    expect(lines()).toMatchObject([{ event: 'request.refused', severity: 'INFO', code }]);
  });

  it.each([
    ['no code', aGatewayBody({ body: 'x' }), { door: 'legacy', number: '+44••••••01', country: 'GB' }],
    ['no number', aGatewayBody({ recipient: 'x' }), { door: 'legacy', ipPrefix: '203.0.113.0/24' }],
    ['a channel that does not fit', anActionBody({ channel: 'email' }), { door: 'action', country: 'GB' }],
  ])('says in the line what is known of a request with %s', async (_name, body, known) => {
    const { post, lines } = createScene(ends(SENT).sendCode);
    await post(bytesOf(body));

    expect(lines()).toMatchObject([{ event: 'request.refused', ...known }]);
  });

  it('refuses a wrong token before there is a body, and leaves the line to the guard', () => {
    const { sendCode, times } = ends(SENT);
    const { handler, lines } = createScene(sendCode);
    const token = aToken({}, { key: OTHER_KEY_TEXT });

    expect(() => handler(aRequestHead({ authorization: `Bearer ${token}` }))).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
    expect(times()).toBe(0);
    expect(lines()).toEqual([]);
  });

  it('refuses a body that was not signed before it parses it', async () => {
    const { sendCode, times } = ends(SENT);
    const { post, lines } = createScene(sendCode);
    const answer = await post(Buffer.from('{'), aRequestHead({ 'x-signature': aSignature('{}') }));

    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(times()).toBe(0);
    expect(lines()).toMatchObject([
      { event: 'request.refused', severity: 'WARNING', code: 'unauthenticated' },
    ]);
  });

  it('takes a signed request of our Action', async () => {
    const { post, lines } = createScene(ends(SENT).sendCode);
    const body = bytesOf(anActionBody());
    const answer = await post(body, aRequestHead({ 'x-signature': aSignature(body) }));

    expect(answer.status).toBe(200);
    expect(lines()).toMatchObject([{ event: 'otp.sent', door: 'action', app: 'Acme' }]);
  });

  it('gives the use case what is left of the time since the first byte', async () => {
    const given: number[] = [];
    const sendCode = (_request: unknown, deadline: Deadline) => {
      given.push(deadline.remainingMs());
      return Promise.resolve(SENT);
    };
    const { post } = createScene(sendCode, { requestDeadlineMs: 15_000 });
    for (const ageMs of [5000, 60_000]) {
      await post(
        undefined,
        aRequestHead({ authorization: `Bearer ${TOKEN}` }, { receivedAtMs: performance.now() - ageMs }),
      );
    }

    expect(given[0]).toBeGreaterThan(0);
    expect(given[0]).toBeLessThanOrEqual(10_000);
    expect(given[1]).toBe(0);
  });
});

describe('createHandler: where blocks are silent', () => {
  it.each([
    [new Refusal('blocked'), 'otp.suppressed'],
    [new Refusal('blocked_by_provider', { twilioCode: 60605 }), 'otp.failed'],
  ])('answers 200 suppressed to %s, and logs what it was', async (error, event) => {
    const { post, lines } = createScene(ends(error).sendCode, { blockResponse: 'silent' });
    const answer = await post();

    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toEqual({ code: 'suppressed', requestId: aRequestHead().requestId });
    expect(lines()).toMatchObject([{ event, code: error.code }]);
  });

  it.each([
    [400, new Refusal('invalid_recipient')],
    [422, new Refusal('channel_not_possible')],
    [429, new Refusal('rate_limited')],
    [500, new Fault('misconfigured')],
    [503, new Fault('unavailable')],
  ])('answers %i to %s all the same', async (status, error) => {
    const { post } = createScene(ends(error).sendCode, { blockResponse: 'silent' });

    await expect(post()).resolves.toMatchObject({ status });
  });
});

describe('createHandler: what is never in a line or an answer', () => {
  const CODE = '987654';
  const NUMBER = '+447700900042';
  const SECRETS = [
    CODE,
    '447700900042',
    '7700900042',
    '7700 900042',
    '900042',
    'user@example.com',
    'example.com',
    'Mozilla',
    '203.0.113.7',
    KEY_TEXT,
    TOKEN,
    'Your code',
  ];

  const bodies = {
    legacy: aGatewayBody({ recipient: NUMBER, body: `Your code for 07700 900042 is ${CODE}` }),
    action: anActionBody({ recipient: NUMBER, code: CODE, app: `Acme ${CODE} ${NUMBER}` }),
    email: anActionBody({ recipient: 'user@example.com', code: CODE, channel: 'email' }),
    withoutCode: aGatewayBody({ recipient: NUMBER, body: `Your code: ${CODE} or 987655` }),
    badRecipient: aGatewayBody({ recipient: `${NUMBER}99999`, body: CODE }),
    badChannel: anActionBody({ recipient: NUMBER, code: CODE, channel: CODE }),
  };
  const leaky = new Error(
    `{"To":"${NUMBER}","CustomCode":"${CODE}","Authorization":"${TOKEN}"}\n    at ${CODE}:1:1`,
  );
  const worlds: Readonly<Record<string, WorldOptions>> = {
    sent: { carrier: {} },
    reused: { carrier: {}, starts: [3] },
    blockedByNumber: { rules: [NUMBER] },
    blockedByPrefix: { rules: [NUMBER.slice(0, -2)] },
    blockedByNetwork: { rules: ['234-15'], carrier: {} },
    monitored: { rules: [`${NUMBER} monitor`], carrier: {} },
    allowed: { rules: [`${NUMBER} allow`] },
    failed: { carrier: {}, starts: [new Fault('provider_error', { cause: leaky, twilioCode: 20500 })] },
    broken: { carrier: {}, starts: [leaky] },
    cancelFails: { carrier: {}, cancel: new Fault('misconfigured', { cause: leaky }) },
    cancelBreaks: { carrier: {}, cancel: leaky },
  };
  const table = Object.keys(worlds).flatMap((world) =>
    Object.keys(bodies).map((body) => [world, body] as const),
  );

  it.each(table)('is nothing of the request: %s, %s', async (worldName, bodyName) => {
    const world = createWorld(worlds[worldName]);
    const policy = { ...DEFAULT_POLICY, enabledChannels: ['sms', 'email'] } as const;
    const { post, text, lines } = createScene(createSendCode(world.ports, policy));
    const answer = await post(bytesOf(bodies[bodyName as keyof typeof bodies]));
    const written = text() + JSON.stringify(answer);

    expect(lines().length).toBeGreaterThan(0);
    expect(SECRETS.filter((secret) => written.includes(secret))).toEqual([]);
  });
});
