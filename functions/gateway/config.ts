import type { Environment } from '../adapters/environment.ts';
import { readSharedEnvironment, type SharedEnvironment } from '../adapters/shared-environment.ts';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import { RATE_LIMIT_KINDS, type RateLimit } from '../domain/rate-limit-values.ts';
import type { TokenPolicy } from './bearer-token.ts';
import type { CodeFormat } from './one-time-code.ts';
import type { SendCodePolicy } from './sending.ts';

/** Everything that the gateway is told from outside, secrets apart; times in the units of their names. */
export interface GatewayConfig extends SharedEnvironment {
  readonly project: string;
  readonly tokens: TokenPolicy;
  readonly keysAreBase64: boolean;
  readonly codes: CodeFormat;
  readonly policy: SendCodePolicy;
  readonly blockResponse: 'error' | 'silent';
  readonly requestDeadlineMs: number;
  readonly maxInFlight: number;
  readonly failOpenPerMinute: number;
  readonly maxSendsPerNumber: number;
  readonly lookupCacheSeconds: number;
  /** Distinct numbers of one prefix that an instance looks up in a minute; 0 sets no bound. */
  readonly lookupsPerPrefixPerMinute: number;
  readonly firestore: {
    readonly database: string;
    readonly emulatorHost: string | undefined;
    readonly ttlSeconds: number;
    readonly maxStaleSeconds: number;
  };
}

const DAY_SECONDS = 86_400;

/** Reads the configuration; what is wrong with it is collected by the reader, whose `finish` throws it. */
export function readGatewayConfig(read: Environment): GatewayConfig {
  return {
    ...readSharedEnvironment(read),
    project: read.required('GOOGLE_CLOUD_PROJECT'),
    tokens: {
      audience: read.text('GATEWAY_JWT_AUDIENCE', 'urn:sms-gateway'),
      subject: read.text('GATEWAY_JWT_SUBJECT', 'urn:Auth0', { emptyIsValue: true }),
      maxAgeSeconds: read.integer('GATEWAY_JWT_MAX_AGE_SECONDS', 0, { min: 0, max: 365 * DAY_SECONDS }),
      requireExpiry: read.flag('GATEWAY_JWT_REQUIRE_EXP', false),
    },
    keysAreBase64: read.flag('GATEWAY_SECRET_BASE64', false),
    codes: { pattern: readCodePattern(read), length: read.integer('CODE_LENGTH', 6, { min: 4, max: 10 }) },
    policy: readPolicy(read),
    blockResponse: read.oneOf('BLOCK_RESPONSE', ['error', 'silent'], 'error'),
    requestDeadlineMs: read.integer('REQUEST_DEADLINE_MS', 15_000, { min: 100, max: 60_000 }),
    maxInFlight: read.integer('MAX_IN_FLIGHT', 200, { min: 1, max: 10_000 }),
    failOpenPerMinute: read.integer('FAIL_OPEN_PER_MINUTE', 60, { min: 0, max: 1_000_000 }),
    maxSendsPerNumber: read.integer('MAX_SENDS_PER_NUMBER', 10, { min: 1, max: 1_000_000 }),
    lookupCacheSeconds: read.integer('LOOKUP_CACHE_SECONDS', DAY_SECONDS, { min: 0, max: 30 * DAY_SECONDS }),
    lookupsPerPrefixPerMinute: read.integer('LOOKUPS_PER_PREFIX_PER_MINUTE', 0, { min: 0, max: 100_000 }),
    firestore: {
      database: read.text('FIRESTORE_DATABASE', '(default)', {
        pattern: /^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/,
      }),
      emulatorHost: read.optional('FIRESTORE_EMULATOR_HOST'),
      ttlSeconds: read.integer('BLOCKLIST_TTL_SECONDS', 60, { min: 0, max: 3600 }),
      maxStaleSeconds: read.integer('BLOCKLIST_MAX_STALE_SECONDS', DAY_SECONDS, {
        min: 0,
        max: 30 * DAY_SECONDS,
      }),
    },
  };
}

function readPolicy(read: Environment): SendCodePolicy {
  const enabledChannels = read.listOf<Channel>('ENABLED_CHANNELS', CHANNELS, ['sms']);
  const defaultChannel = read.oneOf<Channel>('DEFAULT_CHANNEL', CHANNELS, 'sms');
  const isChosen = read.optional('DEFAULT_CHANNEL') !== undefined;
  if (isChosen && !enabledChannels.includes(defaultChannel))
    read.fault('DEFAULT_CHANNEL is not among ENABLED_CHANNELS');
  return {
    enabledChannels,
    defaultChannel,
    rateLimits: readRateLimits(read),
    resendStrategy: read.oneOf('RESEND_STRATEGY', ['cancel', 'reuse'], 'cancel'),
    blocklistFailure: read.oneOf('BLOCKLIST_FAILURE', ['allow', 'deny'], 'allow'),
    lookupFailure: read.oneOf('LOOKUP_FAILURE', ['allow', 'deny'], 'allow'),
    unknownCarrier: read.oneOf('UNKNOWN_CARRIER', ['allow', 'deny'], 'allow'),
  };
}

function readCodePattern(read: Environment): RegExp | null {
  const source = read.optional('CODE_PATTERN');
  if (source === undefined) return null;
  const pattern = compile(source);
  if (pattern === null) {
    read.fault('CODE_PATTERN is no regular expression');
    return null;
  }
  // An alternative that is empty always matches, and its match has an entry for each group.
  const groups = (new RegExp(`${source}|`, pattern.flags).exec('')?.length ?? 1) - 1;
  if (groups !== 1) read.fault('CODE_PATTERN must have exactly one group');
  return pattern;
}

/** With `u`, so that `\p{…}` works; without it where that refuses what most people write, such as `\-`. */
function compile(source: string): RegExp | null {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // The next one, or none.
    }
  }
  return null;
}

function readRateLimits(read: Environment): readonly RateLimit[] {
  const text = read.text('RATE_LIMITS', 'ip_and_phone:ip_and_phone', { emptyIsValue: true });
  const entries = text.split(',').map((entry) => entry.trim());
  const limits = entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, name, kindName] = /^([\w.-]{1,64}):(\w+)$/.exec(entry) ?? [];
      const kind = RATE_LIMIT_KINDS.find((known) => known === kindName);
      return name === undefined || kind === undefined ? null : { name, kind };
    });
  const known = limits.filter((limit) => limit !== null);
  if (known.length < limits.length) {
    read.fault(`RATE_LIMITS must list name:kind pairs, with kinds of ${RATE_LIMIT_KINDS.join(', ')}`);
  }
  if (new Set(known.map(({ name }) => name)).size < known.length)
    read.fault('RATE_LIMITS names a limit twice');
  return known;
}
