import type { Environment } from '../adapters/environment.ts';
import { readSharedEnvironment, type SharedEnvironment } from '../adapters/shared-environment.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from './find-idle-networks.ts';

/** Everything that the function is told from outside, secrets apart; times in the units of their names. */
export interface WatchConfig extends SharedEnvironment {
  readonly project: string;
  readonly firestore: { readonly database: string; readonly emulatorHost: string | undefined };
  readonly thresholds: Thresholds;
  readonly maxInFlight: number;
  /** For one run; never longer than the time to the next. */
  readonly deadlineMs: number;
}

const MINUTE_MS = 60_000;
const PERCENT = { min: 0, max: 100 };

/** Reads the configuration; what is wrong with it is collected by the reader, whose `finish` throws it. */
export function readWatchConfig(read: Environment): WatchConfig {
  const intervalMinutes = read.integer('WATCH_INTERVAL_MINUTES', 5, { min: 1, max: 30 });
  const deadlineMs = read.integer('WATCH_DEADLINE_MS', MINUTE_MS, { min: 1000, max: 110_000 });
  return {
    ...readSharedEnvironment(read),
    project: read.required('GOOGLE_CLOUD_PROJECT'),
    firestore: {
      database: read.text('FIRESTORE_DATABASE', '(default)', {
        pattern: /^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/,
      }),
      emulatorHost: read.optional('FIRESTORE_EMULATOR_HOST'),
    },
    thresholds: readThresholds(read),
    maxInFlight: read.integer('MAX_IN_FLIGHT', 200, { min: 1, max: 10_000 }),
    deadlineMs: Math.min(deadlineMs, intervalMinutes * MINUTE_MS),
  };
}

/** Reads when a network counts as idle: `WATCH_MIN_SENDS` and its like. */
export function readThresholds(read: Environment): Thresholds {
  const { minSends, conversionPercent, minOtherAttempts, otherConversionPercent } = DEFAULT_THRESHOLDS;
  return {
    minSends: read.integer('WATCH_MIN_SENDS', minSends, { min: 1, max: 100_000 }),
    conversionPercent: read.integer('WATCH_CONVERSION_PERCENT', conversionPercent, PERCENT),
    minOtherAttempts: read.integer('WATCH_MIN_OTHER_ATTEMPTS', minOtherAttempts, { min: 1, max: 100_000 }),
    otherConversionPercent: read.integer('WATCH_OTHER_CONVERSION_PERCENT', otherConversionPercent, PERCENT),
  };
}
