import type { Environment } from '../adapters/environment.ts';
import { readSharedEnvironment, type SharedEnvironment } from '../adapters/shared-environment.ts';

/** Everything that the function is told from outside, secrets apart; times in the units of their names. */
export interface LogStreamConfig extends SharedEnvironment {
  /** Names the trace in logs; without it no trace is written. */
  readonly project: string | undefined;
  /** Types of events that can be a login by code. */
  readonly types: readonly string[];
  /** Connections, or strategies, whose logins are by code. */
  readonly connections: readonly string[];
  readonly maxAgeSeconds: number;
  readonly concurrency: number;
  readonly batchDeadlineMs: number;
  readonly maxInFlight: number;
}

const DEFAULT_TYPES = 's,scoa,sepft,sepotpft,seacft';
// Longer than any stream is kept, so that a replay of old logs can be tried out.
const HUNDRED_YEARS_SECONDS = 3_155_760_000;
const NAMES = /^[\w.-]{1,64}(?:\s*,\s*[\w.-]{1,64})*$/;

/** Reads the configuration; what is wrong with it is collected by the reader, whose `finish` throws it. */
export function readLogStreamConfig(read: Environment): LogStreamConfig {
  return {
    ...readSharedEnvironment(read),
    project: read.optional('GOOGLE_CLOUD_PROJECT'),
    types: namesOf(read.text('SUCCESS_EVENTS', DEFAULT_TYPES, { pattern: NAMES })),
    connections: namesOf(read.text('OTP_CONNECTIONS', 'sms', { pattern: NAMES })),
    maxAgeSeconds: read.integer('FEEDBACK_MAX_AGE_SECONDS', 600, { min: 1, max: HUNDRED_YEARS_SECONDS }),
    concurrency: read.integer('FEEDBACK_CONCURRENCY', 16, { min: 1, max: 200 }),
    batchDeadlineMs: read.integer('BATCH_DEADLINE_MS', 20_000, { min: 100, max: 300_000 }),
    maxInFlight: read.integer('MAX_IN_FLIGHT', 200, { min: 1, max: 10_000 }),
  };
}

function namesOf(text: string): readonly string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))];
}
