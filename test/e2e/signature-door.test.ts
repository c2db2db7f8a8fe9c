import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { aMac, aSignature } from '../support/a-signature.ts';
import { exchange, type Exchange } from '../support/exchange.ts';
import { aGatewayBody, signToken, startGatewayStack } from '../support/gateway-stack.ts';
import { describeWith } from '../support/describe-with.ts';

// `X-Signature` (design §3) on the wire.

const OLDER_KEY = randomBytes(32).toString('hex');
const NEWER_KEY = randomBytes(32).toString('hex');
const stack = await startGatewayStack({ env: { GATEWAY_SECRETS: `${NEWER_KEY}\n${OLDER_KEY}` } });
const describeWithStack = describeWith(stack);

function running() {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

let numbers = 0;
/** A body of our Action's, as the text that is signed and sent. */
function aBody(changes: Readonly<Record<string, unknown>> = {}): string {
  numbers += 1;
  return JSON.stringify({ v: 1, recipient: testNumber(numbers), code: '246810', ...changes });
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const sign = (body: string, key = NEWER_KEY, time = seconds()): string => aSignature(body, { key, time });

function ask(body: string, signature: string, headers: Readonly<Record<string, string>> = {}) {
  return exchange(running(), { body, token: null, headers: { 'x-signature': signature, ...headers } });
}

function expectRefused(seen: Exchange): void {
  expect(seen).toMatchObject({
    status: 401,
    code: 'unauthenticated',
    asked: '',
    delivered: [],
    line: { severity: 'WARNING', event: 'request.refused', code: 'unauthenticated' },
  });
  expect(seen.answer.headers.get('www-authenticate')).toBe('Bearer');
}

beforeEach(() => {
  stack?.twilio.simulator.reset();
});

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('a request that is signed', () => {
  it('is sent, and logged without anything of a token', async () => {
    const body = aBody({ locale: 'de', app: 'Acme', req: { ip: '203.0.113.9', 'user-agent': 'x' } });
    const { line, ...seen } = await ask(body, sign(body));

    expect(seen).toMatchObject({ status: 200, code: 'sent', asked: 'create lookup update' });
    expect(seen.delivered).toEqual([expect.objectContaining({ code: '246810', channel: 'sms' })]);
    expect(seen.created).toMatchObject({ Locale: 'de', DeviceIp: '203.0.113.9' });
    expect(line).toMatchObject({
      event: 'otp.sent',
      door: 'action',
      app: 'Acme',
      ipPrefix: '203.0.113.0/24',
    });
    expect(line).not.toHaveProperty('tokenClaims');
  });

  it('may leave out or set to null everything but version, recipient and code', async () => {
    const absent = aBody();
    const nothing = { channel: null, locale: null, message_type: null, req: null, app: null };
    const isNull = aBody({ ...nothing, client_id: null, tenant: null, correlation_id: null });

    expect(await ask(absent, sign(absent))).toMatchObject({ status: 200 });
    expect(await ask(isNull, sign(isNull))).toMatchObject({ status: 200 });
  });

  it('may be signed with the older key, and by the legacy door too', async () => {
    const body = aBody();
    const legacy = JSON.stringify(aGatewayBody({ recipient: testNumber(90) }));

    expect(await ask(body, sign(body, OLDER_KEY))).toMatchObject({ status: 200 });
    expect(await ask(legacy, sign(legacy))).toMatchObject({ status: 200, line: { door: 'legacy' } });
  });

  it.each([-290, 290])('may be %i s old by our clock', async (age) => {
    const body = aBody();
    expect(await ask(body, sign(body, NEWER_KEY, seconds() - age))).toMatchObject({ status: 200 });
  });

  it('may carry several signatures, of which one is good, and entries of other names', async () => {
    const body = aBody();
    const time = seconds();
    const wrong = aMac(body, { time, key: 'x'.repeat(32) });
    const good = aMac(body, { time, key: NEWER_KEY });

    expect(await ask(body, `t=${time},v1=${wrong},v1=${good}`)).toMatchObject({ status: 200 });
    expect(await ask(aBody(), `t=${time},v1=${wrong},v1=${wrong}`)).toMatchObject({ status: 401 });
    const other = aBody();
    expect(await ask(other, `${sign(other)},v2=abc`)).toMatchObject({ status: 200 });
  });

  it('is judged by its signature alone where a token is there too', async () => {
    const body = aBody();
    const [good, bad] = await Promise.all([signToken(NEWER_KEY), signToken('y'.repeat(32))]);

    expect(await ask(body, sign(body), { authorization: `Bearer ${bad}` })).toMatchObject({ status: 200 });
    expectRefused(await ask(body, sign(body, 'z'.repeat(32)), { authorization: `Bearer ${good}` }));
  });

  it('is read by its bytes, not by what they mean', async () => {
    const body = `\ufeff ${aBody()}\n`;
    expect(await ask(body, sign(body))).toMatchObject({ status: 200 });
  });

  it.each(['2', 0, '1', null])('is 400 where its version is %j', async (version) => {
    const body = aBody({ v: version });
    expect(await ask(body, sign(body))).toMatchObject({ status: 400, code: 'malformed_request', asked: '' });
  });
});

describeWithStack('a request that is not signed well', () => {
  it('is refused with another body', async () => {
    const signed = aBody();
    expectRefused(await ask(signed.replace('246810', '246811'), sign(signed)));
  });

  it('is refused with the same body spelt otherwise', async () => {
    const body = aBody();
    expectRefused(await ask(`${body} `, sign(body)));
  });

  it.each([-310, 310, 86_400])('is refused when it is %i s old by our clock', async (age) => {
    const body = aBody();
    expectRefused(await ask(body, sign(body, NEWER_KEY, seconds() - age)));
  });

  it('is refused when its time was changed', async () => {
    const body = aBody();
    const time = seconds();
    expectRefused(await ask(body, `t=${time},v1=${aMac(body, { time: time - 1, key: NEWER_KEY })}`));
  });

  it('is refused when it was signed for another purpose', async () => {
    const body = aBody();
    const purpose = 'log-stream.v1.';
    expectRefused(await ask(body, aSignature(body, { time: seconds(), key: NEWER_KEY, purpose })));
  });

  it.each([
    ['empty', ''],
    ['no time', `v1=${'0'.repeat(64)}`],
    ['no signature', `t=${seconds()}`],
    ['a signature that is no hexadecimal', `t=${seconds()},v1=${'z'.repeat(64)}`],
    ['a signature that is too short', `t=${seconds()},v1=abcd`],
    ['two times', `t=${seconds()},t=${seconds()},v1=${'0'.repeat(64)}`],
    ['a time that is none', `t=now,v1=${'0'.repeat(64)}`],
    ['very long', `t=${seconds()}${`,v1=${'0'.repeat(64)}`.repeat(100)}`],
  ])('is refused when the header is %s', async (_what, header) => {
    expectRefused(await ask(aBody(), header));
  });

  it('is refused with the body of every other refusal', async () => {
    const body = aBody();
    const answers = [await ask(body, 'x'), await ask(body, sign(body, 'z'.repeat(32)))];
    const bodies = answers.map(({ answer }) => JSON.stringify({ ...answer.body, requestId: null }));

    expect(new Set(bodies).size).toBe(1);
  });
});
