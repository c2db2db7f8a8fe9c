import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../functions/adapters/environment.ts';
import { readLogStreamConfig } from '../../../functions/log-stream/config.ts';

const NEEDED = {
  TWILIO_ACCOUNT_SID: 'AC0',
  TWILIO_API_KEY_SID: 'SK0',
  TWILIO_VERIFY_SERVICE_SID: 'VA0',
};

function configOf(env: Readonly<Record<string, string>> = {}) {
  const read = readEnvironment({ ...NEEDED, ...env });
  const config = readLogStreamConfig(read);
  read.finish();
  return config;
}

describe('readLogStreamConfig', () => {
  it('has a default for all that is not named as required', () => {
    expect(configOf()).toMatchObject({
      project: undefined,
      types: ['s', 'scoa', 'sepft', 'sepotpft', 'seacft'],
      connections: ['sms'],
      maxAgeSeconds: 600,
      concurrency: 16,
      batchDeadlineMs: 20_000,
      maxInFlight: 200,
    });
  });

  it('takes lists with spaces', () => {
    expect(configOf({ OTP_CONNECTIONS: 'sms, email', SUCCESS_EVENTS: 's' })).toMatchObject({
      connections: ['sms', 'email'],
      types: ['s'],
    });
  });

  it.each([
    ['events of years ago, for a replay', { FEEDBACK_MAX_AGE_SECONDS: '1000000000' }],
    ['a short deadline', { BATCH_DEADLINE_MS: '100' }],
  ])('takes %s', (_what, env) => {
    expect(() => configOf(env)).not.toThrow();
  });

  it.each([
    { FEEDBACK_MAX_AGE_SECONDS: '0' },
    { FEEDBACK_MAX_AGE_SECONDS: '1.5' },
    { FEEDBACK_CONCURRENCY: '0' },
    { BATCH_DEADLINE_MS: '99' },
    { OTP_CONNECTIONS: 'sms email' },
  ])('refuses %j by its name', (env) => {
    expect(() => configOf(env)).toThrow(Object.keys(env)[0]);
  });
});
