import { createAttemptStore } from './attempt-store.ts';
import { createAttempts } from './attempts.ts';
import { createBoundedLog, type BoundedLog } from './bounded-log.ts';
import type { ApiKey } from './credentials.ts';
import { createKeys } from './keys.ts';
import { createLookup } from './lookups.ts';
import type { Operation } from './operation.ts';
import { createRateLimits } from './rate-limits.ts';
import type { Handler } from './reply.ts';
import { createServiceStore } from './service-store.ts';
import { createServices } from './services.ts';
import { SIMULATOR_DEFAULTS, settingsOf, type Settings, type TwilioSimulatorOptions } from './settings.ts';
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts';
import { createStartLimits } from './start-limits.ts';
import { createVerificationStore, type Verification } from './verification-store.ts';
import { createVerifications, type Delivered } from './verifications.ts';

/** The simulated Twilio without its HTTP: what it knows and what it can do. */
export interface World {
  readonly clock: SimulatedClock;
  readonly settings: () => Settings;
  /** Changes settings; rate limits only where they are named. */
  change(changes: Partial<Settings>): void;
  readonly operations: Readonly<Record<Exclude<Operation, 'unknown'>, Handler>>;
  readonly delivered: BoundedLog<Delivered>;
  /** An API key that was made over the API. */
  readonly madeKey: (sid: string) => ApiKey | undefined;
  /** Oldest first. */
  readonly verifications: readonly Verification[];
  /** Back to how it was made. */
  clear(): void;
}

/** Makes a Twilio account with one Verify service. */
export function createWorld(options: TwilioSimulatorOptions): World {
  const { accountSid = SIMULATOR_DEFAULTS.accountSid, serviceSid = SIMULATOR_DEFAULTS.serviceSid } = options;
  const remembered = options.remembered ?? SIMULATOR_DEFAULTS.remembered;
  const requestsPerMinute = options.attemptRequestsPerMinute ?? SIMULATOR_DEFAULTS.attemptRequestsPerMinute;
  const clock = createSimulatedClock();
  const { nowMs } = clock;
  let current = settingsOf(options);
  const settings = (): Settings => current;
  const services = createServiceStore(serviceSid, current, nowMs);
  const verifications = createVerificationStore(remembered, nowMs);
  const attempts = createAttemptStore(remembered);
  const startLimits = createStartLimits(nowMs);
  const delivered = createBoundedLog<Delivered>(remembered);
  const base = { accountSid, nowMs, services, attempts };
  const attemptOperations = createAttempts({ ...base, requestsPerMinute });
  const keys = createKeys(accountSid);
  const memories = [keys, clock, verifications, attempts, startLimits, delivered, attemptOperations];

  return {
    clock,
    settings,
    change: (changes) => {
      current = { ...current, ...changes };
      services.apply(changes);
    },
    operations: {
      lookup: createLookup(settings),
      ...verificationOperations(
        createVerifications({ ...base, settings, verifications, startLimits, delivered }),
      ),
      ...serviceOperations(createServices(base)),
      ...rateLimitOperations(createRateLimits(base)),
      'attempt.list': attemptOperations.list,
      'attempt.fetch': attemptOperations.fetch,
      'attempt.summary': attemptOperations.summary,
      'key.create': keys.create,
      'key.list': keys.list,
    },
    delivered,
    madeKey: keys.made,
    verifications: verifications.history,
    clear: () => {
      for (const memory of memories) memory.clear();
      current = settingsOf(options);
      services.reset(current);
    },
  };
}

function verificationOperations({ create, fetch, update }: ReturnType<typeof createVerifications>) {
  return { 'verification.create': create, 'verification.fetch': fetch, 'verification.update': update };
}

function serviceOperations({ list, create, fetch, update }: ReturnType<typeof createServices>) {
  return { 'service.list': list, 'service.create': create, 'service.fetch': fetch, 'service.update': update };
}

function rateLimitOperations(limits: ReturnType<typeof createRateLimits>) {
  return {
    'rate-limit.list': limits.list,
    'rate-limit.create': limits.create,
    'rate-limit.fetch': limits.fetch,
    'bucket.list': limits.listBuckets,
    'bucket.create': limits.createBucket,
    'bucket.update': limits.updateBucket,
  };
}
