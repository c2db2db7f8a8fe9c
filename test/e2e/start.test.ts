import { describe, expect, it } from '@jest/globals';
import { runFunctionToItsEnd } from '../support/function-process.ts';
import { gatewayEnvironment } from '../support/gateway-stack.ts';

const KEY = 'a-key-of-thirty-two-bytes-and-more';
const env = gatewayEnvironment(KEY, 'http://127.0.0.1:9', { host: '127.0.0.1:9', project: 'demo-gateway' });

describe('a gateway that is not configured', () => {
  it.each([
    ['without keys', { GATEWAY_SECRETS: '' }, /GATEWAY_SECRETS is missing/],
    [
      'with a key that is too short',
      { GATEWAY_SECRETS: 'short-secret' },
      /GATEWAY_SECRETS: key 1 has 12 bytes/,
    ],
    ['with keys set twice', { GATEWAY_SECRETS_FILE: '/nowhere' }, /both set/],
    ['with an unknown value', { RESEND_STRATEGY: 'hope' }, /RESEND_STRATEGY must be one of/],
    ['with http to the outside', { TWILIO_API_BASE_URL: 'http://example.com' }, /TWILIO_API_BASE_URL/],
  ])('does not start %s, says why in one line, and quotes no value', async (_name, change, problem) => {
    const { exitCode, output, logs } = await runFunctionToItsEnd({
      target: 'gateway',
      env: { ...env, ...change },
    });

    expect(exitCode).not.toBe(0);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({ event: 'config.fault', severity: 'CRITICAL' });
    expect(JSON.stringify(logs[0]?.['problems'])).toMatch(problem);
    expect(output).not.toContain('short-secret');
    expect(output).not.toContain(KEY);
  });

  it('names all that is wrong in one message', async () => {
    const { logs } = await runFunctionToItsEnd({ target: 'gateway', env: {} });
    expect(logs[0]?.['problems']).toEqual([
      'TWILIO_ACCOUNT_SID is missing',
      'TWILIO_API_KEY_SID is missing',
      'TWILIO_VERIFY_SERVICE_SID is missing',
      'GOOGLE_CLOUD_PROJECT is missing',
      expect.stringMatching(/^GATEWAY_SECRETS is missing/),
      expect.stringMatching(/^TWILIO_API_KEY_SECRET is missing/),
    ]);
  });

  it('refuses a target that it does not hold', async () => {
    const { exitCode, output } = await runFunctionToItsEnd({ target: 'nothing', env });
    expect(exitCode).not.toBe(0);
    expect(output).toContain('FUNCTION_TARGET must be one of');
  });
});
