import type { RateLimitKind } from '../../functions/domain/rate-limit-values.ts';
import { CliProblem } from './cli-problem.ts';

/** How many starts Verify allows for one value in a time. */
export interface Bucket {
  readonly max: number;
  readonly intervalSeconds: number;
}

const MAX_BUCKET = 1_000_000;
const DAY_SECONDS = 86_400;

/**
 * The buckets that a new limit gets, by what it counts. How much is too much for a country, a network or all together
 * depends on the traffic: those have none, and the operator names one.
 */
export const DEFAULT_BUCKETS: Readonly<Record<RateLimitKind, readonly Bucket[]>> = {
  ip_and_phone: [
    { max: 5, intervalSeconds: 600 },
    { max: 20, intervalSeconds: DAY_SECONDS },
  ],
  phone: [
    { max: 5, intervalSeconds: 600 },
    { max: 15, intervalSeconds: DAY_SECONDS },
  ],
  ip: [
    { max: 20, intervalSeconds: 600 },
    { max: 100, intervalSeconds: DAY_SECONDS },
  ],
  phone_prefix: [{ max: 30, intervalSeconds: 600 }],
  country: [],
  carrier: [],
  global: [],
};

/**
 * Reads `NAME=MAX/SECONDS`, as given to `--bucket`.
 *
 * @throws CliProblem for anything else
 */
export function parseBucket(text: string): readonly [name: string, bucket: Bucket] {
  const [, name, max, seconds] = /^([\w.-]{1,64})=(\d{1,7})\/(\d{1,6})$/.exec(text) ?? [];
  const bucket = { max: Number(max), intervalSeconds: Number(seconds) };
  const isGood =
    bucket.max >= 1 &&
    bucket.max <= MAX_BUCKET &&
    bucket.intervalSeconds >= 1 &&
    bucket.intervalSeconds <= DAY_SECONDS;
  if (name === undefined || !isGood)
    throw new CliProblem('A bucket is NAME=MAX/SECONDS, such as global=1000/3600, over at most a day.');
  return [name, bucket];
}
