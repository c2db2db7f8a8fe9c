import type { RateLimit } from '../../functions/domain/rate-limit-values.ts';
import type { Change } from './change.ts';
import { DEFAULT_BUCKETS, type Bucket } from './rate-limit-buckets.ts';
import { memberAt } from './member-at.ts';
import { textAt } from './text-at.ts';
import type { TwilioAdmin } from './twilio-admin.ts';

/** What the limits lack. */
export interface PlannedRateLimits {
  readonly changes: readonly Change[];
  /** Limits without any bucket, for which the operator must choose one: they limit nothing. */
  readonly withoutBucket: readonly string[];
}

/** Which limits. */
export interface PlanRateLimitsOptions {
  readonly admin: TwilioAdmin;
  /** Null for a service that is still to be made. */
  readonly serviceSid: string | null;
  /** Asked when a change is made. */
  readonly sidWhenApplied: () => string;
  readonly limits: readonly RateLimit[];
  /** Buckets by the name of their limit, beside or in place of the defaults. */
  readonly buckets: ReadonlyMap<string, readonly Bucket[]>;
}

interface Existing {
  readonly sid: string;
  readonly buckets: readonly {
    readonly sid: string;
    readonly max: number;
    readonly intervalSeconds: number;
  }[];
}

/** Finds the limits and buckets that are missing. A bucket of the operator's is never changed unless it is named. */
export async function planRateLimits(options: PlanRateLimitsOptions): Promise<PlannedRateLimits> {
  const { admin, serviceSid, limits } = options;
  const existing =
    serviceSid === null ? new Map<string, Existing>() : await readLimits(admin, serviceSid, limits);
  const plans = limits.map((limit) => planLimit(limit, existing.get(limit.name), options));
  return {
    changes: plans.flatMap(({ change }) => (change === null ? [] : [change])),
    withoutBucket: plans.flatMap(({ isEmpty }, index) => (isEmpty ? [limits[index]?.name ?? ''] : [])),
  };
}

async function readLimits(
  admin: TwilioAdmin,
  serviceSid: string,
  limits: readonly RateLimit[],
): Promise<Map<string, Existing>> {
  const path = `/v2/Services/${serviceSid}/RateLimits`;
  const found = new Map<string, Existing>();
  for (const limit of await admin.list(path, 'rate_limits')) {
    const [name, sid] = [textAt(limit, 'unique_name'), textAt(limit, 'sid')];
    if (!limits.some((wanted) => wanted.name === name)) continue;
    const buckets = (await admin.list(`${path}/${sid}/Buckets`, 'buckets')).map((bucket) => ({
      sid: textAt(bucket, 'sid'),
      max: Number(memberAt(bucket, 'max')),
      intervalSeconds: Number(memberAt(bucket, 'interval')),
    }));
    found.set(name, { sid, buckets });
  }
  return found;
}

function planLimit(
  { name, kind }: RateLimit,
  existing: Existing | undefined,
  { admin, buckets, sidWhenApplied }: PlanRateLimitsOptions,
): { readonly change: Change | null; readonly isEmpty: boolean } {
  const named = buckets.get(name);
  const there = existing?.buckets ?? [];
  const wanted = named ?? (there.length === 0 ? DEFAULT_BUCKETS[kind] : []);
  const missing = wanted.filter(
    ({ max, intervalSeconds }) =>
      !there.some((bucket) => bucket.intervalSeconds === intervalSeconds && bucket.max === max),
  );
  const isEmpty = there.length === 0 && wanted.length === 0;
  if (existing !== undefined && missing.length === 0) return { change: null, isEmpty };
  const lines = missing.map(({ max, intervalSeconds }) => `bucket: at most ${max} in ${intervalSeconds} s`);
  const apply = async (): Promise<void> => {
    const path = `/v2/Services/${sidWhenApplied()}/RateLimits`;
    const description = `verify-gateway counts by ${kind}`;
    const sid =
      existing?.sid ?? textAt(await admin.post(path, { UniqueName: name, Description: description }), 'sid');
    for (const { max, intervalSeconds } of missing) {
      // Verify has one bucket for each interval: https://www.twilio.com/docs/api/errors/60211
      const same = there.find((bucket) => bucket.intervalSeconds === intervalSeconds);
      const place = `${path}/${sid}/Buckets${same === undefined ? '' : `/${same.sid}`}`;
      await admin.post(place, { Max: max, Interval: intervalSeconds });
    }
  };
  const what = `${existing === undefined ? 'new rate limit' : 'rate limit'} ${name} (by ${kind})`;
  return { change: { what, lines, apply }, isEmpty };
}
