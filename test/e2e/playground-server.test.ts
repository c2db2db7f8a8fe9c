import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOwnStack, type OwnStack } from '../../tools/playground/start-own-stack.ts';
import { createTwilioSimulator } from '../../tools/twilio-simulator/create-twilio-simulator.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';

// Who may use the page, and what it refuses to do with Twilio itself. No browser is needed to see that.

const START_MS = 120_000;
const TO_NUMBER = { recipient: testNumber(1), door: 'action', channel: null, template: '' };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function ask(
  url: string,
  {
    method = 'GET',
    path = '/',
    headers = {},
    body,
  }: {
    method?: string;
    path?: string;
    headers?: Readonly<Record<string, string>>;
    body?: unknown;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method, headers }, (incoming) => {
      text(incoming).then(
        (content) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: content }),
        reject,
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const post = (url: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ask(url, {
    method: 'POST',
    path: `/api/${path}`,
    body,
    headers: { origin: url, 'content-type': 'application/json', ...headers },
  });

describe('the server of the page', () => {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await startOwnStack();
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const sent = (): number => stack.output().split('"event":"otp.').length - 1;

  it('lets the page alone load what it needs, from nowhere but here', async () => {
    const { status, headers } = await ask(stack.pageUrl, {});

    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each<[string, Parameters<typeof ask>[1]]>([
    ['a foreign Host', { headers: { host: 'attacker.example' } }],
    ['a foreign Host with the right port', { headers: { host: 'attacker.example:8085' } }],
    ['a foreign Origin', { headers: { origin: 'https://attacker.example' } }],
    ['an Origin of null', { headers: { origin: 'null' } }],
    [
      'a script of another site',
      { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } },
    ],
    ['the stream for another site', { path: '/api/live', headers: { origin: 'https://attacker.example' } }],
    ['another method', { method: 'PUT' }],
  ])('refuses %s', async (_name, call) => {
    const { status, body } = await ask(stack.pageUrl, call);

    expect(status).toBe(403);
    expect(Object.keys(JSON.parse(body) as object)).toEqual(['problem']);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a foreign Origin', { origin: 'https://attacker.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['a foreign Host', { host: 'attacker.example' }],
  ])('sends nothing for %s', async (_name, headers) => {
    const before = sent();

    expect((await post(stack.pageUrl, 'send', TO_NUMBER, headers)).status).toBe(403);
    expect(sent()).toBe(before);
  });

  it('sends nothing for a request that does not say where it comes from', async () => {
    const before = sent();
    const { status } = await ask(stack.pageUrl, {
      method: 'POST',
      path: '/api/send',
      headers: { 'content-type': 'application/json' },
      body: TO_NUMBER,
    });

    expect(status).toBe(403);
    expect(sent()).toBe(before);
  });

  it.each<[string, string, unknown]>([
    ['a door that there is not', 'send', { ...TO_NUMBER, door: 'window' }],
    ['a channel that there is not', 'send', { ...TO_NUMBER, channel: 'fax' }],
    ['no recipient', 'send', {}],
    ['a list', 'send', []],
    ['a text that is too long', 'send', { ...TO_NUMBER, template: 'x'.repeat(5000) }],
    ['a body that is too long', 'send', { ...TO_NUMBER, template: 'x'.repeat(100_000) }],
    ['an id that makes no rule', 'rule', { id: 'UK' }],
    ['a time that is none', 'rule', { id: 'GB', expiresInSeconds: -1 }],
    ['settings that are no JSON', 'settings', { text: '{' }],
    ['a scenario that there is not', 'scenario', { id: 'earthquake' }],
  ])('answers %s with a sentence', async (_name, path, body) => {
    const answer = await post(stack.pageUrl, path, body);

    expect(JSON.parse(answer.body)).toEqual({ problem: expect.stringContaining(' ') });
  });

  it('answers a path that there is not with 404', async () => {
    expect((await post(stack.pageUrl, 'nothing', {})).status).toBe(404);
  });

  it.each(['//', '//[', '/%2e%2e/index.html', '/api/%'])(
    'answers %s, to which a link of any website may lead, with 404 and goes on',
    async (path) => {
      expect((await ask(stack.pageUrl, { path })).status).toBe(404);
      expect((await ask(stack.pageUrl, {})).status).toBe(200);
    },
  );

  it('plays one scenario at a time, and lets nobody edit what it will put back', async () => {
    const problemOf = async (path: string, body: unknown) => (await post(stack.pageUrl, path, body)).body;
    expect(await problemOf('scenario', { id: 'firestore-down' })).toBe('{}');

    for (const [path, body] of [
      ['scenario', { id: 'landline' }],
      ['rule', { id: 'GB' }],
      ['settings/remove', {}],
    ] as const) {
      expect(await problemOf(path, body)).toContain('A scenario is running');
    }
  });

  it('shows no key', async () => {
    const { body } = await post(stack.pageUrl, 'send', TO_NUMBER);

    expect(body).toContain('"x-signature":"t=');
    expect(body).toContain('v1=…');
    expect(body).not.toMatch(/v1=[0-9a-f]/);
  });
});

describe('the page with Twilio itself', () => {
  const twilio = createTwilioSimulator();
  let stack: OwnStack;
  beforeAll(async () => {
    const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
    stack = await startOwnStack({
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
      TWILIO_API_BASE_URL: await twilio.listen(),
    });
  }, START_MS);
  afterAll(async () => {
    await stack.stop();
    await twilio.close();
  }, START_MS);

  it('plays no scenario, and says why', async () => {
    const { body } = await post(stack.pageUrl, 'scenario', { id: 'pumping' });

    expect(body).toContain('nothing on this page sends real messages by one click');
    expect(twilio.seen).toEqual([]);
  });

  it('asks Twilio nothing when a rule is changed, and does not start the gateway again', async () => {
    expect((await post(stack.pageUrl, 'rule', { id: 'FR', action: 'monitor' })).status).toBe(200);
    expect((await post(stack.pageUrl, 'channels', {})).status).toBe(200);

    expect(twilio.seen).toEqual([]);
  });

  it('sends what a person orders', async () => {
    const { body } = await post(stack.pageUrl, 'send', TO_NUMBER);

    expect(JSON.parse(body)).toMatchObject({ answer: { status: 200, code: 'sent' } });
    expect(twilio.delivered).toHaveLength(1);
  });
});
