import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { CREATE_FAULTS } from '../../tools/twilio-simulator/create-faults.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { startSimulatedTwilio, VERIFICATIONS_PATH } from '../support/simulated-twilio.ts';

const { serviceSid } = SIMULATOR_DEFAULTS;
const MINUTE = 60_000;
const TEN_MINUTES = 10 * MINUTE;
const number = NUMBERS.ordinary;
const { simulator, ask, post, create, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(() => stop());

describe('parameters of a create', () => {
  const without = (name: string) => {
    const all = { To: number, Channel: 'sms', CustomCode: '123456' };
    return Object.fromEntries(Object.entries(all).filter(([key]) => key !== name));
  };
  const tags = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_value, index) => [`k${index}`, 'v'])));

  it.each<[string, Record<string, string>, string]>([
    ['a number that is none', { To: '07700900001' }, 'To'],
    ['an address by SMS', { To: 'a@example.com' }, 'To'],
    ['a number by e-mail', { Channel: 'email' }, 'To'],
    ['the channel voice', { Channel: 'voice' }, 'Channel'],
    ['a code of 3 digits', { CustomCode: '123' }, 'CustomCode'],
    ['a code of 11 digits', { CustomCode: '12345678901' }, 'CustomCode'],
    ['a code with letters', { CustomCode: '12345a' }, 'CustomCode'],
    ['a locale in lower case', { Locale: 'pt-br' }, 'Locale'],
    ['an address of a device that is none', { DeviceIp: '203.0.113' }, 'DeviceIp'],
    ['limits that are no JSON', { RateLimits: '[object Object]' }, 'RateLimits'],
    ['limits that are a list', { RateLimits: '[]' }, 'RateLimits'],
    ['a limit that is no text', { RateLimits: '{"ip_and_phone":1}' }, 'RateLimits'],
    ['a limit that does not exist', { RateLimits: '{"ip_and_phone":"a","phone":"b"}' }, 'RateLimits'],
    ['11 tags', { Tags: tags(11) }, 'Tags'],
    ['a tag of 129 characters', { Tags: JSON.stringify({ k: 'v'.repeat(129) }) }, 'Tags'],
    ['tags that are no JSON', { Tags: 'app' }, 'Tags'],
    ['a channel configuration that is no JSON', { ChannelConfiguration: 'x' }, 'ChannelConfiguration'],
    ['a template SID that is none', { TemplateSid: 'HJ1' }, 'TemplateSid'],
    ['another risk check', { RiskCheck: 'off' }, 'RiskCheck'],
  ])('refuses %s', async (_name, params, named) => {
    const { status, body } = await create(params);

    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 60200 });
    expect(body['message']).toMatch(`Invalid parameter \`${named}\`: `);
    expect(simulator.delivered).toEqual([]);
  });

  it.each(['To', 'Channel'])('needs %s', async (name) => {
    expect((await post(VERIFICATIONS_PATH, without(name))).body).toMatchObject({
      code: 60200,
      message: `Missing required parameter ${name}`,
    });
  });

  it('are read from a form only', async () => {
    const body = JSON.stringify({ To: number, Channel: 'sms' });

    const answer = await create({}, { headers: { 'content-type': 'application/json' }, body });

    expect(answer.body['code']).toBe(60200);
  });

  it.each<[string, Record<string, string>]>([
    ['IPv6', { DeviceIp: '2001:db8::1' }],
    ['10 tags', { Tags: tags(10) }],
    ['a language', { Locale: 'en' }],
    ['no code', {}],
    ['an e-mail address', { To: 'a@example.com', Channel: 'email' }],
  ])('accepts %s', async (_name, params) => {
    expect((await create(params)).status).toBe(201);
    expect(simulator.delivered).toHaveLength(1);
  });

  it('records names that Twilio does not know', async () => {
    await create({ customCode: '1', DeviceIP: '203.0.113.7' });

    expect(simulator.seen[0]?.unknownParams).toEqual(['customCode', 'DeviceIP']);
  });

  it('makes a code where none is given, also where custom codes are off', async () => {
    simulator.change({ customCodeEnabled: false });

    expect((await create()).body).toMatchObject({ code: 60204, status: 403 });
    expect((await post(VERIFICATIONS_PATH, without('CustomCode'))).status).toBe(201);
    expect(simulator.delivered[0]?.code).toMatch(/^\d{6}$/);
  });

  it.each([
    ['sms', number, 60223],
    ['call', number, 60223],
    ['whatsapp', number, 60242],
    ['email', 'a@example.com', 60217],
  ])('refuses %s where the service is not set up for it', async (channel, to, code) => {
    simulator.change({ channels: new Set() });

    expect((await create({ To: to, Channel: channel })).body['code']).toBe(code);
  });

  it('shows the network where the service looks it up', async () => {
    simulator.change({ lookupEnabled: true });

    expect((await create()).body['lookup']).toEqual({
      carrier: {
        mobile_country_code: '234',
        mobile_network_code: '10',
        name: 'O2 - UK',
        type: 'mobile',
        error_code: null,
      },
    });
    expect((await create({ To: 'a@example.com', Channel: 'email' })).body['lookup']).toEqual({});
  });

  it('may not be longer than a mebibyte', async () => {
    expect((await create({ Tags: 'x'.repeat(1_100_000) })).status).toBe(413);
  });
});

describe('a pending verification', () => {
  const codes = () => simulator.delivered.map(({ code }) => code);

  it('sends the old code again when it is given a new one', async () => {
    const first = await create({ CustomCode: '111111' });
    const second = await create({ CustomCode: '222222', Channel: 'call' });

    expect(second.body).toMatchObject({ sid: first.body['sid'], channel: 'call' });
    expect(second.body['send_code_attempts']).toMatchObject([{ channel: 'SMS' }, { channel: 'CALL' }]);
    expect(codes()).toEqual(['111111', '111111']);
  });

  it('takes the new code in the other reading', async () => {
    simulator.change({ resend: 'take-new-code' });
    await create({ CustomCode: '111111' });
    await create({ CustomCode: '222222' });

    expect(codes()).toEqual(['111111', '222222']);
  });

  it('gives way to a new one once it is canceled by number', async () => {
    await create({ CustomCode: '111111' });
    expect((await post(`${VERIFICATIONS_PATH}/${number}`, { Status: 'canceled' })).body).toMatchObject({
      status: 'canceled',
      valid: false,
    });
    const second = await create({ CustomCode: '222222' });

    expect(second.body['send_code_attempts']).toHaveLength(1);
    expect(codes()).toEqual(['111111', '222222']);
  });

  it('belongs to an address as well as to a number', async () => {
    await create({ To: 'a.b+c@example.com', Channel: 'email' });

    expect((await post(`${VERIFICATIONS_PATH}/a.b%2Bc%40example.com`, { Status: 'approved' })).status).toBe(
      200,
    );
  });

  it('expires 10 minutes after its first message', async () => {
    const { body } = await create();
    simulator.advanceClock(TEN_MINUTES - 1000);
    expect((await create()).body['sid']).toBe(body['sid']);
    simulator.advanceClock(1000);

    expect((await post(`${VERIFICATIONS_PATH}/${number}`, { Status: 'approved' })).status).toBe(404);
    expect((await ask(`${VERIFICATIONS_PATH}/${String(body['sid'])}`)).status).toBe(404);
    expect((await create()).body['sid']).not.toBe(body['sid']);
  });

  it.each(['approved', 'canceled'])('sends five times, and again once it is %s', async (status) => {
    for (let count = 1; count <= 5; count += 1) expect((await create()).status).toBe(201);

    const refused = await create();
    expect(refused.body).toMatchObject({ status: 429, code: 60203 });
    expect(refused.headers.has('retry-after')).toBe(false);
    await post(`${VERIFICATIONS_PATH}/${number}`, { Status: status });
    expect((await create()).status).toBe(201);
  });

  it('sends again after 10 minutes', async () => {
    for (let count = 1; count <= 5; count += 1) await create();
    simulator.advanceClock(TEN_MINUTES);

    expect((await create()).status).toBe(201);
  });

  it('takes no other status', async () => {
    await create();

    expect((await post(`${VERIFICATIONS_PATH}/${number}`, { Status: 'pending' })).body['code']).toBe(60200);
  });

  it('is not seen by another service', async () => {
    const { body } = await create();
    const { body: service } = await post('/v2/Services', { FriendlyName: 'Other' });
    const path = `/v2/Services/${String(service['sid'])}/Verifications`;

    expect((await post(`${path}/${number}`, { Status: 'approved' })).status).toBe(404);
    expect((await post(`${path}/${String(body['sid'])}`, { Status: 'approved' })).status).toBe(404);
  });

  it('cannot be turned back in time', () => {
    expect(() => simulator.advanceClock(-1)).toThrow(RangeError);
  });
});

describe('programmable rate limits', () => {
  const limits = [
    {
      uniqueName: 'phone',
      buckets: [
        { max: 2, intervalSeconds: 60 },
        { max: 3, intervalSeconds: 600 },
      ],
    },
    { uniqueName: 'idle', buckets: [] },
  ];
  const createFor = (phone: string, to = number) =>
    create({ To: to, RateLimits: JSON.stringify({ phone, idle: 'all' }) });

  it('refuse what is beyond a bucket, and say which and for how long', async () => {
    simulator.change({ rateLimits: limits });
    await createFor('a');
    simulator.advanceClock(20_000);
    await createFor('a');

    const refused = await createFor('a');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 20429, message: 'Too Many Requests' });
    expect(refused.headers.get('twilio-reached-rate-limit')).toBe('phone');
    expect(refused.headers.get('retry-after')).toMatch(/^(39|40)$/);
    expect((await createFor('b', testNumber(2))).status).toBe(201);
  });

  it('count every bucket over its own time', async () => {
    simulator.change({ rateLimits: limits });
    const statuses: number[] = [];
    for (let minute = 0; minute < 4; minute += 1) {
      statuses.push((await createFor('a')).status);
      simulator.advanceClock(MINUTE);
    }
    simulator.advanceClock(TEN_MINUTES);
    statuses.push((await createFor('a')).status);

    expect(statuses).toEqual([201, 201, 201, 429, 201]);
  });

  it('limit nothing without a bucket', async () => {
    simulator.change({ rateLimits: [{ uniqueName: 'idle', buckets: [] }] });

    for (let index = 0; index < 20; index += 1) {
      const RateLimits = '{"idle":"all"}';
      expect((await create({ To: testNumber(index), RateLimits })).status).toBe(201);
    }
  });

  it.each<[string, Record<string, string>, number]>([
    ['no Max', { Interval: '60' }, 60200],
    ['no Interval', { Max: '60' }, 60200],
    ['a Max that is none', { Max: '0', Interval: '60' }, 60200],
    ['an Interval that is none', { Max: '1', Interval: 'x' }, 60200],
  ])('take no bucket with %s', async (_name, params, code) => {
    const { body } = await post(`/v2/Services/${serviceSid}/RateLimits`, { UniqueName: 'x.y-z_1' });

    expect(
      (await post(`/v2/Services/${serviceSid}/RateLimits/${String(body['sid'])}/Buckets`, params)).body,
    ).toMatchObject({ code });
  });

  it.each<[string, Record<string, string>]>([
    ['no name', {}],
    ['five digits in the name', { FriendlyName: 'Shop 12345' }],
    ['a switch that is none', { FriendlyName: 'Shop', CustomCodeEnabled: 'yes' }],
    ['a code length that is none', { FriendlyName: 'Shop', CodeLength: '11' }],
  ])('and services refuse %s', async (_name, params) => {
    expect((await post('/v2/Services', params)).body).toMatchObject({ status: 400, code: 60200 });
  });

  it('and services refuse the same when they are changed', async () => {
    expect((await post(`/v2/Services/${serviceSid}`, { LookupEnabled: '' })).body).toMatchObject({
      code: 60200,
    });
  });
});

describe('a number that fails at Verify', () => {
  it.each(CREATE_FAULTS.filter(({ fault }) => fault.code !== undefined && fault.kind === undefined))(
    'is refused: $name',
    async ({ number: to, fault }) => {
      const { status, body, headers } = await create({ To: to });

      expect(status).toBe(fault.status);
      expect(body).toMatchObject({ status: fault.status, code: fault.code });
      for (const [name, value] of Object.entries(fault.headers ?? {})) {
        expect(headers.get(name.toLowerCase())).toBe(value);
      }
      expect(simulator.delivered).toEqual([]);
    },
  );

  it('is as ordinary as others for Lookup', async () => {
    for (const { number: to } of CREATE_FAULTS) {
      const { body } = await ask(`/v2/PhoneNumbers/${to}?Fields=line_type_intelligence`);
      expect(body['line_type_intelligence']).toMatchObject({ mobile_network_code: '10' });
    }
  });

  it('may be reached by call where SMS is not possible', async () => {
    expect((await create({ To: NUMBERS.landlineForSms })).body['code']).toBe(60205);
    expect((await create({ To: NUMBERS.landlineForSms, Channel: 'call' })).status).toBe(201);
  });

  it('is named in the text of the error', async () => {
    expect((await create({ To: NUMBERS.fraudGuard })).body['message']).toContain(NUMBERS.fraudGuard);
  });
});
