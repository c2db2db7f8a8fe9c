import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomInt } from 'node:crypto';
import { waitUntil } from '../../tools/local-stack/wait-until.ts';
import { CREATE_FAULTS } from '../../tools/twilio-simulator/create-faults.ts';
import { LOOKUP_FAULTS } from '../../tools/twilio-simulator/lookup-faults.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { anActionBody } from '../support/a-gateway-body.ts';
import { aSignature } from '../support/a-signature.ts';
import { findCanaries, type Canary } from '../support/canaries.ts';
import { startFaultyStack } from '../support/faulty-stack.ts';
import { aGatewayBody, signToken } from '../support/gateway-stack.ts';
import { controlCharactersIn, linesThatAreNoJson } from '../support/json-lines.ts';
import { head, open, send, type WireAnswer } from '../support/wire.ts';

// Everything that can happen to a request happens once, at the level that says most; then all that the process wrote is
// searched for what must never be in it (design §8), however it may be written.

const HASH_KEY = randomBytes(32).toString('hex');
const OLDER_KEY = randomBytes(32).toString('hex');
const CLIENT_IPS = ['203.0.113.77', '2001:db8:1234:5678:9abc:def0:1122:3344'] as const;
const ADDRESS = 'canary.person@canary-mail.example';
const USER_AGENT = 'CanaryBrowser/77.7 (canary agent)';
const TEXT = 'canary sentence of a template';
const VENDOR_TEXT = 'canary sentence of a vendor';
/** What somebody would write who wants a line of his own in the log. */
const INJECTION = '\r\n{"severity":"CRITICAL","event":"injected"}\r\n\u001b[2J\u2028\u2029\u0085\u0000';

const stack = await startFaultyStack();
const gateway = await stack.startGateway({
  GATEWAY_SECRETS: `${stack.key}\n${OLDER_KEY}`,
  NUMBER_HASH_KEY: HASH_KEY,
  ENABLED_CHANNELS: 'sms,call,whatsapp,email',
  MAX_IN_FLIGHT: '3',
  CODE_LENGTH: '10',
});
const { simulator, toTwilio, toFirestore, rules, key } = stack;

const canaries: Canary[] = [
  ...CLIENT_IPS.map((text): Canary => ({ name: 'client IP', text, kind: 'text' })),
  { name: 'address', text: ADDRESS, kind: 'text' },
  { name: 'user agent', text: USER_AGENT, kind: 'text' },
  { name: 'text of a message', text: TEXT, kind: 'text' },
  { name: 'text of a vendor', text: VENDOR_TEXT, kind: 'text' },
  { name: 'newest key', text: key, kind: 'text' },
  { name: 'older key', text: OLDER_KEY, kind: 'text' },
  { name: 'key of pseudonyms', text: HASH_KEY, kind: 'text' },
  { name: 'API key', text: SIMULATOR_DEFAULTS.apiKey.secret, kind: 'text' },
  { name: 'sender', text: '+447700900999', kind: 'digits' },
];

let numbers = 0;
/** A number of the test range by its last digits, which must not be found either. */
function aNumber(index = (numbers += 1) % 200): string {
  const text = testNumber(index);
  canaries.push({ name: 'number', text, kind: 'digits' });
  return text;
}

/** Ten digits, which no clock and no count has by chance. */
function aCode(): string {
  const text = String(randomInt(1_000_000_000, 10_000_000_000));
  canaries.push({ name: 'code', text, kind: 'digits' });
  return text;
}

async function aToken(claims: Readonly<Record<string, unknown>> = {}, signedWith = key): Promise<string> {
  const token = await signToken(signedWith, claims);
  canaries.push({ name: 'token', text: token, kind: 'text' });
  canaries.push({ name: 'signature of a token', text: token.split('.')[2] ?? '', kind: 'text' });
  return token;
}

function aLegacyBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return aGatewayBody({
    recipient: aNumber(),
    body: `${TEXT} ${aCode()}`,
    req: { ip: CLIENT_IPS[0], 'user-agent': USER_AGENT },
    ...changes,
  });
}

/** Sends to the gateway as Auth0 does. */
async function ask(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  path = '/',
): Promise<WireAnswer> {
  return send(gateway.port, {
    path,
    headers: { authorization: `Bearer ${await aToken()}`, 'user-agent': USER_AGENT, ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

/** Sends to the gateway as our Action does. */
function askSigned(body: string, signature?: string): Promise<WireAnswer> {
  const time = Math.floor(Date.now() / 1000);
  const header = signature ?? aSignature(body, { key, time });
  canaries.push({ name: 'signature', text: header.split('v1=').at(-1) ?? '', kind: 'text' });
  return send(gateway.port, { headers: { 'x-signature': header }, body });
}

/** Writes bytes to the gateway and waits until it has said something or ended the connection. */
async function askRaw(text: string): Promise<void> {
  const opened = await open(gateway.port);
  opened.write(text);
  await waitUntil(
    async () => opened.hasEnded() || (await opened.until('HTTP/').catch(() => '')) !== '',
    2000,
  );
  opened.destroy();
}

const answers: WireAnswer[] = [];
async function note(answer: Promise<WireAnswer>): Promise<void> {
  answers.push(await answer);
}

async function succeed(): Promise<void> {
  const body = aLegacyBody();
  await note(ask(body));
  await note(ask(body));
  await note(ask(aLegacyBody({ req: { ip: CLIENT_IPS[1], 'user-agent': USER_AGENT } })));
  await note(ask(aLegacyBody({ body: `c=${aCode()}\nl=en-US\na=Acme +44 7700 900123\nch=call` })));
  await note(ask({ v: 1, recipient: ADDRESS, code: aCode(), channel: 'email', tenant: TEXT }));
  const action = anActionBody({ recipient: aNumber(), code: aCode(), client_id: TEXT, correlation_id: TEXT });
  await note(askSigned(JSON.stringify(action)));
}

async function failToAuthenticate(): Promise<void> {
  const body = aLegacyBody();
  for (const token of [
    await aToken({ exp: 1 }),
    await aToken({ aud: TEXT, sub: TEXT }),
    await aToken({}, 'another-key-of-32-bytes-0123456789ab'),
    `${await aToken()}x`,
    TEXT,
  ]) {
    await note(ask(body, { authorization: `Bearer ${token}` }));
  }
  await note(ask(body, { authorization: `Basic ${Buffer.from(`${TEXT}:${key}`).toString('base64')}` }));
  await note(askSigned(JSON.stringify(body), `t=1,v1=${'ab'.repeat(32)}`));
  await note(askSigned(JSON.stringify(body), `t=${Math.floor(Date.now() / 1000)},v1=${'cd'.repeat(32)}`));
}

async function beRefusedByShape(): Promise<void> {
  const bodies: unknown[] = [
    `{"recipient":"${aNumber()}","body":"${TEXT} ${aCode()}"`,
    `recipient=${aNumber()}&body=${aCode()}`,
    Buffer.from([0xff, 0xfe, ...Buffer.from(aNumber())]),
    [aLegacyBody()],
    '',
    aLegacyBody({ recipient: 5 }),
    aLegacyBody({ recipient: TEXT }),
    aLegacyBody({ recipient: `${aNumber()}0000000000` }),
    aLegacyBody({ recipient: ADDRESS }),
    aLegacyBody({ body: TEXT }),
    aLegacyBody({ body: `${aCode()} ${aCode()}` }),
    aLegacyBody({ message_type: 'blocked_account' }),
    aLegacyBody({ channel: TEXT }),
    aLegacyBody({ channel: 'email' }),
    anActionBody({ recipient: aNumber(), code: `${aCode()}0` }),
    anActionBody({ recipient: aNumber(), code: aCode(), v: TEXT }),
    `${TEXT} ${aCode()} `.repeat(1000),
  ];
  for (const body of bodies) await note(ask(body));
  await note(ask(aLegacyBody(), { 'content-encoding': 'gzip' }));
  await note(ask(aLegacyBody(), { 'content-encoding': TEXT }));
  await note(ask(aLegacyBody(), { 'x-cloud-trace-context': TEXT, traceparent: aNumber() }));
  await note(ask(aLegacyBody(), {}, `/${encodeURIComponent(aNumber())}?code=${aCode()}#${ADDRESS}`));
}

async function sendMalformed(): Promise<void> {
  const line = `authorization: Bearer ${await aToken()}`;
  const secrets = `x-canary: ${aNumber()} ${aCode()} ${ADDRESS} ${TEXT}`;
  for (const text of [
    `${TEXT} ${aNumber()}\r\n\r\n`,
    head([line, secrets, 'content-length: x'], `POST /${aCode()} HTTP/1.1`),
    head([line, secrets, 'transfer-encoding: chunked']) + `${TEXT}\r\n`,
    head([line, `${secrets}\u0001`, 'content-length: 2']) + 'xx',
    head([line, `x-long: ${`${TEXT} `.repeat(1000)}`]),
    head([line, secrets], `GET /${aNumber()} HTTP/1.1`),
    head([line, secrets, 'expect: 100-continue', 'content-length: 99999']),
  ]) {
    await askRaw(text);
  }
  // Goes away in the middle of its body.
  const opened = await open(gateway.port);
  opened.write(head([line, 'content-length: 500']) + `{"recipient":"${aNumber()}","body":"${TEXT}`);
  await waitUntil(() => true, 100);
  opened.destroy();
}

async function failAtTwilio(): Promise<void> {
  for (const { number } of [...CREATE_FAULTS, ...LOOKUP_FAULTS].filter(({ name }) => name !== 'hang')) {
    await note(ask(aLegacyBody({ recipient: aNumber(Number(number.slice(-3))) })));
  }
  for (const operation of ['lookup', 'verification.update', 'verification.create'] as const) {
    for (const status of [400, 401, 403, 429, 500]) {
      const to = aNumber();
      simulator.inject({ operation, times: 2, status, code: 69_999, message: `${VENDOR_TEXT} ${to} {to}` });
      await note(ask(aLegacyBody({ recipient: to })));
      simulator.reset();
    }
  }
  for (const fault of ['reset-unseen', 'reset-unanswered', 'half'] as const) {
    toTwilio.spoil(() => fault);
    await note(ask(aLegacyBody()));
  }
  await toTwilio.refuse();
  await note(ask(aLegacyBody()));
  await toTwilio.heal();
}

/** Has the rules read again, by asking for what costs nothing, until a line is there. */
async function untilLogged(event: string, from: number): Promise<boolean> {
  return waitUntil(async () => {
    await note(ask(aLegacyBody({ recipient: '+870000000000' })));
    return gateway.process.logs().some((line, index) => index >= from && line['event'] === event);
  }, 15_000);
}

async function readBadRules(): Promise<void> {
  const blocked = aNumber();
  const root = 'projects/demo-gateway/databases/(default)/documents';
  const text = (stringValue: string) => ({ stringValue });
  const documents = [
    { name: `${root}/blocklist/${blocked}`, fields: { reason: text(`${TEXT} ${blocked}`) } },
    { name: `${root}/blocklist/${aNumber()}x`, fields: {} },
    { name: `${root}/blocklist/00${aNumber().slice(1)}`, fields: { action: text(INJECTION) } },
    { name: `${root}/blocklist/evil${INJECTION}`, fields: { mcc: text(aNumber()), mnc: text(INJECTION) } },
    { name: `${root}/blocklist/UK`, fields: { [INJECTION]: text(TEXT), action: text(aNumber()) } },
  ];
  const settings = { name: `${root}/settings/gateway`, fields: { mode: text(`${TEXT}${INJECTION}`) } };
  const from = gateway.process.logs().length;
  rules.misbehave((outgoing) => outgoing.end(JSON.stringify({ documents, ...settings })));
  await untilLogged('rule.invalid', from);
  await note(ask(aLegacyBody({ recipient: blocked })));
  rules.misbehave((outgoing) => outgoing.writeHead(500).end(`${VENDOR_TEXT} ${aNumber()}`));
  await untilLogged('rules.stale', from);
  await toFirestore.refuse();
  await note(ask(aLegacyBody()));
  await toFirestore.heal();
  rules.misbehave(null);
}

async function injectEverywhere(): Promise<void> {
  const evil = `Acme${INJECTION}Acme`;
  const names = [
    'recipient',
    'body',
    'sender',
    'channel',
    'message_type',
    'locale',
    'app',
    'tenant',
    'client_id',
  ];
  for (const name of [...names, 'correlation_id', 'code', INJECTION]) {
    await note(ask(aLegacyBody({ [name]: evil })));
    await note(ask(anActionBody({ recipient: aNumber(), code: aCode(), [name]: evil })));
  }
  await note(ask(aLegacyBody({ req: { ip: evil, 'user-agent': evil } })));
  await note(ask(aLegacyBody({ body: `c=${aCode()}\na=A\u001b[31m\u2028\u0085B\nl=en\u2028` })));
  await note(ask(aLegacyBody(), {}, `/${encodeURIComponent(evil)}`));
  for (const name of ['user-agent', 'x-cloud-trace-context', 'traceparent', 'x-request-id', 'content-type']) {
    // As far as a client may put it into a header; the rest is written raw.
    await note(ask(aLegacyBody(), { [name]: '\u0085{"event":"injected"}\u00a0' }));
    await askRaw(head([`${name}: a\u001b[2J\r\n {"event":"injected"}`, 'content-length: 0']));
  }
  const carrierName = `Evil${INJECTION}`;
  const recipient = aNumber();
  simulator.change({
    numbers: new Map([
      [recipient, { mcc: '234', mnc: '10', carrierName, lineType: 'mobile', errorCode: null }],
    ]),
  });
  await note(ask(aLegacyBody({ recipient })));
}

async function beTooMany(): Promise<void> {
  simulator.change({ latencyMs: 300 });
  await Promise.all(Array.from({ length: 6 }, () => note(ask(aLegacyBody()))));
  simulator.change({ latencyMs: 0 });
}

describe('all that a gateway writes at the level debug', () => {
  let output = '';

  beforeAll(async () => {
    await succeed();
    await failToAuthenticate();
    await beRefusedByShape();
    await sendMalformed();
    await injectEverywhere();
    await failAtTwilio();
    await readBadRules();
    await beTooMany();
    await gateway.process.stop();
    output = gateway.process.rawOutput();
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
  });

  it('comes of requests that ended in every way there is', () => {
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([
      200, 400, 401, 403, 413, 415, 422, 429, 500, 502, 503, 504,
    ]);
    expect(new Set(gateway.process.logs().map(({ event }) => event))).toEqual(
      new Set([
        'instance.started',
        'instance.draining',
        'otp.sent',
        'otp.duplicate',
        'otp.blocked',
        'otp.failed',
        'request.refused',
        'rules.refreshed',
        'rules.stale',
        'rule.invalid',
        'config.fault',
      ]),
    );
  });

  it('holds no code, number, address, key, token, client IP or text, in any form', () => {
    expect(canaries.length).toBeGreaterThan(200);
    expect(findCanaries(output, canaries)).toEqual([]);
  });

  it('is lines of JSON and nothing else, on both streams', () => {
    expect(linesThatAreNoJson(output)).toEqual([]);
  });

  it('has no line, and no character, that somebody else put there', () => {
    const events = gateway.process.logs().map(({ event }) => event);

    expect(events).not.toContain('injected');
    expect(controlCharactersIn(output)).toEqual([]);
  });

  it('gives each request that was answered one line of its own, and none two', () => {
    const logged = gateway.process
      .logs()
      .filter(({ event, durationMs }) => /^(?:otp|request)\./.test(String(event)) && durationMs !== undefined)
      .map(({ requestId }) => String(requestId));
    const answered = answers.map(({ body }) => String(body['requestId']));

    expect(new Set(answered).size).toBe(answers.length);
    expect(answered.filter((id) => !logged.includes(id))).toEqual([]);
    expect(new Set(logged).size).toBe(logged.length);
  });
});
