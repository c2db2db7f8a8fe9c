import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFirestoreDocuments } from '../../functions/adapters/firestore-documents.ts';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { startFirestoreEmulator } from '../support/firestore-emulator.ts';
import { runFunctionToItsEnd, startFunction, type LogLine } from '../support/function-process.ts';
import {
  startSimulatedTwilio,
  VERIFICATIONS_PATH,
  type SimulatedTwilio,
} from '../support/simulated-twilio.ts';
import { startGoogleStandIn } from '../support/google-stand-in.ts';
import { aTwilioAttempt, pagesOf } from '../support/twilio-pages.ts';
import { describeWith } from '../support/describe-with.ts';

const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
const MOVED_CLOCK = new URL('../../tools/simulate-attack/moved-clock.ts', import.meta.url);
const TEN_MINUTES = 600_000;
const AMERICAN = Array.from({ length: 24 }, (_, index) => `+1${String(201 + index)}5550101`);

const firestore = await startFirestoreEmulator('demo-watch-e2e');
const twilio = await startSimulatedTwilio();
const describeStack = describeWith(firestore);

afterAll(async () => {
  await twilio.stop();
  await firestore?.stop();
});

function environment(
  baseUrl: string,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_API_KEY_SID: apiKey.sid,
    TWILIO_API_KEY_SECRET: apiKey.secret,
    TWILIO_VERIFY_SERVICE_SID: serviceSid,
    TWILIO_API_BASE_URL: baseUrl,
    GOOGLE_CLOUD_PROJECT: firestore?.project ?? '',
    FIRESTORE_EMULATOR_HOST: firestore?.host ?? '',
    LOG_LEVEL: 'debug',
    // The simulator's clock goes forward only: it is the function that lives ten minutes later.
    NODE_OPTIONS: `--import=${MOVED_CLOCK.href}`,
    ...changes,
  };
}

async function startWatch(baseUrl: string, changes: Readonly<Record<string, string>> = {}) {
  const watch = await startFunction({ target: 'watch', env: environment(baseUrl, changes) });
  const run = async (init: RequestInit = {}, path = '/') => {
    const headers = { 'x-simulated-time': String(Date.now() + TEN_MINUTES) };
    const signal = AbortSignal.timeout(20_000);
    const answer = await fetch(watch.url + path, { method: 'POST', headers, signal, ...init });
    const text = await answer.text();
    return { status: answer.status, allow: answer.headers.get('allow'), text };
  };
  return { ...watch, run };
}

async function sendTo(
  { create, post }: SimulatedTwilio,
  numbers: readonly string[],
  logins = 0,
): Promise<void> {
  for (const [index, To] of numbers.entries()) {
    await create({ To });
    if (index < logins) await post(`${VERIFICATIONS_PATH}/${To}`, { Status: 'approved' });
  }
}

function inRow(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => testNumber(index));
}

describeStack('watch on the framework', () => {
  const httpClient = createHttpClient({ maxSockets: 2 });
  const documents = createFirestoreDocuments({
    httpClient,
    project: firestore?.project ?? '',
    database: '(default)',
    emulatorHost: firestore?.host,
    accessToken: () => Promise.reject(new Error('an emulator needs no token')),
  });
  const rules = () => documents.list('blocklist', 5000);
  const stops: (() => Promise<unknown>)[] = [];
  const start = async (baseUrl = twilio.url, changes: Readonly<Record<string, string>> = {}) => {
    const watch = await startWatch(baseUrl, changes);
    stops.push(() => watch.stop());
    return watch;
  };
  const eventsOf = (lines: readonly LogLine[], event: string) =>
    lines.filter((line) => line['event'] === event);

  beforeEach(async () => {
    twilio.simulator.reset();
    await firestore?.reset();
    await firestore?.put('settings/gateway', { watch: { mode: 'block' } });
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(() => httpClient.close());

  it('blocks the prefix that does not convert, prolongs the rule at the next run, and says so', async () => {
    await sendTo(twilio, inRow(41), 1);
    await sendTo(twilio, AMERICAN, 20);
    const watch = await start();
    const before = Date.now();

    expect(await watch.run()).toMatchObject({
      status: 200,
      text: expect.stringContaining('"code":"processed"'),
    });
    const [rule, ...others] = await rules();
    expect(others).toEqual([]);
    expect(rule).toMatchObject({
      id: '+44770090',
      fields: { action: 'block', source: 'watch', reason: '41 codes, 1 login in the last hour, 0.21 USD' },
    });
    const expiresAt = (rule?.fields['expiresAt'] as Date).getTime();
    expect(Math.round((expiresAt - before - TEN_MINUTES) / 60_000)).toBe(360);

    expect((await watch.run()).status).toBe(200);
    const [prolonged] = await rules();
    expect((prolonged?.fields['expiresAt'] as Date).getTime()).toBeGreaterThanOrEqual(expiresAt);
    const outcomes = eventsOf(watch.logs(), 'watch.rule').map((line) => line['outcome']);
    expect(outcomes).toEqual(['created', 'prolonged']);
    expect(eventsOf(watch.logs(), 'watch.report')).toHaveLength(2);
    expect(eventsOf(watch.logs(), 'watch.rule')[0]?.['rule']).toBe('+44••••••90');
    expect(watch.rawOutput()).not.toMatch(/\+44770090|simulator-api-key-secret/);
  });

  it('leaves what a person made as it is, and what watch.never names without a rule', async () => {
    const person = { action: 'allow', reason: 'a partner' };
    await firestore?.put('blocklist/+44770090', person);
    await sendTo(twilio, inRow(41));
    await sendTo(twilio, AMERICAN, 20);
    const watch = await start();
    expect((await watch.run()).status).toBe(200);
    expect(await rules()).toMatchObject([{ id: '+44770090', fields: person }]);

    await firestore?.remove('blocklist/+44770090');
    await firestore?.put('settings/gateway', { watch: { mode: 'block', never: ['GB'] } });
    expect((await watch.run()).status).toBe(200);
    expect(await rules()).toEqual([]);
    const outcomes = eventsOf(watch.logs(), 'watch.rule').map((line) => line['outcome']);
    expect(outcomes).toEqual(['covered', 'spared']);
  });

  it('leaves a rule of its own that a person has made permanent', async () => {
    await sendTo(twilio, inRow(41));
    await sendTo(twilio, AMERICAN, 20);
    const watch = await start();
    expect((await watch.run()).status).toBe(200);
    const [rule] = await rules();
    const { expiresAt, ...permanent } = rule?.fields ?? {};
    expect(expiresAt).toBeInstanceOf(Date);
    await firestore?.put('blocklist/+44770090', permanent);

    expect((await watch.run()).status).toBe(200);
    expect(await rules()).toEqual([{ id: '+44770090', fields: permanent }]);
    const outcomes = eventsOf(watch.logs(), 'watch.rule').map((line) => line['outcome']);
    expect(outcomes).toEqual(['created', 'covered']);
  });

  it('only tries where nobody has said block', async () => {
    await firestore?.remove('settings/gateway');
    await sendTo(twilio, inRow(41));
    await sendTo(twilio, AMERICAN, 20);
    const watch = await start();
    expect((await watch.run()).status).toBe(200);
    expect(await rules()).toMatchObject([
      { id: '+44770090', fields: { action: 'monitor', source: 'watch' } },
    ]);
  });

  it('writes nothing twice when two runs come at once', async () => {
    await sendTo(twilio, inRow(41));
    await sendTo(twilio, AMERICAN, 20);
    const [one, other] = [await start(), await start()];
    const answers = await Promise.all([one.run(), other.run(), one.run()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await rules()).toHaveLength(1);
    const lines = [...one.logs(), ...other.logs()];
    const outcomes = eventsOf(lines, 'watch.rule').map((line) => line['outcome']);
    expect(outcomes).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(eventsOf(lines, 'watch.report')).toHaveLength(3);
  });

  it('writes nothing when the attempts say nothing but null', async () => {
    const nulls = { conversion_status: null, channel_data: null, price: null, date_created: null };
    const attempts = Array.from({ length: 100 }, (_, index) => aTwilioAttempt(index, nulls));
    const body = { attempts: [...attempts, null, {}], meta: { next_page_url: null } };
    const standIn = await startGoogleStandIn(() => ({ status: 200, body }));
    stops.push(() => standIn.close());
    const watch = await start(`http://${standIn.host}`);
    expect((await watch.run()).status).toBe(200);
    expect(await rules()).toEqual([]);
    const counts = { attempts: 0, unusable: 102 };
    expect(eventsOf(watch.logs(), 'watch.report')).toMatchObject([{ severity: 'INFO', counts }]);
  });

  it('writes nothing when the list breaks off on a later page', async () => {
    const standIn = await startGoogleStandIn((request) =>
      request.url.includes('PageToken') ? 'reset' : pagesOf(3)(request),
    );
    stops.push(() => standIn.close());
    const watch = await start(`http://${standIn.host}`);
    expect((await watch.run()).status).toBe(502);
    expect(await rules()).toEqual([]);
  });

  it('writes nothing and raises the alarm when no login is reported any more', async () => {
    await sendTo(twilio, inRow(41));
    await sendTo(twilio, AMERICAN);
    const watch = await start();
    expect((await watch.run()).status).toBe(200);
    expect(await rules()).toEqual([]);
    expect(eventsOf(watch.logs(), 'watch.feedback_broken')).toMatchObject([{ severity: 'ERROR' }]);
  });

  it('writes nothing when nothing was sent', async () => {
    const watch = await start();
    expect((await watch.run()).status).toBe(200);
    expect(await rules()).toEqual([]);
    expect(eventsOf(watch.logs(), 'watch.feedback_broken')).toEqual([]);
  });

  it('leaves out codes that may still be used', async () => {
    await sendTo(twilio, inRow(41));
    await sendTo(twilio, AMERICAN, 20);
    const watch = await start();
    const headers = { 'x-simulated-time': String(Date.now() + 60_000) };
    expect((await watch.run({ headers })).status).toBe(200);
    expect(await rules()).toEqual([]);
    expect(eventsOf(watch.logs(), 'watch.report')).toMatchObject([{ counts: { attempts: 0 } }]);
  });

  it('does nothing in mode off', async () => {
    await firestore?.put('settings/gateway', { watch: { mode: 'off' } });
    await sendTo(twilio, inRow(41));
    const seen = twilio.simulator.seen.length;
    const watch = await start();
    expect((await watch.run()).status).toBe(200);
    expect(twilio.simulator.seen).toHaveLength(seen);
    expect(await rules()).toEqual([]);
  });

  it.each([
    ['fails', { status: 500 }, 502],
    ['is throttled', { status: 429 }, 503],
    ['refuses the credential', { status: 401 }, 500],
  ])('writes nothing when reading %s', async (_name, { status }, expected) => {
    const standIn = await startGoogleStandIn(() => ({ status, body: { code: 20_001, message: 'no' } }));
    stops.push(() => standIn.close());
    const watch = await start(`http://${standIn.host}`);
    expect((await watch.run()).status).toBe(expected);
    expect(await rules()).toEqual([]);
    expect(eventsOf(watch.logs(), 'watch.report')).toMatchObject([{ severity: 'ERROR', outcome: 'failed' }]);
  });

  it('writes nothing when reading is too slow', async () => {
    const standIn = await startGoogleStandIn(() => 'hang');
    stops.push(() => standIn.close());
    const watch = await start(`http://${standIn.host}`, { WATCH_DEADLINE_MS: '1000' });
    expect((await watch.run()).status).toBe(504);
    expect(await rules()).toEqual([]);
  });

  it('reads no more than fifty pages', async () => {
    const standIn = await startGoogleStandIn(pagesOf(1000));
    stops.push(() => standIn.close());
    const watch = await start(`http://${standIn.host}`);
    expect((await watch.run()).status).toBe(200);
    expect(standIn.requests).toHaveLength(50);
    expect(eventsOf(watch.logs(), 'watch.report')).toMatchObject([{ counts: { pages: 50, cutOff: 1 } }]);
    expect(await rules()).toEqual([]);
  });

  it('answers 503 and asks Verify nothing while the database cannot be read', async () => {
    await sendTo(twilio, inRow(41));
    const seen = twilio.simulator.seen.length;
    const watch = await start(twilio.url, { FIRESTORE_EMULATOR_HOST: '127.0.0.1:9' });
    expect((await watch.run()).status).toBe(503);
    expect(twilio.simulator.seen).toHaveLength(seen);
  });

  it('takes POST / and nothing else, whatever the body', async () => {
    const watch = await start();
    expect(await watch.run({ body: '{"what":"ever' })).toMatchObject({ status: 200 });
    expect(await watch.run({ method: 'GET' })).toMatchObject({ status: 405, allow: 'POST' });
    expect(await watch.run({}, '/run')).toMatchObject({ status: 400 });
    expect(await watch.run({ body: 'x'.repeat(20_000) })).toMatchObject({ status: 413 });
    expect(await watch.run({ method: 'GET' }, '/health')).toMatchObject({ status: 200, text: 'ok' });
    expect(eventsOf(watch.logs(), 'watch.report')).toHaveLength(1);
  });
});

describe('watch without its configuration', () => {
  it('does not start, and names all that is missing', async () => {
    const { exitCode, logs } = await runFunctionToItsEnd({ target: 'watch', env: {} });
    expect(exitCode).toBe(1);
    const problems = [
      'TWILIO_ACCOUNT_SID is missing',
      'TWILIO_API_KEY_SID is missing',
      'TWILIO_VERIFY_SERVICE_SID is missing',
      'GOOGLE_CLOUD_PROJECT is missing',
      expect.stringMatching(/^TWILIO_API_KEY_SECRET is missing/),
    ];
    expect(logs).toMatchObject([{ severity: 'CRITICAL', event: 'config.fault', problems }]);
  });
});
