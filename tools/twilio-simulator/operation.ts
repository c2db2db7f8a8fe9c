/** Everything of Twilio that the simulator answers; `unknown` is any other path. */
export const OPERATIONS = [
  'lookup',
  'verification.create',
  'verification.fetch',
  'verification.update',
  'service.list',
  'service.create',
  'service.fetch',
  'service.update',
  'rate-limit.list',
  'rate-limit.create',
  'rate-limit.fetch',
  'bucket.list',
  'bucket.create',
  'bucket.update',
  'attempt.list',
  'attempt.fetch',
  'attempt.summary',
  'key.create',
  'key.list',
  'unknown',
] as const;

/** The name of one thing that Twilio can be asked. */
export type Operation = (typeof OPERATIONS)[number];

/** Reads the name of an operation; null for anything else. */
export function parseOperation(text: unknown): Operation | null {
  return OPERATIONS.find((operation) => operation === text) ?? null;
}
