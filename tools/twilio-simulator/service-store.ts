import { newSid } from './new-sid.ts';
import type { RateLimitOption, Settings } from './settings.ts';

/** What every resource of a service has. */
interface Resource {
  readonly sid: string;
  /** Counts up: the lists show the newest first. */
  readonly sequence: number;
  readonly createdAtMs: number;
  updatedAtMs: number;
}

/** A bucket of a rate limit. */
export interface Bucket extends Resource {
  max: number;
  intervalSeconds: number;
}

/** A rate limit of a service. */
export interface RateLimit extends Resource {
  readonly uniqueName: string;
  readonly description: string | null;
  readonly buckets: Bucket[];
}

/** A Verify service: its settings and its rate limits. */
export interface Service extends Resource {
  friendlyName: string;
  codeLength: number;
  customCodeEnabled: boolean;
  lookupEnabled: boolean;
  channels: ReadonlySet<string>;
  rateLimits: RateLimit[];
}

/** The Verify services of the account. */
export interface ServiceStore {
  get(sid: string): Service | undefined;
  all(): readonly Service[];
  /** Adds a service as the API makes them: without limits, custom codes off. */
  create(friendlyName: string): Service;
  /** Adds a limit without buckets. */
  addRateLimit(service: Service, uniqueName: string, description: string | null): RateLimit;
  addBucket(limit: RateLimit, max: number, intervalSeconds: number): Bucket;
  /** Takes over what the settings say of the one service that they are about; limits only where they are named. */
  apply(settings: Partial<Settings>): void;
  /** Back to that one service. */
  reset(settings: Settings): void;
}

/**
 * Starts with one service.
 *
 * @param sid - of the service that the settings are about
 */
export function createServiceStore(sid: string, settings: Settings, nowMs: () => number): ServiceStore {
  const services = new Map<string, Service>();
  const newResource = createNumbering(nowMs);

  const add = (resource: Resource, friendlyName: string): Service => {
    const switches = { customCodeEnabled: false, lookupEnabled: false, channels: settings.channels };
    const service: Service = { ...resource, friendlyName, codeLength: 6, ...switches, rateLimits: [] };
    services.set(service.sid, service);
    return service;
  };
  const addBucket = (limit: RateLimit, max: number, intervalSeconds: number): Bucket => {
    const bucket = { ...newResource('BL'), max, intervalSeconds };
    limit.buckets.push(bucket);
    return bucket;
  };
  const addRateLimit = (service: Service, uniqueName: string, description: string | null): RateLimit => {
    const limit = { ...newResource('RK'), uniqueName, description, buckets: [] };
    service.rateLimits.push(limit);
    return limit;
  };
  const replaceLimits = (service: Service, limits: readonly RateLimitOption[]): void => {
    service.rateLimits = [];
    for (const { uniqueName, buckets } of limits) {
      const limit = addRateLimit(service, uniqueName, null);
      for (const { max, intervalSeconds } of buckets) addBucket(limit, max, intervalSeconds);
    }
  };
  const apply = (changes: Partial<Settings>): void => {
    const service = services.get(sid) ?? add({ ...newResource('VA'), sid }, 'Simulator');
    service.customCodeEnabled = changes.customCodeEnabled ?? service.customCodeEnabled;
    service.lookupEnabled = changes.lookupEnabled ?? service.lookupEnabled;
    service.channels = changes.channels ?? service.channels;
    if (changes.rateLimits !== undefined) replaceLimits(service, changes.rateLimits);
  };

  apply(settings);
  return {
    get: (wanted) => services.get(wanted),
    all: () => [...services.values()],
    create: (friendlyName) => add(newResource('VA'), friendlyName),
    addRateLimit,
    addBucket,
    apply,
    reset: (fresh) => {
      services.clear();
      apply(fresh);
    },
  };
}

function createNumbering(nowMs: () => number): (prefix: string) => Resource {
  let sequence = 0;
  return (prefix) => {
    sequence += 1;
    const now = nowMs();
    return { sid: newSid(prefix), sequence, createdAtMs: now, updatedAtMs: now };
  };
}
