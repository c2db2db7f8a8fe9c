import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { startGatewayBeside, startGatewayStack } from '../support/gateway-stack.ts';
import { runAction, type ActionEnd } from '../support/run-action.ts';
import { describeWith } from '../support/describe-with.ts';

const stack = await startGatewayStack({ env: { ENABLED_CHANNELS: 'sms,call' } });
const describeWithStack = describeWith(stack);

let index = 100;
function freshNumber(): string {
  index += 1;
  return testNumber(index);
}

function running() {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

/** The event of Auth0's trigger, as its documentation describes it. */
function anEvent(notification: object = {}, secrets: object = {}) {
  return {
    notification: {
      recipient: freshNumber(),
      code: '246810',
      as_text: 'Your code is 246810',
      as_voice: 'Your code is 2 4 6 8 1 0',
      delivery_method: 'text',
      message_type: 'otp_verify',
      locale: 'en',
      ...notification,
    },
    request: { ip: '203.0.113.9', user_agent: 'Mozilla/5.0', language: 'en', geoip: {} },
    client: { client_id: 'client-1', name: 'Acme', metadata: {} },
    connection: { id: 'con_1', name: 'sms', strategy: 'sms' },
    tenant: { id: 'acme' },
    user: { user_id: 'sms|1' },
    transaction: { correlation_id: 'c-1' },
    secrets: { GATEWAY_URL: running().gateway.url, GATEWAY_SECRET: running().key, ...secrets },
  };
}

const run = (event: unknown) => runAction('custom-phone-provider.js', 'onExecuteCustomPhoneProvider', event);

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('the Action custom-phone-provider', () => {
  beforeEach(() => {
    running().twilio.simulator.reset();
  });

  it('has the code sent by the channel that the operator set, and returns', async () => {
    const event = anEvent();
    expect(await run(event)).toEqual({ end: null, output: [] });
    expect(running().twilio.simulator.delivered).toEqual([
      expect.objectContaining({ to: event.notification.recipient, code: '246810', channel: 'sms' }),
    ]);
    const line = await running().gateway.waitForLog(({ event: name }) => name === 'otp.sent');
    expect(line).toMatchObject({ door: 'action', app: 'Acme' });
  });

  it('has a voice message called', async () => {
    await run(anEvent({ delivery_method: 'voice' }));
    expect(running().twilio.simulator.delivered).toEqual([expect.objectContaining({ channel: 'call' })]);
  });

  it.each(['otp_verify', 'otp_enroll', 'change_password'])(
    'sends a message of type %s',
    async (message_type) => {
      expect((await run(anEvent({ message_type }))).end).toBeNull();
    },
  );

  it.each(['blocked_account', 'password_breach'])(
    'drops a %s, which carries no code',
    async (message_type) => {
      const { end } = await run(anEvent({ message_type, code: undefined }));
      expect(end).toEqual({ call: 'drop', reason: expect.stringContaining(message_type) });
      expect(running().calls()).toEqual([]);
    },
  );

  it('signs with the key that the gateway decodes, where both are told so', async () => {
    const decoding = await startGatewayBeside(running(), { GATEWAY_SECRET_BASE64: 'true' });
    const event = anEvent({}, { GATEWAY_URL: decoding.gateway.url, GATEWAY_SECRET_BASE64: 'true' });
    const { end } = await run(event);
    await decoding.stop();

    expect(end).toBeNull();
    expect(running().twilio.simulator.delivered).toEqual([
      expect.objectContaining({ to: event.notification.recipient, code: '246810' }),
    ]);
  });

  it.each<[string, object, object, ActionEnd]>([
    ['another key', {}, { GATEWAY_SECRET: 'x'.repeat(40) }, { call: 'drop', reason: '401 unauthenticated' }],
    ['no number', { recipient: '+44123' }, {}, { call: 'drop', reason: '400 invalid_recipient' }],
    [
      'a number that Twilio blocks',
      { recipient: testNumber(619) },
      {},
      { call: 'drop', reason: '403 blocked_by_provider' },
    ],
    ['a code that is none', { code: 'abc' }, {}, { call: 'drop', reason: '422 code_not_found' }],
    ['too many sends', { recipient: testNumber(603) }, {}, { call: 'drop', reason: '429 rate_limited' }],
    [
      'custom codes that are off',
      { recipient: testNumber(604) },
      {},
      { call: 'drop', reason: '500 misconfigured' },
    ],
    [
      'a failure of Twilio',
      { recipient: testNumber(629) },
      {},
      { call: 'retry', reason: '502 provider_error' },
    ],
    [
      'a Lookup that throttles',
      { recipient: testNumber(702) },
      {},
      { call: 'retry', reason: '503 unavailable' },
    ],
    [
      'a connection that breaks',
      { recipient: testNumber(639) },
      {},
      { call: 'retry', reason: '504 provider_timeout' },
    ],
    [
      'a gateway that is away',
      {},
      { GATEWAY_URL: 'http://127.0.0.1:9' },
      { call: 'retry', reason: 'cannot be reached' },
    ],
    ['no secrets', {}, { GATEWAY_URL: undefined }, { call: 'drop', reason: 'set the secrets GATEWAY_URL' }],
  ])('tells drops from retries: %s', async (_name, notification, secrets, expected) => {
    const event = anEvent(notification, secrets);
    const { end } = await run(event);

    expect(end?.call).toBe(expected?.call);
    expect(end?.reason).toContain(expected?.reason);
    expect(end?.reason).not.toContain(event.notification.recipient.slice(1));
    expect(end?.reason).not.toContain('246810');
  });

  it('does not follow a redirect: the signature is for the gateway alone', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : null;
    const { end } = await run(anEvent({}, { GATEWAY_URL: `http://127.0.0.1:${String(port)}/` }));
    server.close();

    expect(end?.call).toBe('drop');
    expect(seen).toEqual(['/']);
  });
});
