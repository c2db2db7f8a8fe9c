import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import Domain from 'twilio/lib/base/Domain.js';
import LookupsV2 from 'twilio/lib/rest/lookups/V2.js';
import VerifyV2 from 'twilio/lib/rest/verify/V2.js';
import { CREATE_FAULTS } from '../../tools/twilio-simulator/create-faults.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { failureOf, inside, startSimulatedTwilio, VERIFICATIONS_PATH } from '../support/simulated-twilio.ts';

const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
const number = NUMBERS.ordinary;
const { simulator, url, ask, post, create, client, stop } = await startSimulatedTwilio();
const verify = () => client().verify.v2.services(serviceSid);

afterEach(() => simulator.reset());
afterAll(() => stop());

describe('with the real client', () => {
  it('looks up the network of a number', async () => {
    const found = await client()
      .lookups.v2.phoneNumbers(NUMBERS.relish)
      .fetch({ fields: 'line_type_intelligence' });

    expect(found).toMatchObject({
      phoneNumber: NUMBERS.relish,
      countryCode: 'GB',
      callingCountryCode: '44',
      valid: true,
    });
    expect(found.lineTypeIntelligence).toMatchObject({
      mobileCountryCode: '234',
      mobileNetworkCode: '51',
      carrierName: 'Relish (UK Broadband)',
      type: 'mobile',
      errorCode: null,
    });
    expect(simulator.seen).toMatchObject([
      { operation: 'lookup', to: NUMBERS.relish, apiKeySid: apiKey.sid, status: 200, unknownParams: [] },
    ]);
  });

  it('starts a verification with a code of ours', async () => {
    const started = await verify().verifications.create({
      to: number,
      channel: 'sms',
      customCode: '0123',
      rateLimits: { ip_and_phone: `${number}|203.0.113.7` },
      deviceIp: '203.0.113.7',
      locale: 'pt-BR',
      tags: JSON.stringify({ app: 'shop' }),
    });

    expect(started).toMatchObject({
      accountSid,
      serviceSid,
      to: number,
      channel: 'sms',
      status: 'pending',
      valid: false,
      lookup: {},
    });
    expect(started.sid).toMatch(/^VE[0-9a-f]{32}$/);
    expect(started.sendCodeAttempts).toMatchObject([{ channel: 'SMS' }]);
    expect(started.dateCreated.getTime()).toBeGreaterThan(Date.now() - 5000);
    expect(JSON.stringify(started)).not.toContain('0123');
    expect(simulator.delivered).toMatchObject([
      { to: number, channel: 'sms', code: '0123', verificationSid: started.sid },
    ]);
    expect(simulator.delivered[0]?.text).toContain('0123');
    expect(simulator.seen[0]?.params['RateLimits']).toBe(`{"ip_and_phone":"${number}|203.0.113.7"}`);
  });

  it('fetches, approves and forgets a verification', async () => {
    const { sid } = await verify().verifications.create({
      to: number,
      channel: 'sms',
      customCode: '123456',
    });

    await expect(verify().verifications(sid).fetch()).resolves.toMatchObject({ status: 'pending' });
    await expect(
      verify().verifications(encodeURIComponent(number)).update({ status: 'approved' }),
    ).resolves.toMatchObject({ sid, status: 'approved', valid: true });
    await expect(verify().verifications(number).update({ status: 'approved' })).rejects.toMatchObject({
      status: 404,
      code: 20404,
      moreInfo: 'https://www.twilio.com/docs/errors/20404',
    });
    await expect(verify().verifications(sid).fetch()).rejects.toMatchObject({ status: 404 });
  });

  it('sets up services, limits and buckets', async () => {
    const services = client().verify.v2.services;
    const { sid, customCodeEnabled } = await services.create({ friendlyName: 'Shop', lookupEnabled: true });
    expect(customCodeEnabled).toBe(false);
    await services(sid).update({ customCodeEnabled: true, codeLength: 8 });
    await expect(services(sid).fetch()).resolves.toMatchObject({
      friendlyName: 'Shop',
      customCodeEnabled: true,
      lookupEnabled: true,
      codeLength: 8,
    });
    await expect(services.list()).resolves.toMatchObject([{ sid }, { sid: serviceSid }]);

    const limit = await services(sid).rateLimits.create({ uniqueName: 'phone', description: 'one number' });
    const bucket = await services(sid).rateLimits(limit.sid).buckets.create({ max: 5, interval: 600 });
    await services(sid).rateLimits(limit.sid).buckets(bucket.sid).update({ max: 6, interval: 600 });

    await expect(services(sid).rateLimits.list()).resolves.toMatchObject([
      { uniqueName: 'phone', sid: limit.sid },
    ]);
    await expect(services(sid).rateLimits(limit.sid).fetch()).resolves.toMatchObject({
      description: 'one number',
    });
    await expect(services(sid).rateLimits(limit.sid).buckets.list()).resolves.toMatchObject([
      { sid: bucket.sid, rateLimitSid: limit.sid, max: 6, interval: 600 },
    ]);
    await expect(services(sid).rateLimits.create({ uniqueName: 'phone' })).rejects.toMatchObject({
      code: 60208,
    });
    await expect(services(sid).rateLimits.create({ uniqueName: 'a b' })).rejects.toMatchObject({
      code: 60209,
    });
    await expect(
      services(sid).rateLimits(limit.sid).buckets.create({ max: 9, interval: 600 }),
    ).rejects.toMatchObject({ status: 400, code: 60211 });
  });

  it('lists attempts over all pages, newest first', async () => {
    const { verifications } = verify();
    for (let index = 1; index <= 7; index += 1) {
      await verifications.create({ to: testNumber(index), channel: 'sms', customCode: '123456' });
    }
    await verifications(testNumber(3)).update({ status: 'approved' });

    const listed = await client().verify.v2.verificationAttempts.list({
      verifyServiceSid: serviceSid,
      pageSize: 3,
    });

    expect(listed.map(({ channelData }) => inside(channelData, 'to'))).toEqual(
      [7, 6, 5, 4, 3, 2, 1].map(testNumber),
    );
    expect(listed.filter(({ conversionStatus }) => conversionStatus === 'converted')).toHaveLength(1);
    expect(listed[4]).toMatchObject({
      accountSid,
      serviceSid,
      channel: 'sms',
      conversionStatus: 'converted',
      price: { value: '0.005', currency: 'usd' },
      channelData: { mcc: '234', mnc: '10', country: 'GB', code_length: 6, status: 'confirmed' },
    });
    expect(simulator.seen.filter(({ operation }) => operation === 'attempt.list')).toHaveLength(3);
    await expect(
      client()
        .verify.v2.verificationAttempts(listed[0]?.sid ?? '')
        .fetch(),
    ).resolves.toMatchObject({
      sid: listed[0]?.sid,
    });
  });

  it('sums attempts up', async () => {
    const summary = () =>
      client().verify.v2.verificationAttemptsSummary().fetch({ destinationPrefix: '+4477009000' });
    await expect(summary()).resolves.toMatchObject({ totalAttempts: 0, conversionRatePercentage: null });
    for (const index of [1, 2, 3, 100]) {
      await verify().verifications.create({ to: testNumber(index), channel: 'call', customCode: '123456' });
    }
    await verify().verifications(testNumber(1)).update({ status: 'approved' });

    await expect(summary()).resolves.toMatchObject({
      totalAttempts: 3,
      totalConverted: 1,
      totalUnconverted: 2,
      conversionRatePercentage: '33.333333333',
    });
  });

  it('makes both error classes of the client', async () => {
    const createFor = (name: string) => {
      const to = CREATE_FAULTS.find((row) => row.name === name)?.number ?? '';
      return failureOf(verify().verifications.create({ to, channel: 'sms', customCode: '123456' }));
    };

    const usual = await createFor('60203');
    expect(usual).toMatchObject({ status: 429, code: 60203 });
    const problem = await createFor('problem');
    expect(problem).toMatchObject({ status: 429, code: 60203 });
    expect(problem).toHaveProperty('title');
    expect(usual).not.toHaveProperty('title');
  });

  it('works with the parts of the client that are imported by their paths', async () => {
    const { verify: verifyDomain, lookups } = client();
    const lookup = new LookupsV2.default(lookups).phoneNumbers('+5511000000000');
    const { verifications } = new VerifyV2.default(verifyDomain).services(serviceSid);

    expect(new Domain.default(client(), url).absoluteUrl('/v2/x')).toBe(`${url}/v2/x`);
    await expect(lookup.fetch()).resolves.toMatchObject({ countryCode: 'BR' });
    await expect(
      verifications.create({ to: number, channel: 'call', customCode: '123456' }),
    ).resolves.toMatchObject({ channel: 'call' });
  });
});

describe('credentials', () => {
  const restricted = {
    sid: `SK${'6'.repeat(32)}`,
    secret: 'another',
    permissions: ['verification.update'] as const,
  };

  it.each([
    ['none', undefined],
    ['another scheme', 'Bearer abc'],
    ['no base64', 'Basic *'],
    ['no colon', `Basic ${btoa('abc')}`],
    ['an unknown key', `Basic ${btoa(`SK${'7'.repeat(32)}:${apiKey.secret}`)}`],
    ['a wrong secret', `Basic ${btoa(`${apiKey.sid}:wrong`)}`],
  ])('are refused: %s', async (_name, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await fetch(`${url}/v2/PhoneNumbers/${number}`, { headers });

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Twilio API"');
    await expect(answer.json()).resolves.toMatchObject({ code: 20003, status: 401, message: 'Authenticate' });
    expect(simulator.seen).toMatchObject([{ operation: 'lookup', status: 401, code: 20003 }]);
  });

  it('may be restricted to some operations', async () => {
    const other = await startSimulatedTwilio({ apiKeys: [apiKey, restricted] });
    const { services } = other.client(restricted).verify.v2;
    await other.create();

    await expect(
      services(serviceSid).verifications.create({ to: number, channel: 'sms' }),
    ).rejects.toMatchObject({ status: 401, code: 20003 });
    await expect(
      services(serviceSid).verifications(number).update({ status: 'canceled' }),
    ).resolves.toMatchObject({
      status: 'canceled',
    });
    expect(other.simulator.delivered).toHaveLength(1);
    const keys = other.simulator.seen.map(({ apiKeySid }) => apiKeySid);
    await other.stop();
    expect(keys).toEqual([apiKey.sid, restricted.sid, restricted.sid]);
  });
});

describe('paths', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '/v2/Nothing'],
    ['GET', '/v2/Services/'],
    ['GET', '/v2/PhoneNumbers/%ZZ'],
    ['POST', '/v1/Services'],
  ])('%s %s is unknown', async (method, path) => {
    const answer = await ask(path, { method });

    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 20404, status: 404 });
    expect(simulator.seen).toMatchObject([{ operation: 'unknown', method, path, status: 404 }]);
  });

  it.each([
    ['GET', VERIFICATIONS_PATH],
    ['DELETE', `/v2/Services/${serviceSid}`],
    ['POST', '/v2/Attempts/Summary'],
  ])('%s %s is no method of it', async (method, path) => {
    expect((await ask(path, { method })).body).toMatchObject({ code: 20004, status: 405 });
  });

  it.each([
    ['POST', `/v2/Services/VA${'0'.repeat(32)}/Verifications`],
    ['POST', `/v2/Services/VA${'0'.repeat(32)}/Verifications/${number}?`],
    ['GET', `/v2/Services/VA${'0'.repeat(32)}`],
    ['POST', `/v2/Services/VA${'0'.repeat(32)}`],
    ['GET', `/v2/Services/VA${'0'.repeat(32)}/RateLimits`],
    ['GET', `/v2/Services/${serviceSid}/RateLimits/RK0`],
    ['GET', `/v2/Services/${serviceSid}/RateLimits/RK0/Buckets`],
    ['POST', `/v2/Services/${serviceSid}/RateLimits/RK0/Buckets/BL0`],
    ['GET', '/v2/Attempts/VL0'],
    ['GET', '/v2/PhoneNumbers/447700900001'],
  ])('%s %s finds nothing', async (method, path) => {
    const answer = await (method === 'POST' ? post(path, { Status: 'approved' }) : ask(path));

    expect(answer.body).toMatchObject({ code: 20404, status: 404 });
  });

  it('may spell the plus of a number in both ways', async () => {
    for (const plus of ['+', '%2B']) {
      await create();
      expect(
        (await post(`${VERIFICATIONS_PATH}/${plus}${number.slice(1)}`, { Status: 'canceled' })).status,
      ).toBe(200);
    }
  });

  it('say what is there', async () => {
    expect((await ask('/')).text).toMatch(/^Twilio simulator: .*\n$/);
    expect(simulator.seen).toEqual([]);
  });
});
