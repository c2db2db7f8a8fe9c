import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { CREATE_FAULTS } from '../../tools/twilio-simulator/create-faults.ts';
import { LOOKUP_FAULTS } from '../../tools/twilio-simulator/lookup-faults.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { failureOf, startSimulatedTwilio, VERIFICATIONS_PATH } from '../support/simulated-twilio.ts';

const number = NUMBERS.ordinary;
const { simulator, url, ask, post, create, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(() => stop());

describe('bad answers', () => {
  const toOf = (name: string) => {
    const row = [...CREATE_FAULTS, ...LOOKUP_FAULTS].find((candidate) => candidate.name === name);
    if (row === undefined) throw new Error(name);
    return row.number;
  };

  it.each([
    ['500', 500, 'application/json; charset=utf-8'],
    ['503', 503, 'application/json; charset=utf-8'],
    ['html', 502, 'text/html; charset=utf-8'],
    ['empty', 500, undefined],
    ['redirect', 302, undefined],
    ['problem', 429, 'application/problem+json'],
  ])('%s: nothing is sent', async (name, status, type) => {
    const { status: answered, headers, body } = await create({ To: toOf(name) });

    expect({ status: answered, type: headers.get('content-type') }).toEqual({ status, type });
    expect('code' in body).toBe(name === 'problem');
    expect(simulator.delivered).toEqual([]);
  });

  it('text: 201, sent, and no JSON', async () => {
    expect(await create({ To: toOf('text') })).toMatchObject({ status: 201, text: 'queued' });
    expect(simulator.delivered).toHaveLength(1);
  });

  it('big: sent, 10 MiB of JSON', async () => {
    const { text, body, headers } = await create({ To: toOf('big') });

    expect(text.length).toBeGreaterThan(10 * 1024 * 1024);
    expect(headers.has('content-length')).toBe(false);
    expect(body['answer']).toMatchObject({ status: 'pending' });
    expect(simulator.delivered).toHaveLength(1);
  });

  it.each(['reset', 'half'])('%s: sent, and nobody knows', async (name) => {
    await expect(create({ To: toOf(name) })).rejects.toThrow(/fetch failed|terminated/);
    expect(simulator.delivered).toHaveLength(1);
  });

  it('hang: sent, and never answered', async () => {
    const signal = AbortSignal.timeout(150);

    await expect(create({ To: toOf('hang') }, { signal })).rejects.toThrow(/timeout/);

    expect(simulator.delivered).toHaveLength(1);
    expect(simulator.seen).toMatchObject([{ operation: 'verification.create', status: null }]);
  });

  it('a redirect leads to a path that is recorded', async () => {
    const { headers } = await ask(`/v2/PhoneNumbers/${testNumber(709)}`);

    expect(headers.get('location')).toBe(`${url}/redirected`);
    await ask('/redirected');
    expect(simulator.seen.map(({ operation }) => operation)).toEqual(['lookup', 'unknown']);
  });

  it('may be ordered for the next calls of one kind', async () => {
    simulator.inject({ operation: 'verification.create', status: 503, code: 20503, times: 2 });
    simulator.inject({ operation: 'verification.create', code: 20429, headers: { 'Retry-After': '7' } });

    expect((await ask(`/v2/PhoneNumbers/${number}`)).status).toBe(200);
    const answers = [await create(), await create(), await create(), await create()];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 429, 201]);
    expect(answers[2]?.headers.get('retry-after')).toBe('7');
    expect(simulator.delivered).toHaveLength(1);
  });

  it('may be ordered with the work done or undone', async () => {
    await create();
    simulator.inject({ operation: 'verification.update', kind: 'reset', processed: false });
    simulator.inject({ operation: 'verification.update', status: 500, processed: true });
    const approve = () => post(`${VERIFICATIONS_PATH}/${number}`, { Status: 'approved' });

    await expect(approve()).rejects.toThrow(/fetch failed|terminated/);
    expect((await approve()).status).toBe(500);
    expect((await approve()).status).toBe(404);
  });

  it('are ordered for one call at least', () => {
    expect(() => simulator.inject({ operation: 'lookup', status: 500, times: 0 })).toThrow(RangeError);
  });
});

describe('time', () => {
  it('passes before the work is done, so that a client that went away is served all the same', async () => {
    simulator.change({ latencyMs: { 'verification.create': 1000 } });
    const client = new AbortController();
    const call = failureOf(create({}, { signal: client.signal }));
    while (simulator.seen.length === 0) await sleep(5);
    client.abort();
    await expect(call).resolves.toHaveProperty('name', 'AbortError');
    expect(simulator.delivered).toHaveLength(0);

    while (simulator.delivered.length === 0) await sleep(20);

    expect(simulator.seen[0]?.status).toBe(201);
  });

  it('shows what was under way at once, and when it was over', async () => {
    simulator.change({ latencyMs: 500 });
    await Promise.all([1, 2, 3].map((index) => ask(`/v2/PhoneNumbers/${testNumber(index)}`)));
    await create();
    while (simulator.seen.some(({ endedAtMs }) => endedAtMs === null)) await sleep(5);

    expect(simulator.maximumConcurrency('lookup')).toBe(3);
    expect(simulator.maximumConcurrency('verification.create')).toBe(1);
    expect(simulator.maximumConcurrency('bucket.list')).toBe(0);
    for (const { startedAtMs, endedAtMs } of simulator.seen) {
      expect((endedAtMs ?? 0) - startedAtMs).toBeGreaterThan(490);
    }
  });

  it('is dropped by a reset, with what waits for it', async () => {
    simulator.change({ latencyMs: 10_000 });
    const waiting = failureOf(create());
    while (simulator.seen.length === 0) await sleep(5);

    simulator.reset();

    await expect(waiting).resolves.toHaveProperty('message', 'fetch failed');
    expect((await create()).status).toBe(201);
  });
});
