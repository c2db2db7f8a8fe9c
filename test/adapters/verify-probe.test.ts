import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { createTwilioTransport } from '../../functions/adapters/twilio-transport.ts';
import { createVerifyProbe } from '../../functions/adapters/verify-probe.ts';
import type { Fault } from '../../tools/twilio-simulator/fault.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { startSimulatedTwilio } from '../support/simulated-twilio.ts';

const { apiKey, serviceSid } = SIMULATOR_DEFAULTS;
const httpClient = createHttpClient({ maxSockets: 8 });
const { simulator, url, create, stop } = await startSimulatedTwilio();

function probe(baseUrl = url, apiKeySecret: () => string = () => apiKey.secret): Promise<boolean> {
  const transport = createTwilioTransport({ httpClient, apiKeySid: apiKey.sid, apiKeySecret, baseUrl });
  return createVerifyProbe({ transport, serviceSid })();
}

afterEach(() => simulator.reset());
afterAll(async () => {
  httpClient.close();
  await stop();
});

describe('the question whether Verify answers', () => {
  it('is answered by a Verify that works, which neither sends nor changes anything', async () => {
    await create();
    const before = simulator.delivered.length;

    expect(await probe()).toBe(true);
    expect(simulator.seen.map(({ operation, status }) => [operation, status])).toEqual([
      ['verification.create', 201],
      ['verification.update', 404],
    ]);
    expect(simulator.delivered).toHaveLength(before);
  });

  it.each<[string, Fault]>([
    ['429', { status: 429, code: 20429 }],
    ['a refused credential', { status: 401, code: 20003 }],
    ['200 that is no JSON', { status: 200, kind: 'text' }],
  ])('takes for an answer: %s', async (_name, fault) => {
    simulator.inject({ operation: 'verification.update', ...fault });

    expect(await probe()).toBe(true);
  });

  it.each<[string, Fault]>([
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['408', { status: 408 }],
    ['HTML with 502', { kind: 'html' }],
    ['a redirect', { kind: 'redirect' }],
    ['a reset', { kind: 'reset' }],
    ['silence', { kind: 'hang' }],
  ])('takes for none: %s', async (_name, fault) => {
    simulator.inject({ operation: 'verification.update', ...fault });

    expect(await probe()).toBe(false);
    expect(simulator.seen).toHaveLength(1);
  });

  it('is no where nobody listens, or nothing can be asked', async () => {
    const noSecret = (): string => {
      throw new Error('no secret yet');
    };

    expect(await probe('http://127.0.0.1:1')).toBe(false);
    expect(await probe(url, noSecret)).toBe(false);
  });
});
