import { inspect } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { createTwilioLookup, type TwilioLookupOptions } from '../../functions/adapters/twilio-lookup.ts';
import {
  createTwilioTransport,
  TwilioFailure,
  type TwilioTransport,
} from '../../functions/adapters/twilio-transport.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';
import { Fault } from '../../functions/domain/fault.ts';
import type { PhoneNumber } from '../../functions/domain/phone-number.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import type { Fault as BadAnswer } from '../../tools/twilio-simulator/fault.ts';
import { LOOKUP_FAULTS } from '../../tools/twilio-simulator/lookup-faults.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { failureOf, inside, startSimulatedTwilio } from '../support/simulated-twilio.ts';

const { apiKey } = SIMULATOR_DEFAULTS;
const DAY_SECONDS = 86_400;
const UNAVAILABLE = { source: 'unavailable', carrier: null };
const NO_SUCH_NUMBER = { source: 'fresh', carrier: null };
const httpClient = createHttpClient({ maxSockets: 8 });
const { simulator, url, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(async () => {
  httpClient.close();
  await stop();
});

function lookupOf(options: Partial<TwilioLookupOptions> = {}) {
  const clock = { ms: 1_000_000 };
  const timeouts: number[] = [];
  const apiKeySecret = () => apiKey.secret;
  const transport = createTwilioTransport({ httpClient, apiKeySid: apiKey.sid, apiKeySecret, baseUrl: url });
  const noted: TwilioTransport = {
    connect: (api, timeoutMs) => {
      timeouts.push(timeoutMs);
      return transport.connect(api, timeoutMs);
    },
  };
  const lookup = createTwilioLookup({ transport: noted, now: () => clock.ms, ...options });
  const ask = (e164: string, withinMs = 15_000) => lookup.carrierOf(aNumber(e164), createDeadline(withinMs));
  const checkBudget = (e164: string): void => lookup.checkBudget(aNumber(e164));
  return { ask, checkBudget, clock, timeouts };
}

/** A Lookup that answers with one body. */
function lookupThatSays(body: Readonly<Record<string, unknown>>) {
  const transport: TwilioTransport = {
    connect: () => ({
      client: { request: () => Promise.resolve({ statusCode: 200, headers: {}, body }) },
      baseUrl: 'https://lookups.twilio.com',
    }),
  };
  return lookupOf({ transport });
}

function aNumber(e164: string): PhoneNumber {
  return { e164, country: 'GB', callingCode: '44' };
}

function toldOf(result: unknown): unknown {
  if (result instanceof Refusal || result instanceof Fault) return `${result.name} ${result.code}`;
  return inside(result, 'source');
}

function expectNothingPersonal(error: unknown): void {
  const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
  const credential = Buffer.from(`${apiKey.sid}:${apiKey.secret}`).toString('base64');
  for (const text of ['447700900', apiKey.secret, apiKey.sid, credential]) expect(shown).not.toContain(text);
}

describe('what Lookup says', () => {
  it('is asked for the line type, by number', async () => {
    await lookupOf().ask(NUMBERS.ordinary);

    expect(simulator.seen).toMatchObject([
      {
        operation: 'lookup',
        method: 'GET',
        path: `/v2/PhoneNumbers/${encodeURIComponent(NUMBERS.ordinary)}`,
        to: NUMBERS.ordinary,
        params: { Fields: 'line_type_intelligence' },
      },
    ]);
  });

  it.each([
    [NUMBERS.ordinary, { mcc: '234', mnc: '10', name: 'O2 - UK', lineType: 'mobile' }],
    [NUMBERS.manx, { mcc: '234', mnc: '58', name: 'Pronto (Manx Telecom)', lineType: 'mobile' }],
    [NUMBERS.landline, { mcc: '234', mnc: null, name: 'BT', lineType: 'landline' }],
    [NUMBERS.premium, { mcc: null, mnc: null, name: null, lineType: 'premium' }],
    [NUMBERS.unknownType, { mcc: null, mnc: null, name: null, lineType: 'unknown' }],
    [NUMBERS.noIntelligence, { mcc: null, mnc: null, name: null, lineType: null }],
    [NUMBERS.withoutCarrier, { mcc: null, mnc: null, name: null, lineType: null }],
    [NUMBERS.mncNull, { mcc: '234', mnc: null, name: 'Simulated Mobile', lineType: 'mobile' }],
  ])('of %s is %j', async (e164, carrier) => {
    await expect(lookupOf().ask(e164)).resolves.toEqual({ source: 'fresh', carrier });
  });

  it.each([...NUMBERS.byLineType])('knows the line type %s', async (lineType, e164) => {
    const { carrier } = await lookupOf().ask(e164);

    expect(carrier?.lineType).toBe(lineType);
  });

  it.each<[string, unknown, object]>([
    ['leading zeros', { mobile_country_code: '001', mobile_network_code: '010' }, { mcc: '001', mnc: '010' }],
    ['numbers', { mobile_country_code: 234, mobile_network_code: 51 }, { mcc: '234', mnc: '51' }],
    [
      'codes that are none',
      { mobile_country_code: '2345', mobile_network_code: 'x' },
      { mcc: null, mnc: null },
    ],
    ['another spelling', { mobileCountryCode: '234' }, { mcc: null }],
    ['a new line type', { type: 'satellite' }, { lineType: null }],
    ['another case', { type: 'Mobile' }, { lineType: 'mobile' }],
    ['an empty name', { carrier_name: '' }, { name: null }],
    ['a long name', { carrier_name: 'x'.repeat(500) }, { name: 'x'.repeat(100) }],
    ['a name that is none', { carrier_name: {} }, { name: null }],
    ['text', 'mobile', { mcc: null, mnc: null, name: null, lineType: null }],
    ['nothing', undefined, { mcc: null, mnc: null, name: null, lineType: null }],
  ])('is read with care: %s', async (_name, intelligence, expected) => {
    const { ask } = lookupThatSays({ valid: true, line_type_intelligence: intelligence });

    const { source, carrier } = await ask(NUMBERS.ordinary);

    expect(source).toBe('fresh');
    expect(carrier).toMatchObject(expected);
  });

  it.each([[{}], [{ valid: null }]])(
    'counts without %j where it says who serves the number',
    async (valid) => {
      const { ask } = lookupThatSays({ ...valid, line_type_intelligence: { mobile_country_code: '234' } });

      await expect(ask(NUMBERS.ordinary)).resolves.toMatchObject({
        source: 'fresh',
        carrier: { mcc: '234' },
      });
    },
  );

  it.each([[{}], [{ valid: null }], [{ valid: 'true' }]])('is nothing where it is %j', async (body) => {
    await expect(lookupThatSays(body).ask(NUMBERS.ordinary)).resolves.toEqual(UNAVAILABLE);
  });

  it.each([[{ phone_number: NUMBERS.ordinary }], [{ phone_number: NUMBERS.ordinary, valid: null }]])(
    'is that nobody is known to serve the number where it is %j',
    async (body) => {
      const { ask } = lookupThatSays({ ...body, line_type_intelligence: null });

      await expect(ask(NUMBERS.ordinary)).resolves.toEqual({
        source: 'fresh',
        carrier: { mcc: null, mnc: null, name: null, lineType: null },
      });
    },
  );

  it('may be that there is no such number', async () => {
    await expect(lookupOf().ask(NUMBERS.invalid)).resolves.toEqual(NO_SUCH_NUMBER);
  });
});

describe('a Lookup that goes wrong', () => {
  type Outcome = readonly [outcome: string, calls: number, details?: object];
  const outcomes: Readonly<Record<string, Outcome>> = {
    '20404': ['fresh', 1, NO_SUCH_NUMBER],
    '60616': ['Fault unavailable', 1, { twilioCode: 60616 }],
    '500': ['unavailable', 2],
    '20003': ['Fault misconfigured', 1, { twilioCode: 20003 }],
    hang: ['unavailable', 1],
    '60606': ['Fault misconfigured', 1, { twilioCode: 60606 }],
    html: ['unavailable', 1],
    reset: ['unavailable', 2],
    redirect: ['unavailable', 1],
    slow: ['fresh', 1],
    '60614': ['Fault misconfigured', 1, { twilioCode: 60614 }],
  };

  it.each(LOOKUP_FAULTS)('$name', async ({ name, number, fault }) => {
    const [outcome, calls, details = {}] = outcomes[name] ?? ['not in the table', 0];

    const result: unknown = await lookupOf()
      .ask(number, fault.kind === 'hang' ? 150 : 5000)
      .catch((error: unknown) => error);

    expect(toldOf(result)).toBe(outcome);
    expect(result).toMatchObject(details);
    expect(simulator.seen).toHaveLength(calls);
    expectNothingPersonal(result);
  });

  it.each<[string, BadAnswer]>([
    ['is too long', { kind: 'big' }],
    ['has no body', { kind: 'empty', status: 200 }],
    ['is a time-out of Twilio', { status: 408 }],
    ['is 404 without a word of Twilio', { status: 404, kind: 'html' }],
  ])('by an answer that %s is unavailable, and not repeated', async (_name, fault) => {
    simulator.inject({ operation: 'lookup', ...fault });

    await expect(lookupOf().ask(NUMBERS.ordinary)).resolves.toEqual(UNAVAILABLE);

    expect(simulator.seen).toHaveLength(1);
  });

  it.each<[string, BadAnswer]>([
    ['500', { status: 500 }],
    ['502 in HTML', { kind: 'html' }],
    ['a cut connection', { kind: 'reset' }],
    ['a broken answer', { kind: 'half' }],
  ])('by %s is asked once more', async (_name, fault) => {
    simulator.inject({ operation: 'lookup', ...fault });

    await expect(lookupOf().ask(NUMBERS.ordinary)).resolves.toMatchObject({ source: 'fresh' });

    expect(simulator.seen).toHaveLength(2);
  });

  it('by throttling tells when to come back', async () => {
    simulator.inject({ operation: 'lookup', code: 20429, headers: { 'Retry-After': '9' } });

    const error = await failureOf(lookupOf().ask(NUMBERS.ordinary));

    expect(error).toMatchObject({ code: 'unavailable', retryAfterSeconds: 9, twilioCode: 20429 });
  });

  it('is unavailable where nothing answers at all', async () => {
    const transport = createTwilioTransport({
      httpClient,
      apiKeySid: apiKey.sid,
      apiKeySecret: () => apiKey.secret,
      baseUrl: 'http://127.0.0.1:1',
    });

    await expect(lookupOf({ transport }).ask(NUMBERS.ordinary)).resolves.toEqual(UNAVAILABLE);
  });

  it('is not remembered', async () => {
    const { ask } = lookupOf();
    simulator.inject({ operation: 'lookup', kind: 'redirect' });
    simulator.inject({ operation: 'lookup', status: 403 });

    await expect(ask(NUMBERS.ordinary)).resolves.toEqual(UNAVAILABLE);
    expect(await failureOf(ask(NUMBERS.ordinary))).toBeInstanceOf(Fault);
    await expect(ask(NUMBERS.ordinary)).resolves.toMatchObject({ source: 'fresh' });
  });

  it('passes on what is no failure of Twilio', async () => {
    const missing = new Error('no secret yet');
    const transport: TwilioTransport = {
      connect: () => ({ client: { request: () => Promise.reject(missing) }, baseUrl: url }),
    };

    expect(await failureOf(lookupOf({ transport }).ask(NUMBERS.ordinary))).toBe(missing);
  });
});

describe('time', () => {
  it('is 2.5 seconds in all, the second attempt included', async () => {
    simulator.change({ latencyMs: { lookup: 40 } });
    simulator.inject({ operation: 'lookup', status: 500 });
    const { ask, timeouts } = lookupOf();

    await ask(NUMBERS.ordinary);

    expect(timeouts).toHaveLength(2);
    expect(timeouts[0]).toBeLessThanOrEqual(2500);
    expect(timeouts[1]).toBeLessThanOrEqual((timeouts[0] ?? 0) - 35);
  });

  it('that a caller does not have is not waited for; the answer is kept for the next one', async () => {
    simulator.change({ latencyMs: { lookup: 800 } });
    const { ask } = lookupOf();

    await expect(ask(NUMBERS.ordinary, 20)).resolves.toEqual(UNAVAILABLE);
    await expect(ask(NUMBERS.ordinary, 2000)).resolves.toMatchObject({ carrier: { mcc: '234' } });

    expect(simulator.seen).toHaveLength(1);
  });

  it('that has passed opens no gate: a refusal in time is told within the deadline', async () => {
    simulator.inject({ operation: 'lookup', status: 403 });

    expect(await failureOf(lookupOf().ask(NUMBERS.ordinary, 2000))).toMatchObject({ code: 'misconfigured' });
  });
});

describe('what is kept', () => {
  it.each([
    ['a whole answer', NUMBERS.ordinary, DAY_SECONDS],
    ['a landline', NUMBERS.landline, DAY_SECONDS],
    ['a mobile without MNC', NUMBERS.mncNull, DAY_SECONDS],
    ['an unknown line type', NUMBERS.unknownType, 600],
    ['an answer without intelligence', NUMBERS.noIntelligence, 600],
    ['an answer with an error', NUMBERS.withoutCarrier, 600],
    ['an answer without MCC', NUMBERS.premium, 600],
  ])('is %s, %s, for %d seconds', async (_name, e164, seconds) => {
    const { ask, clock } = lookupOf();
    const first = await ask(e164);

    clock.ms += seconds * 1000;
    await expect(ask(e164)).resolves.toEqual({ ...first, source: 'cached' });
    expect(simulator.seen).toHaveLength(1);
    clock.ms += 1;

    await expect(ask(e164)).resolves.toEqual(first);
    expect(simulator.seen).toHaveLength(2);
  });

  it.each([
    ['an invalid number', NUMBERS.invalid],
    ['a number that is not found', testNumber(701)],
  ])('is that there is %s, for 600 seconds', async (_name, e164) => {
    const { ask, clock } = lookupOf();
    await ask(e164);

    clock.ms += 600_000;
    expect(await ask(e164)).toEqual({ source: 'cached', carrier: null });
    expect(simulator.seen).toHaveLength(1);
    clock.ms += 1;

    expect(await ask(e164)).toEqual(NO_SUCH_NUMBER);
    expect(simulator.seen).toHaveLength(2);
  });

  it('is kept as long as the operator says, degraded answers no longer than that', async () => {
    const { ask, clock } = lookupOf({ cacheSeconds: 60 });
    for (const e164 of [NUMBERS.ordinary, NUMBERS.unknownType]) await ask(e164);

    clock.ms += 60_001;

    for (const e164 of [NUMBERS.ordinary, NUMBERS.unknownType]) {
      await expect(ask(e164)).resolves.toMatchObject({ source: 'fresh' });
    }
  });

  it('is nothing where the operator says 0', async () => {
    const { ask } = lookupOf({ cacheSeconds: 0 });

    await ask(NUMBERS.ordinary);
    await expect(ask(NUMBERS.ordinary)).resolves.toMatchObject({ source: 'fresh' });

    expect(simulator.seen).toHaveLength(2);
  });

  it('is bounded: the longest unused goes first', async () => {
    const { ask } = lookupOf({ maxNumbers: 2 });
    const [first, second, third] = [testNumber(1), testNumber(2), testNumber(3)];

    for (const e164 of [first, second, first, third]) await ask(e164);

    await expect(ask(first)).resolves.toMatchObject({ source: 'cached' });
    await expect(ask(second)).resolves.toMatchObject({ source: 'fresh' });
  });
});

describe('one call at a time', () => {
  it('is made for a number, and paid once', async () => {
    simulator.change({ latencyMs: { lookup: 50 } });
    const { ask } = lookupOf();

    const results = await Promise.all(Array.from({ length: 20 }, () => ask(NUMBERS.ordinary)));

    expect(simulator.seen).toHaveLength(1);
    expect(results.map(({ source }) => source)).toEqual(['fresh', ...Array<string>(19).fill('cached')]);
    expect(new Set(results.map(({ carrier }) => carrier?.mnc))).toEqual(new Set(['10']));
  });

  it('does not hold up other numbers', async () => {
    simulator.change({ latencyMs: { lookup: 500 } });
    const { ask } = lookupOf();

    await Promise.all([ask(testNumber(1)), ask(testNumber(2))]);

    const [first, second] = simulator.seen;
    expect(simulator.seen).toHaveLength(2);
    expect(second?.startedAtMs).toBeLessThan(first?.endedAtMs ?? Infinity);
  });

  it('leaves each caller an own deadline', async () => {
    simulator.change({ latencyMs: { lookup: 800 } });
    const { ask } = lookupOf();

    const [hurried, patient] = await Promise.all([ask(NUMBERS.ordinary, 30), ask(NUMBERS.ordinary)]);

    expect(hurried).toEqual(UNAVAILABLE);
    expect(patient).toMatchObject({ carrier: { mcc: '234' } });
    expect(simulator.seen).toHaveLength(1);
  });

  it('fails for all who wait for it, and is forgotten then', async () => {
    simulator.change({ latencyMs: { lookup: 30 } });
    simulator.inject({ operation: 'lookup', code: 60616 });
    const { ask } = lookupOf();

    const failures = await Promise.all([
      failureOf(ask(NUMBERS.ordinary)),
      failureOf(ask(NUMBERS.ordinary, 2000)),
    ]);

    expect(failures).toMatchObject([{ code: 'unavailable' }, { code: 'unavailable' }]);
    expect((failures[0] as Fault).cause).toBeInstanceOf(TwilioFailure);
    await expect(ask(NUMBERS.ordinary)).resolves.toMatchObject({ source: 'fresh' });
  });
});

describe('the budget', () => {
  it('is asked before a number is paid for, and not for one that is known or being asked about', async () => {
    const told: string[] = [];
    const { ask, checkBudget, clock } = lookupOf({ beforeLookup: (e164) => void told.push(e164) });

    checkBudget(NUMBERS.ordinary);
    const running = ask(NUMBERS.ordinary);
    checkBudget(NUMBERS.ordinary);
    await running;
    checkBudget(NUMBERS.ordinary);
    await ask(NUMBERS.ordinary);
    expect(told).toEqual([NUMBERS.ordinary, NUMBERS.ordinary]);

    clock.ms += 86_400_001;
    checkBudget(NUMBERS.ordinary);
    expect(told).toHaveLength(3);
  });

  it('that is spent is what the caller hears, and nothing is asked', async () => {
    const beforeLookup = (): never => {
      throw new Refusal('rate_limited');
    };
    const { ask, checkBudget } = lookupOf({ beforeLookup });

    expect(() => checkBudget(NUMBERS.ordinary)).toThrow(Refusal);
    await expect(ask(NUMBERS.ordinary)).rejects.toMatchObject({ name: 'Refusal', code: 'rate_limited' });
    expect(simulator.seen).toEqual([]);
  });
});
