import { inspect } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import LookupsBase from 'twilio/lib/rest/LookupsBase.js';
import VerifyBase from 'twilio/lib/rest/VerifyBase.js';
import {
  createHttpClient,
  HttpFailure,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from '../../functions/adapters/http-client.ts';
import {
  createTwilioTransport,
  TwilioFailure,
  type TwilioCall,
  type TwilioTransportOptions,
} from '../../functions/adapters/twilio-transport.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { failureOf, startSimulatedTwilio } from '../support/simulated-twilio.ts';

const SECRET = 'a-secret-of-an-api-key';
const { apiKey, serviceSid } = SIMULATOR_DEFAULTS;
const httpClient = createHttpClient({ maxSockets: 8 });
const { simulator, url, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(async () => {
  httpClient.close();
  await stop();
});

/** A transport over a client that notes what it is asked and gives one answer. */
function transportOver(answer: Partial<HttpAnswer> | Error, options: Partial<TwilioTransportOptions> = {}) {
  const asked: HttpRequest[] = [];
  const fake: HttpClient = {
    request: (request) => {
      asked.push(request);
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ status: 200, headers: {}, body: '{}', ...answer });
    },
    close: () => undefined,
  };
  const transport = createTwilioTransport({
    httpClient: fake,
    apiKeySid: 'SK1',
    apiKeySecret: () => SECRET,
    ...options,
  });
  const call = (changes: TwilioCall = {}) => {
    const { client, baseUrl } = transport.connect('verify', 1000);
    return client.request({ method: 'get', uri: `${baseUrl}/v2/path`, ...changes });
  };
  return { asked, transport, call };
}

function simulated() {
  const transport = createTwilioTransport({
    httpClient,
    apiKeySid: apiKey.sid,
    apiKeySecret: () => apiKey.secret,
    baseUrl: url,
  });
  return {
    verify: () => {
      const { client, baseUrl } = transport.connect('verify', 5000);
      const verify = new VerifyBase(client);
      verify.baseUrl = baseUrl;
      return verify.v2;
    },
    lookups: () => {
      const { client, baseUrl } = transport.connect('lookups', 5000);
      const lookups = new LookupsBase(client);
      lookups.baseUrl = baseUrl;
      return lookups.v2;
    },
  };
}

describe("the package's resources over the transport", () => {
  it('start and end a verification', async () => {
    const verifications = simulated().verify().services(serviceSid).verifications;
    const rateLimits = JSON.stringify({ ip_and_phone: `${NUMBERS.ordinary}|203.0.113.7` });

    const started = await verifications.create({
      to: NUMBERS.ordinary,
      channel: 'sms',
      customCode: '012345',
      rateLimits,
    });
    const ended = await verifications(encodeURIComponent(NUMBERS.ordinary)).update({ status: 'approved' });

    expect(started).toMatchObject({ status: 'pending', to: NUMBERS.ordinary });
    expect(ended).toMatchObject({ status: 'approved' });
    expect(simulator.seen.map(({ operation, status }) => [operation, status])).toEqual([
      ['verification.create', 201],
      ['verification.update', 200],
    ]);
    expect(simulator.seen[0]?.params).toEqual({
      To: NUMBERS.ordinary,
      Channel: 'sms',
      CustomCode: '012345',
      RateLimits: rateLimits,
    });
    expect(simulator.seen[0]?.apiKeySid).toBe(apiKey.sid);
  });

  it('give what Lookup says in the spelling of the pinned version', async () => {
    const number = simulated().lookups().phoneNumbers(encodeURIComponent(NUMBERS.manx));

    await expect(number.fetch({ fields: 'line_type_intelligence' })).resolves.toMatchObject({
      valid: true,
      lineTypeIntelligence: { mobileCountryCode: '234', mobileNetworkCode: '58', type: 'mobile' },
    });
    expect(simulator.seen[0]).toMatchObject({
      to: NUMBERS.manx,
      params: { Fields: 'line_type_intelligence' },
    });
  });

  it('turn pages', async () => {
    const verify = simulated().verify();
    for (const index of [1, 2, 3]) {
      const options = { to: testNumber(index), channel: 'sms', customCode: '123456' };
      await verify.services(serviceSid).verifications.create(options);
    }

    const first = await verify.verificationAttempts.page({ verifyServiceSid: serviceSid, pageSize: 2 });
    const second = await first.nextPage();

    expect(first.instances).toHaveLength(2);
    expect(second?.instances).toHaveLength(1);
  });
});

describe('a call', () => {
  it.each([
    ['verify', undefined, 'https://verify.twilio.com'],
    ['lookups', undefined, 'https://lookups.twilio.com'],
    ['verify', 'http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
    ['lookups', 'http://127.0.0.1:4010/', 'http://127.0.0.1:4010'],
  ] as const)('of %s goes, with the base URL %s, to %s', async (api, baseUrl, origin) => {
    const { transport, asked } = transportOver({}, { baseUrl });

    const connection = transport.connect(api, 1234);
    await connection.client.request({ method: 'get', uri: `${origin}/v2/path`, params: { Fields: 'a,b' } });

    expect(connection.baseUrl).toBe(origin);
    expect(asked).toMatchObject([{ method: 'GET', url: `${origin}/v2/path?Fields=a%2Cb`, timeoutMs: 1234 }]);
    expect(asked[0]).not.toHaveProperty('body');
  });

  it('carries the credential and a form', async () => {
    const { call, asked } = transportOver({});

    await call({
      method: 'post',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' },
      data: { To: '+447700900001', Tags: '{"a":"b c"}', Count: 2, Flag: true, Absent: undefined },
    });

    expect(asked[0]).toMatchObject({
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`SK1:${SECRET}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'To=%2B447700900001&Tags=%7B%22a%22%3A%22b+c%22%7D&Count=2&Flag=true',
    });
  });

  it('takes a new secret at once', async () => {
    const secrets = ['old', 'new'];
    const { call, asked } = transportOver({}, { apiKeySecret: () => secrets.shift() ?? '' });

    await call();
    await call();

    expect(asked.map(({ headers }) => headers['authorization'])).toEqual([
      `Basic ${Buffer.from('SK1:old').toString('base64')}`,
      `Basic ${Buffer.from('SK1:new').toString('base64')}`,
    ]);
  });

  it.each([
    'https://lookups.twilio.com/v2/path',
    'https://verify.twilio.com.example.org/v2/path',
    'https://verify.twilio.com@example.org/v2/path',
    'https://verify.twilio.com:8443/v2/path',
    'http://verify.twilio.com/v2/path',
    '/v2/path',
    '',
  ])('to %j is refused and not sent', async (uri) => {
    const { call, asked } = transportOver({});

    expect(await failureOf(call({ uri }))).toHaveProperty('name', 'TypeError');
    expect(asked).toEqual([]);
  });

  it('with a field that has no text is refused and not sent', async () => {
    const { call, asked } = transportOver({});

    expect(await failureOf(call({ data: { RateLimits: {} } }))).toHaveProperty('name', 'TypeError');
    expect(asked).toEqual([]);
  });

  it('needs a base URL that is one', () => {
    expect(() => transportOver({}, { baseUrl: 'nowhere' })).toThrow('Invalid URL');
  });
});

describe('an answer', () => {
  it('without a body is one where the status says so', async () => {
    await expect(transportOver({ status: 204, body: '' }).call()).resolves.toMatchObject({
      statusCode: 204,
      body: {},
    });
  });

  it.each(['queued', '', '"queued"', '[]', 'null', '{"sid":"VE'])(
    'of 201 that says %j is a failure with that status',
    async (body) => {
      const failure = await failureOf(transportOver({ status: 201, body }).call());

      expect(failure).toBeInstanceOf(TwilioFailure);
      expect(failure).toMatchObject({ status: 201, code: null });
    },
  );

  it.each([301, 302, 304, 307, 308])('of %d is a failure', async (status) => {
    const { call, asked } = transportOver({
      status,
      headers: { location: 'https://example.org' },
      body: '{}',
    });

    expect(await failureOf(call())).toMatchObject({ status, code: null });
    expect(asked).toHaveLength(1);
  });

  const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

  it.each<[string, Partial<HttpAnswer>, object]>([
    [
      "an error in Twilio's form",
      { status: 403, body: '{"code":60410,"message":"+447700900001","more_info":"https://…","status":403}' },
      { status: 403, code: 60410, retryAfterSeconds: null, reachedRateLimit: false, parameter: null },
    ],
    [
      'an error in the form of RFC 9457',
      { status: 429, body: '{"type":"https://…","title":"Max send attempts","status":429,"code":60203}' },
      { status: 429, code: 60203 },
    ],
    [
      'problem details without a number of their own',
      { status: 500, body: '{"type":"about:blank","title":"Oops","status":500,"code":0}' },
      { status: 500, code: null },
    ],
    ['HTML', { status: 502, body: '<html>' }, { status: 502, code: null }],
    ['nothing', { status: 500, body: '' }, { status: 500, code: null }],
    ['an array', { status: 400, body: '[1]' }, { status: 400, code: null }],
    ['a code that is text', { status: 400, body: '{"code":"60200"}' }, { status: 400, code: null }],
    [
      'a reached limit',
      {
        status: 429,
        headers: { 'retry-after': '120', 'twilio-reached-rate-limit': 'ip_and_phone' },
        body: '{"code":20429}',
      },
      { status: 429, code: 20429, retryAfterSeconds: 120, reachedRateLimit: true },
    ],
    [
      'a date to come back at',
      { status: 503, headers: { 'retry-after': inSeconds(3600) }, body: '' },
      { status: 503, retryAfterSeconds: expect.closeTo(3600, -2) },
    ],
    [
      'a date that has passed',
      { status: 503, headers: { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }, body: '' },
      { status: 503, retryAfterSeconds: 0 },
    ],
    [
      'a date that is none',
      { status: 503, headers: { 'retry-after': 'Sun, 36 Nov 2094 08:49:37 GMT' }, body: '' },
      { status: 503, retryAfterSeconds: null },
    ],
    [
      'a word to come back at',
      { status: 503, headers: { 'retry-after': 'soon 1' }, body: '' },
      { status: 503, retryAfterSeconds: null },
    ],
    [
      'an endless wait',
      { status: 503, headers: { 'retry-after': '99999999999' }, body: '' },
      { status: 503, retryAfterSeconds: null },
    ],
    [
      'a parameter',
      { status: 400, body: '{"code":60200,"message":"Invalid parameter `To`: +447700900001"}' },
      { code: 60200, parameter: 'To' },
    ],
    [
      'a parameter without quotes',
      { status: 400, body: '{"code":60200,"message":"Invalid parameter: DeviceIp"}' },
      { code: 60200, parameter: 'DeviceIp' },
    ],
    [
      'several parameters',
      { status: 400, body: '{"code":60200,"message":"Invalid parameters: To, Channel"}' },
      { code: 60200, parameter: 'To' },
    ],
    [
      'a parameter in a sentence',
      { status: 400, body: '{"code":60200,"message":"The \'To\' parameter is invalid"}' },
      { code: 60200, parameter: 'To' },
    ],
    [
      'a sentence that begins with the word',
      { status: 400, body: '{"code":60200,"message":"Invalid parameter. To send a code, set CustomCode"}' },
      { code: 60200, parameter: null },
    ],
    [
      'another parameter before the word',
      { status: 400, body: '{"code":60200,"message":"Invalid parameter: CustomCode. To send a code, …"}' },
      { code: 60200, parameter: 'CustomCode' },
    ],
    [
      'part of a word in the place of a parameter',
      { status: 400, body: '{"code":60200,"message":"Invalid parameter ToNumber"}' },
      { code: 60200, parameter: null },
    ],
    [
      'something else in the place of a parameter',
      { status: 400, body: '{"code":60200,"message":"Invalid parameter `447700900001`"}' },
      { code: 60200, parameter: null },
    ],
    [
      'a text that is none',
      { status: 400, body: '{"code":60200,"message":{"To":1}}' },
      { code: 60200, parameter: null },
    ],
  ])('with %s is a failure that holds this and no more', async (_name, answer, expected) => {
    const failure = await failureOf(transportOver(answer).call());

    expect(failure).toBeInstanceOf(TwilioFailure);
    expect(failure).toMatchObject(expected);
    expect(Object.keys(failure as TwilioFailure).sort()).toEqual(
      ['code', 'name', 'parameter', 'reachedRateLimit', 'retryAfterSeconds', 'status'].sort(),
    );
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(/447700900001|https:/);
  });

  it.each([
    [302, 'TwilioFailure'],
    [429, 'TwilioFailure'],
    [503, 'TwilioFailure'],
    [201, 'HttpFailure'],
    [null, 'HttpFailure'],
  ])('of %s that broke off is a %s', async (status, name) => {
    const failure = await failureOf(transportOver(new HttpFailure('interrupted', { status })).call());

    expect(failure).toMatchObject({ name, status });
  });
});
