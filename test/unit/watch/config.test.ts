import { describe, expect, it } from '@jest/globals';
import { ConfigurationFault, readEnvironment } from '../../../functions/adapters/environment.ts';
import { readWatchConfig } from '../../../functions/watch/config.ts';

const REQUIRED = {
  TWILIO_ACCOUNT_SID: `AC${'5'.repeat(32)}`,
  TWILIO_API_KEY_SID: `SK${'5'.repeat(32)}`,
  TWILIO_VERIFY_SERVICE_SID: `VA${'5'.repeat(32)}`,
  GOOGLE_CLOUD_PROJECT: 'demo',
};

function read(env: Readonly<Record<string, string>>) {
  const environment = readEnvironment({ ...REQUIRED, ...env });
  const config = readWatchConfig(environment);
  environment.finish();
  return config;
}

describe('readWatchConfig', () => {
  it('has the thresholds of the design where nothing but the required names is set', () => {
    expect(read({})).toMatchObject({
      project: 'demo',
      firestore: { database: '(default)', emulatorHost: undefined },
      thresholds: { minSends: 30, conversionPercent: 10, minOtherAttempts: 20, otherConversionPercent: 30 },
      deadlineMs: 60_000,
    });
  });

  it.each([
    ['WATCH_MIN_SENDS', '50', { thresholds: { minSends: 50 } }],
    ['WATCH_CONVERSION_PERCENT', '5', { thresholds: { conversionPercent: 5 } }],
    ['WATCH_MIN_OTHER_ATTEMPTS', '40', { thresholds: { minOtherAttempts: 40 } }],
    ['WATCH_OTHER_CONVERSION_PERCENT', '50', { thresholds: { otherConversionPercent: 50 } }],
    ['WATCH_DEADLINE_MS', '90000', { deadlineMs: 90_000 }],
    ['FIRESTORE_DATABASE', 'verify-dev', { firestore: { database: 'verify-dev' } }],
  ])('takes %s', (name, value, expected) => {
    expect(read({ [name]: value })).toMatchObject(expected);
  });

  it('ends a run before the next', () => {
    expect(read({ WATCH_DEADLINE_MS: '110000', WATCH_INTERVAL_MINUTES: '1' }).deadlineMs).toBe(60_000);
  });

  it.each([
    ['WATCH_MIN_SENDS', '0'],
    ['WATCH_CONVERSION_PERCENT', '101'],
    ['WATCH_CONVERSION_PERCENT', '-1'],
    ['WATCH_MIN_OTHER_ATTEMPTS', '0'],
    ['WATCH_OTHER_CONVERSION_PERCENT', 'half'],
    ['WATCH_INTERVAL_MINUTES', '0'],
    ['WATCH_INTERVAL_MINUTES', '31'],
    ['WATCH_DEADLINE_MS', '999'],
    ['FIRESTORE_DATABASE', 'No Name'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(ConfigurationFault);
  });
});
