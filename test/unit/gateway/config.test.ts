import { describe, expect, it } from '@jest/globals';
import { ConfigurationFault, readEnvironment } from '../../../functions/adapters/environment.ts';
import { readGatewayConfig, type GatewayConfig } from '../../../functions/gateway/config.ts';

const REQUIRED = {
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
  TWILIO_API_KEY_SID: 'SK00000000000000000000000000000002',
  TWILIO_VERIFY_SERVICE_SID: 'VA00000000000000000000000000000003',
  GOOGLE_CLOUD_PROJECT: 'a-project',
};
const CANARY = 'canary-5ecret';

function read(env: Readonly<Record<string, string>>): GatewayConfig {
  const environment = readEnvironment({ ...REQUIRED, ...env });
  const config = readGatewayConfig(environment);
  environment.finish();
  return config;
}

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.problems;
    throw error;
  }
  return [];
}

describe('readGatewayConfig: defaults', () => {
  it('has those of the design where nothing but the required names is set', () => {
    expect(read({})).toEqual({
      logLevel: 'INFO',
      twilio: {
        accountSid: REQUIRED.TWILIO_ACCOUNT_SID,
        apiKeySid: REQUIRED.TWILIO_API_KEY_SID,
        verifyServiceSid: REQUIRED.TWILIO_VERIFY_SERVICE_SID,
        baseUrl: undefined,
      },
      project: 'a-project',
      tokens: { audience: 'urn:sms-gateway', subject: 'urn:Auth0', maxAgeSeconds: 0, requireExpiry: false },
      keysAreBase64: false,
      codes: { pattern: null, length: 6 },
      policy: {
        enabledChannels: ['sms'],
        defaultChannel: 'sms',
        rateLimits: [{ name: 'ip_and_phone', kind: 'ip_and_phone' }],
        resendStrategy: 'cancel',
        blocklistFailure: 'allow',
        lookupFailure: 'allow',
        unknownCarrier: 'allow',
      },
      blockResponse: 'error',
      requestDeadlineMs: 15_000,
      maxInFlight: 200,
      failOpenPerMinute: 60,
      maxSendsPerNumber: 10,
      lookupCacheSeconds: 86_400,
      lookupsPerPrefixPerMinute: 0,
      firestore: { database: '(default)', emulatorHost: undefined, ttlSeconds: 60, maxStaleSeconds: 86_400 },
    });
  });

  it('takes an empty value for the default, as Terraform sets one', () => {
    const names = [
      'CODE_PATTERN',
      'CODE_LENGTH',
      'BLOCK_RESPONSE',
      'ENABLED_CHANNELS',
      'LOG_LEVEL',
      'FIRESTORE_DATABASE',
      'GATEWAY_JWT_AUDIENCE',
      'GATEWAY_JWT_REQUIRE_EXP',
      'REQUEST_DEADLINE_MS',
      'FIRESTORE_EMULATOR_HOST',
      'TWILIO_API_BASE_URL',
    ];

    expect(read(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(read({}));
  });
});

describe('readGatewayConfig: names', () => {
  it.each([
    ['GATEWAY_JWT_AUDIENCE', 'urn:mine', { tokens: { audience: 'urn:mine' } }],
    ['GATEWAY_JWT_SUBJECT', 'urn:other', { tokens: { subject: 'urn:other' } }],
    ['GATEWAY_JWT_SUBJECT', '', { tokens: { subject: '' } }],
    ['GATEWAY_JWT_MAX_AGE_SECONDS', '300', { tokens: { maxAgeSeconds: 300 } }],
    ['GATEWAY_JWT_MAX_AGE_SECONDS', '0', { tokens: { maxAgeSeconds: 0 } }],
    ['GATEWAY_JWT_REQUIRE_EXP', 'true', { tokens: { requireExpiry: true } }],
    ['GATEWAY_SECRET_BASE64', 'true', { keysAreBase64: true }],
    ['CODE_LENGTH', '4', { codes: { length: 4 } }],
    ['CODE_LENGTH', '10', { codes: { length: 10 } }],
    ['CODE_PATTERN', 'code (\\d{6})', { codes: { pattern: /code (\d{6})/u } }],
    [
      'ENABLED_CHANNELS',
      'sms, call,whatsapp,email',
      { policy: { enabledChannels: ['sms', 'call', 'whatsapp', 'email'] } },
    ],
    ['RESEND_STRATEGY', 'reuse', { policy: { resendStrategy: 'reuse' } }],
    ['BLOCKLIST_FAILURE', 'deny', { policy: { blocklistFailure: 'deny' } }],
    ['LOOKUP_FAILURE', 'deny', { policy: { lookupFailure: 'deny' } }],
    ['UNKNOWN_CARRIER', 'deny', { policy: { unknownCarrier: 'deny' } }],
    ['BLOCK_RESPONSE', 'silent', { blockResponse: 'silent' }],
    ['REQUEST_DEADLINE_MS', '10000', { requestDeadlineMs: 10_000 }],
    ['REQUEST_DEADLINE_MS', '100', { requestDeadlineMs: 100 }],
    ['MAX_IN_FLIGHT', '80', { maxInFlight: 80 }],
    ['FAIL_OPEN_PER_MINUTE', '0', { failOpenPerMinute: 0 }],
    ['MAX_SENDS_PER_NUMBER', '5', { maxSendsPerNumber: 5 }],
    ['MAX_SENDS_PER_NUMBER', '100000', { maxSendsPerNumber: 100_000 }],
    ['LOOKUP_CACHE_SECONDS', '600', { lookupCacheSeconds: 600 }],
    ['BLOCKLIST_TTL_SECONDS', '30', { firestore: { ttlSeconds: 30 } }],
    ['BLOCKLIST_TTL_SECONDS', '0', { firestore: { ttlSeconds: 0 } }],
    ['BLOCKLIST_MAX_STALE_SECONDS', '3600', { firestore: { maxStaleSeconds: 3600 } }],
    ['FIRESTORE_DATABASE', 'gateway-rules', { firestore: { database: 'gateway-rules' } }],
    ['FIRESTORE_EMULATOR_HOST', '127.0.0.1:8080', { firestore: { emulatorHost: '127.0.0.1:8080' } }],
    ['LOG_LEVEL', 'debug', { logLevel: 'DEBUG' }],
    ['TWILIO_API_BASE_URL', 'http://127.0.0.1:4010', { twilio: { baseUrl: 'http://127.0.0.1:4010' } }],
  ])('reads %s=%s', (name, value, expected) => {
    expect(read({ [name]: value })).toMatchObject(expected);
  });

  it('reads a default channel that is enabled', () => {
    expect(read({ ENABLED_CHANNELS: 'sms,whatsapp', DEFAULT_CHANNEL: 'whatsapp' }).policy).toMatchObject({
      defaultChannel: 'whatsapp',
    });
  });

  it.each([
    ['', []],
    ['ip_and_phone:ip_and_phone', [{ name: 'ip_and_phone', kind: 'ip_and_phone' }]],
    [
      ' a:phone , b-c.d:ip,e_f:phone_prefix,g:country,h:carrier,i:global,',
      [
        { name: 'a', kind: 'phone' },
        { name: 'b-c.d', kind: 'ip' },
        { name: 'e_f', kind: 'phone_prefix' },
        { name: 'g', kind: 'country' },
        { name: 'h', kind: 'carrier' },
        { name: 'i', kind: 'global' },
      ],
    ],
  ])('reads RATE_LIMITS=%j', (value, expected) => {
    expect(read({ RATE_LIMITS: value }).policy.rateLimits).toEqual(expected);
  });
});

describe('readGatewayConfig: faults', () => {
  const integers = [
    'GATEWAY_JWT_MAX_AGE_SECONDS',
    'CODE_LENGTH',
    'REQUEST_DEADLINE_MS',
    'MAX_IN_FLIGHT',
    'FAIL_OPEN_PER_MINUTE',
    'MAX_SENDS_PER_NUMBER',
    'LOOKUP_CACHE_SECONDS',
    'BLOCKLIST_TTL_SECONDS',
    'BLOCKLIST_MAX_STALE_SECONDS',
  ];
  const noIntegers = ['-1', '1.5', '1e3', '0x10', 'ten', '10s', '999999999999999', '9'.repeat(400)];

  it.each(integers.flatMap((name) => noIntegers.map((value) => [name, value] as const)))(
    'refuses %s=%s',
    (name, value) => {
      expect(problemsOf({ [name]: value })).toEqual([
        expect.stringMatching(new RegExp(`^${name} must be a whole number`)),
      ]);
    },
  );

  it.each([
    ['CODE_LENGTH', '3'],
    ['CODE_LENGTH', '11'],
    ['MAX_IN_FLIGHT', '0'],
    ['MAX_SENDS_PER_NUMBER', '0'],
    ['REQUEST_DEADLINE_MS', '99'],
    ['BLOCKLIST_TTL_SECONDS', '-1'],
    ['GATEWAY_JWT_REQUIRE_EXP', 'yes'],
    ['GATEWAY_SECRET_BASE64', '1'],
    ['ENABLED_CHANNELS', 'sms,voice'],
    ['ENABLED_CHANNELS', 'sms,'],
    ['DEFAULT_CHANNEL', 'voice'],
    ['RESEND_STRATEGY', 'Cancel'],
    ['BLOCKLIST_FAILURE', 'block'],
    ['LOOKUP_FAILURE', 'open'],
    ['UNKNOWN_CARRIER', 'maybe'],
    ['BLOCK_RESPONSE', '200'],
    ['LOG_LEVEL', 'verbose'],
    ['RATE_LIMITS', 'ip_and_phone'],
    ['RATE_LIMITS', 'a:phones'],
    ['RATE_LIMITS', 'a b:phone'],
    ['RATE_LIMITS', ':phone'],
    ['RATE_LIMITS', 'a:phone,a:ip'],
    ['CODE_PATTERN', '(\\d{6}'],
    ['CODE_PATTERN', '\\d{6}'],
    ['CODE_PATTERN', '(?:\\d{6})'],
    ['CODE_PATTERN', '(\\d{3})-(\\d{3})'],
    ['FIRESTORE_DATABASE', 'No Such Name'],
    ['TWILIO_API_BASE_URL', 'http://example.com'],
    ['TWILIO_ACCOUNT_SID', 'SK00000000000000000000000000000001'],
    ['TWILIO_API_KEY_SID', 'AC00000000000000000000000000000001'],
    ['TWILIO_VERIFY_SERVICE_SID', 'VE00000000000000000000000000000001'],
  ])('refuses %s=%s, once', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it('refuses a default channel that was set and is not enabled', () => {
    expect(problemsOf({ DEFAULT_CHANNEL: 'call' })).toEqual([
      'DEFAULT_CHANNEL is not among ENABLED_CHANNELS',
    ]);
  });

  it('starts without the default channel where none was set: those who ask for a channel are served', () => {
    expect(read({ ENABLED_CHANNELS: 'email' }).policy).toMatchObject({
      enabledChannels: ['email'],
      defaultChannel: 'sms',
    });
  });

  it.each(Object.keys(REQUIRED))('refuses to do without %s', (name) => {
    expect(problemsOf({ [name]: '' })).toEqual([`${name} is missing`]);
  });

  const bounded = [
    ...integers,
    'TWILIO_ACCOUNT_SID',
    'TWILIO_API_KEY_SID',
    'TWILIO_VERIFY_SERVICE_SID',
    'TWILIO_API_BASE_URL',
    'GATEWAY_JWT_REQUIRE_EXP',
    'GATEWAY_SECRET_BASE64',
    'CODE_PATTERN',
    'ENABLED_CHANNELS',
    'DEFAULT_CHANNEL',
    'RATE_LIMITS',
    'RESEND_STRATEGY',
    'BLOCKLIST_FAILURE',
    'LOOKUP_FAILURE',
    'UNKNOWN_CARRIER',
    'BLOCK_RESPONSE',
    'LOG_LEVEL',
  ];

  it('names every fault in one error, and quotes no value', () => {
    const env = Object.fromEntries(bounded.map((name) => [name, CANARY]));
    const problems = problemsOf(env);
    const named = bounded.filter((name) => problems.some((problem) => problem.startsWith(name)));

    expect(named).toEqual(bounded);
    expect(() => read(env)).not.toThrow(CANARY);
    expect(() => read(env)).toThrow(problems.join('; '));
  });
});
