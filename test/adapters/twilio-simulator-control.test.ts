import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { clientOf, inside, startSimulatedTwilio, VERIFICATIONS_PATH } from '../support/simulated-twilio.ts';

const { serviceSid, apiKey } = SIMULATOR_DEFAULTS;
const TEN_MINUTES = 600_000;
const number = NUMBERS.ordinary;
const { simulator, ask, post, create, control, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(() => stop());

describe('the control routes', () => {
  it('show messages, calls and verifications', async () => {
    await create({ To: testNumber(1) });
    await create({ To: testNumber(2), CustomCode: '222222' });

    expect((await control('GET', 'messages')).body['messages']).toMatchObject([
      { code: '123456' },
      { code: '222222' },
    ]);
    const { body } = await control('GET', `messages?to=${encodeURIComponent(testNumber(2))}`);
    expect(body['messages']).toMatchObject([{ to: testNumber(2), code: '222222' }]);
    expect((await control('GET', 'calls?operation=verification.create')).body['calls']).toHaveLength(2);
    expect((await control('GET', 'calls?operation=lookup')).body['calls']).toEqual([]);
    expect((await control('GET', 'verifications')).body['verifications']).toMatchObject([
      { to: testNumber(1), status: 'pending', sendAttempts: 1 },
      { to: testNumber(2) },
    ]);
    expect(simulator.seen).toHaveLength(2);
  });

  it('show the newest only, where that is asked for', async () => {
    await create({ To: testNumber(1) });
    await create({ To: testNumber(2) });

    expect((await control('GET', 'messages?last=1')).body['messages']).toMatchObject([{ to: testNumber(2) }]);
    expect((await control('GET', 'verifications?last=5')).body['verifications']).toHaveLength(2);
  });

  it('drop the bad answers that still wait', async () => {
    await control('POST', 'faults', { operation: 'lookup', times: 2, status: 500 });
    expect((await ask(`/v2/PhoneNumbers/${number}`)).status).toBe(500);

    expect((await control('DELETE', 'faults')).status).toBe(200);
    expect((await ask(`/v2/PhoneNumbers/${number}`)).status).toBe(200);
  });

  it('put the time forward', async () => {
    await create();
    const { body } = await control('POST', 'clock', { advanceMs: TEN_MINUTES });

    expect(Date.parse(String(body['now']))).toBeGreaterThan(Date.now() + TEN_MINUTES - 5000);
    expect((await post(`${VERIFICATIONS_PATH}/${number}`, { Status: 'approved' })).status).toBe(404);
  });

  it('order bad answers', async () => {
    await control('POST', 'faults', {
      operation: 'lookup',
      times: 1,
      status: 429,
      code: 60616,
      delayMs: 30,
      headers: { 'Retry-After': '3' },
    });
    const startedAt = performance.now();

    const { status, headers } = await ask(`/v2/PhoneNumbers/${number}`);

    expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 429, retryAfter: '3' });
    expect(performance.now() - startedAt).toBeGreaterThan(25);
  });

  it('change settings', async () => {
    await control('PUT', 'settings', {
      resend: 'take-new-code',
      latencyMs: { lookup: 5 },
      rateLimits: [{ uniqueName: 'phone', buckets: [{ max: 1, intervalSeconds: 60 }] }],
      numbers: { [number]: { mcc: '250', mnc: '01' }, [testNumber(2)]: null },
      channels: ['sms'],
    });

    const { body } = await control('GET', 'settings');
    expect(body).toMatchObject({ resend: 'take-new-code', latencyMs: { lookup: 5 }, channels: ['sms'] });
    expect(inside(body, 'numbers', number)).toMatchObject({
      mcc: '250',
      mnc: '01',
      lineType: 'mobile',
      errorCode: null,
    });
    expect((await create({ Channel: 'call' })).body['code']).toBe(60223);
    expect((await create({ RateLimits: '{"phone":"a"}' })).status).toBe(201);
    expect((await create({ RateLimits: '{"phone":"a"}' })).status).toBe(429);
  });

  it('keep limits that were made over the API when other settings change', async () => {
    await post(`/v2/Services/${serviceSid}/RateLimits`, { UniqueName: 'phone' });

    await control('PUT', 'settings', { latencyMs: 1 });

    expect((await create({ RateLimits: '{"phone":"a"}' })).status).toBe(201);
  });

  it('go back to the start', async () => {
    await create();
    await control('PUT', 'settings', { customCodeEnabled: false });
    await control('POST', 'reset');

    expect(simulator.seen).toEqual([]);
    expect(simulator.delivered).toEqual([]);
    expect((await create()).body['send_code_attempts']).toHaveLength(1);
  });

  it.each<[string, string, unknown]>([
    ['POST', 'clock', { advanceMs: -1 }],
    ['POST', 'clock', []],
    ['POST', 'faults', { operation: 'lookups' }],
    ['POST', 'faults', { operation: 'lookup', state: 500 }],
    ['POST', 'faults', { operation: 'lookup', status: '500' }],
    ['POST', 'faults', { operation: 'lookup', kind: 'slow' }],
    ['POST', 'faults', { operation: 'lookup', headers: { a: 1 } }],
    ['POST', 'faults', 'x'],
    ['PUT', 'settings', { resend: 'both' }],
    ['PUT', 'settings', { latencyMs: { lookups: 1 } }],
    ['PUT', 'settings', { rateLimits: [{ uniqueName: 'x' }] }],
    ['PUT', 'settings', { rateLimits: [{ uniqueName: 'x', buckets: [{ max: 0, intervalSeconds: 1 }] }] }],
    ['PUT', 'settings', { numbers: { [number]: { mcc: 250 } } }],
    ['PUT', 'settings', { numbers: { [number]: 'x' } }],
    ['PUT', 'settings', { channels: 'sms' }],
    ['PUT', 'settings', null],
  ])('refuse %s %s %j', async (method, path, body) => {
    const answer = await control(method, path, body);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ problem: expect.any(String) });
  });

  it('are these and no others', async () => {
    expect((await control('GET', 'nothing')).status).toBe(404);
  });
});

describe('the memory', () => {
  it('is bounded', async () => {
    const other = await startSimulatedTwilio({ remembered: 20 });
    for (let index = 0; index < 30; index += 1) await other.ask(`/v2/PhoneNumbers/${testNumber(index)}`);
    await other.stop();

    expect(other.simulator.seen.length).toBeLessThanOrEqual(20);
    expect(other.simulator.seen.at(-1)?.to).toBe(testNumber(29));
  });
});

describe('the process', () => {
  const running: { readonly child: ChildProcess; readonly exited: Promise<unknown> }[] = [];

  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
  });

  function run(env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, ['tools/twilio-simulator/main.ts'], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    running.push({ child, exited });
    return {
      child,
      exited,
      output: text(child.stdout),
      firstLine: once(createInterface(child.stdout), 'line'),
    };
  }

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'runs with the credentials of its environment until %s',
    async (signal) => {
      const { child, exited, output, firstLine } = run({
        TWILIO_API_KEY_SECRET: 'from-the-environment',
        PORT: '0',
      });
      const line = String((await firstLine).at(0));
      const started: unknown = JSON.parse(line);
      const key = { sid: apiKey.sid, secret: 'from-the-environment' };
      const lookup = clientOf(String(inside(started, 'url')), key).lookups.v2.phoneNumbers(number);
      await expect(lookup.fetch()).resolves.toMatchObject({ valid: true });

      child.kill(signal);

      await expect(exited).resolves.toEqual([0, null]);
      expect(inside(started, 'event')).toBe('simulator.started');
      await expect(output).resolves.toBe(`${line}\n`);
    },
  );

  it.each([
    ['TWILIO_ACCOUNT_SID', 'AC-secret'],
    ['TWILIO_VERIFY_SERVICE_SID', 'VA-secret'],
    ['PORT', '99999'],
    ['SIMULATOR_LATENCY_MS', '1s-secret'],
  ])('does not start with a bad %s', async (name, value) => {
    const { child, exited } = run({ [name]: value });
    const complaint = await text(child.stderr);

    await expect(exited).resolves.toEqual([1, null]);
    expect(complaint).toContain(name);
    expect(complaint).not.toContain('secret');
  });
});
