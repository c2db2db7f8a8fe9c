import { afterEach, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { createTwilioAttempts } from '../../functions/adapters/twilio-attempts.ts';
import { createTwilioTransport } from '../../functions/adapters/twilio-transport.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { startGoogleStandIn, type StandInAnswer, type StandInRequest } from '../support/google-stand-in.ts';
import { startSimulatedTwilio, VERIFICATIONS_PATH } from '../support/simulated-twilio.ts';
import { aTwilioAttempt, pagesOf } from '../support/twilio-pages.ts';

const { serviceSid, apiKey } = SIMULATOR_DEFAULTS;
const FROM = new Date('2026-11-24T11:00:00.500Z');
const UNTIL = new Date('2026-11-24T11:57:00.500Z');
const NULLS = { sid: null, service_sid: null, date_created: null, price: null };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function attemptsAt(baseUrl: string, pageSize?: number) {
  const httpClient = createHttpClient({ maxSockets: 2 });
  stops.push(() => {
    httpClient.close();
    return Promise.resolve();
  });
  const transport = createTwilioTransport({
    httpClient,
    apiKeySid: apiKey.sid,
    apiKeySecret: () => apiKey.secret,
    baseUrl,
  });
  return createTwilioAttempts({ transport, serviceSid, ...(pageSize === undefined ? {} : { pageSize }) });
}

async function readFrom(answer: (request: StandInRequest) => StandInAnswer, deadlineMs = 5000) {
  const standIn = await startGoogleStandIn(answer);
  stops.push(() => standIn.close());
  const attempts = attemptsAt(`http://${standIn.host}`);
  const result = await attempts
    .read(FROM, UNTIL, createDeadline(deadlineMs))
    .catch((error: unknown) => error);
  return { result, requests: standIn.requests };
}

function onePage(...attempts: readonly unknown[]): () => StandInAnswer {
  return () => ({ status: 200, body: { attempts, meta: { next_page_url: null } } });
}

describe('attempts from the simulator', () => {
  it('are read over all pages, with the conversions', async () => {
    const { simulator, url, create, post, stop } = await startSimulatedTwilio();
    stops.push(stop);
    for (const index of [1, 2, 3, 200, 511]) await create({ To: testNumber(index) });
    await post(`${VERIFICATIONS_PATH}/${testNumber(2)}`, { Status: 'approved' });

    const now = Date.now();
    const from = new Date(now - 3_600_000);
    const { attempts, pages, unusable, isCutOff } = await attemptsAt(url, 2).read(
      from,
      new Date(now + 60_000),
      createDeadline(5000),
    );

    expect({ pages, unusable, isCutOff }).toEqual({ pages: 3, unusable: 0, isCutOff: false });
    const price = { value: 0.005, currency: 'USD' };
    const o2 = { country: 'GB', mcc: '234', mnc: '10', price };
    expect(attempts).toEqual([
      { ...o2, to: testNumber(511), mcc: null, mnc: null, isConverted: false },
      { ...o2, to: testNumber(200), mnc: '58', isConverted: false },
      { ...o2, to: testNumber(3), isConverted: false },
      { ...o2, to: testNumber(2), isConverted: true },
      { ...o2, to: testNumber(1), isConverted: false },
    ]);
    const calls = simulator.seen.filter(({ operation }) => operation === 'attempt.list');
    expect(calls.map(({ unknownParams }) => unknownParams)).toEqual([[], [], []]);
    expect(calls.every(({ params }) => params['VerifyServiceSid'] === serviceSid)).toBe(true);
  });

  it('are none for another time', async () => {
    const { url, create, stop } = await startSimulatedTwilio();
    stops.push(stop);
    await create();
    const read = await attemptsAt(url).read(FROM, UNTIL, createDeadline(5000));
    expect(read).toEqual({ attempts: [], unusable: 0, pages: 1, isCutOff: false });
  });
});

describe('attempts', () => {
  it('are asked for by service and time, in whole seconds', async () => {
    const { requests } = await readFrom(onePage());
    expect(requests.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`)).toEqual([
      `GET /v2/Attempts?VerifyServiceSid=${serviceSid}&DateCreatedAfter=2026-11-24T11:00:00Z` +
        '&DateCreatedBefore=2026-11-24T11:57:00Z&PageSize=1000',
    ]);
  });

  it('are read to the last of 50 pages', async () => {
    const { result, requests } = await readFrom(pagesOf(50));
    expect(result).toMatchObject({ pages: 50, isCutOff: false });
    expect(requests).toHaveLength(50);
  });

  it('are cut off after 50 pages, and that is said', async () => {
    const { result, requests } = await readFrom(pagesOf(1000));
    expect(result).toMatchObject({ pages: 50, isCutOff: true });
    expect(requests).toHaveLength(50);
  });

  it.each([
    ['no number', { channel_data: { to: null } }],
    ['no channel data', { channel_data: null }],
    ['an address', { channel_data: { to: 'a@example.com' } }],
    ['no status', { conversion_status: null }],
    ['another status', { conversion_status: 'pending' }],
  ])('are not taken for unconverted with %s', async (_name, changes) => {
    const { result } = await readFrom(onePage(aTwilioAttempt(1, changes)));
    expect(result).toMatchObject({ attempts: [], unusable: 1 });
  });

  it.each([
    ['null', null],
    ['a text', 'attempt'],
    ['an empty object', {}],
  ])('are not taken for attempts when they are %s', async (_name, attempt) => {
    const { result } = await readFrom(onePage(attempt));
    expect(result).toMatchObject({ attempts: [], unusable: 1 });
  });

  it('may lack everything but number and status', async () => {
    const data = { to: '+447700900001', country: null, mcc: null, mnc: null, carrier: null };
    const { result } = await readFrom(onePage(aTwilioAttempt(1, { ...NULLS, channel_data: data })));
    const attempt = {
      to: '+447700900001',
      country: 'GB',
      mcc: null,
      mnc: null,
      isConverted: false,
      price: null,
    };
    expect(result).toMatchObject({ attempts: [attempt], unusable: 0 });
  });

  it.each([
    ['of another service', { service_sid: `VA${'0'.repeat(32)}` }],
    ['too old', { date_created: '2026-11-24T10:59:00Z' }],
    ['too young', { date_created: '2026-11-24T11:58:00Z' }],
  ])('are passed over when they are %s, should Twilio list them', async (_name, changes) => {
    const { result } = await readFrom(onePage(aTwilioAttempt(1, changes)));
    expect(result).toMatchObject({ attempts: [], unusable: 0 });
  });

  it('count once when two pages hold them', async () => {
    const { result } = await readFrom(onePage(aTwilioAttempt(1), aTwilioAttempt(1), aTwilioAttempt(2)));
    expect(result).toMatchObject({ attempts: [expect.anything(), expect.anything()] });
  });

  it.each([
    [
      { value: '0.08', currency: 'usd' },
      { value: 0.08, currency: 'USD' },
    ],
    [
      { value: '-0.08', currency: 'USD' },
      { value: 0.08, currency: 'USD' },
    ],
    [
      { value: 0.08, currency: 'EUR' },
      { value: 0.08, currency: 'EUR' },
    ],
    [{ value: '', currency: 'USD' }, null],
    [{ value: null, currency: 'USD' }, null],
    [{ value: 'free', currency: 'USD' }, null],
    [{ value: '0.08', currency: null }, null],
    [null, null],
  ])('have of the price %j the amount %j', async (price, expected) => {
    const { result } = await readFrom(onePage(aTwilioAttempt(1, { price })));
    expect(result).toMatchObject({ attempts: [{ price: expected }] });
  });
});

describe('reading attempts fails as a whole', () => {
  const secondPage = (answer: StandInAnswer) => (request: StandInRequest) =>
    request.url.includes('PageToken') ? answer : pagesOf(3)(request);

  it.each([
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
    [408, 'provider_timeout'],
    [429, 'unavailable'],
    [500, 'provider_error'],
    [503, 'provider_error'],
  ])('when a page is answered %i', async (status, code) => {
    const { result } = await readFrom(secondPage({ status, body: { code: 20_000, message: 'no' } }));
    expect(result).toMatchObject({ name: 'Fault', code });
  });

  it.each([
    ['no JSON', '<html>'],
    ['no list', { meta: { next_page_url: null } }],
    ['no meta', { attempts: [] }],
    ['a link that is no text', { attempts: [], meta: { next_page_url: 7 } }],
    [
      'a link to another server',
      { attempts: [], meta: { next_page_url: 'https://example.com/v2/Attempts?Page=1' } },
    ],
    ['a link that is a path', { attempts: [], meta: { next_page_url: '/v2/Attempts?Page=1' } }],
  ])('when a page is %s, and nobody else is asked', async (_name, body) => {
    const { result, requests } = await readFrom(() => ({ status: 200, body }));
    expect(result).toMatchObject({ name: 'Fault', code: 'provider_error' });
    expect(requests).toHaveLength(1);
  });

  it('when the connection breaks', async () => {
    const { result } = await readFrom(secondPage('reset'));
    expect(result).toMatchObject({ name: 'Fault', code: 'provider_error' });
  });

  it('when the deadline passes', async () => {
    const { result } = await readFrom(secondPage('hang'), 300);
    expect(result).toMatchObject({ name: 'Fault', code: 'provider_timeout' });
  });
});
