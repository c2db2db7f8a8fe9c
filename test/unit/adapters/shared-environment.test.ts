import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../functions/adapters/environment.ts';
import { readSharedEnvironment } from '../../../functions/adapters/shared-environment.ts';

const REQUIRED = {
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
  TWILIO_API_KEY_SID: 'SK00000000000000000000000000000002',
  TWILIO_VERIFY_SERVICE_SID: 'VA00000000000000000000000000000003',
};

function read(env: Readonly<Record<string, string>>) {
  const environment = readEnvironment({ ...REQUIRED, ...env });
  const shared = readSharedEnvironment(environment);
  environment.finish();
  return shared;
}

describe('readSharedEnvironment', () => {
  it('reads who we are at Twilio, and has Twilio’s own hosts and the level INFO by default', () => {
    expect(read({})).toEqual({
      logLevel: 'INFO',
      twilio: {
        accountSid: REQUIRED.TWILIO_ACCOUNT_SID,
        apiKeySid: REQUIRED.TWILIO_API_KEY_SID,
        verifyServiceSid: REQUIRED.TWILIO_VERIFY_SERVICE_SID,
        baseUrl: undefined,
      },
    });
  });

  it.each([
    ['debug', 'DEBUG'],
    ['info', 'INFO'],
    ['notice', 'NOTICE'],
    ['warning', 'WARNING'],
    ['error', 'ERROR'],
    ['critical', 'CRITICAL'],
  ])('reads the level %s as %s', (level, severity) => {
    expect(read({ LOG_LEVEL: level }).logLevel).toBe(severity);
  });

  it.each([
    ['https://example.com', 'https://example.com'],
    ['https://example.com/', 'https://example.com'],
    ['https://example.com:8443', 'https://example.com:8443'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
    ['http://127.1.2.3', 'http://127.1.2.3'],
    ['http://localhost:4010/', 'http://localhost:4010'],
    ['http://[::1]:4010', 'http://[::1]:4010'],
  ])('takes the origin %s', (url, origin) => {
    expect(read({ TWILIO_API_BASE_URL: url }).twilio.baseUrl).toBe(origin);
  });

  it.each([
    'http://example.com',
    'http://10.0.0.1',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'https://example.com/v2',
    'https://example.com/?x=1',
    'https://example.com/#x',
    'https://user:canary@example.com',
    'https://:canary@example.com',
    'ftp://example.com',
    'file:///canary',
    'example.com',
    'canary',
  ])('refuses %s, and does not quote it', (url) => {
    const reading = () => read({ TWILIO_API_BASE_URL: url });

    expect(reading).toThrow('TWILIO_API_BASE_URL must be an origin');
    expect(reading).not.toThrow('canary');
  });

  it.each([
    ['TWILIO_ACCOUNT_SID', 'SK00000000000000000000000000000001'],
    ['TWILIO_API_KEY_SID', 'AC00000000000000000000000000000001'],
    ['TWILIO_VERIFY_SERVICE_SID', 'VE00000000000000000000000000000001'],
    ['TWILIO_VERIFY_SERVICE_SID', 'VA/../x'],
    ['LOG_LEVEL', 'trace'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });

  it.each(Object.keys(REQUIRED))('refuses to do without %s', (name) => {
    expect(() => read({ [name]: '' })).toThrow(`${name} is missing`);
  });
});
