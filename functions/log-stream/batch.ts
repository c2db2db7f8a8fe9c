import { Refusal } from '../domain/refusal.ts';
import { createFindHints, type EventNames } from './find-hints.ts';
import type { Login } from './login.ts';
import { createReadEvent, type LoginEvent, type ReadEvent } from './login-event.ts';
import { splitBatch } from './split-batch.ts';

/** What was in a batch: `received` events, good or bad, and `relevant` logins among them, which are all either one of the next five or in `logins`. */
export interface BatchCounts {
  readonly received: number;
  readonly relevant: number;
  /** Older than anybody would ask for. */
  readonly stale: number;
  /** Number masked or hashed by the settings of the stream. */
  readonly masked: number;
  /** Users known by something else than a number (or address): linked accounts. */
  readonly withoutNumber: number;
  /** A `log_id` or recipient that this batch has named before. */
  readonly duplicate: number;
  /** Lines and elements that are no events. */
  readonly bad: number;
}

/** A batch, read. */
export interface Batch {
  /** One for each recipient, in the order of their first events. */
  readonly logins: readonly Login[];
  readonly counts: BatchCounts;
}

/** Which events matter, and until when. */
export interface BatchOptions extends EventNames {
  /** Events that are older are skipped. */
  readonly maxAgeSeconds: number;
  /** A clock in milliseconds of the epoch; default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Reads a batch as the log stream sends it, whatever its form: a list, `{"logs":[…]}`, one event, or JSON Lines.
 *
 * Only events whose bytes could be those of a relevant login are parsed, and none of more than 1 MiB. One that is bad never stops the others, but
 * after 1,000 that are no JSON all that would have to be parsed counts as bad.
 *
 * @throws Refusal `malformed_request` when nothing in a body that is not empty can be parsed
 */
export type ReadBatch = (body: Buffer) => Batch;

// Many times longer than any event. Parsed, an object may take many times the memory of its bytes.
const LONGEST_OBJECT = 1_048_576;
const LONGEST_OTHER = 10_000;
// Each costs as much as parsing kilobytes does.
const MOST_FAILED_PARSES = 1000;

/**
 * Creates the reading of batches.
 *
 * @throws TypeError for types and connections that are not made of letters, digits, `_`, `.` and `-`
 */
export function createReadBatch(options: BatchOptions): ReadBatch {
  const { maxAgeSeconds, now = Date.now } = options;
  const maxAgeMs = maxAgeSeconds * 1000;
  const findHintsIn = createFindHints(options);
  const readEvent = createReadEvent({ ...options, maxAgeMs, now });

  return (body) => {
    const counts = { received: 0, relevant: 0, stale: 0, masked: 0, withoutNumber: 0, duplicate: 0, bad: 0 };
    const collected = createLogins(maxAgeMs);
    const findHints = findHintsIn(body);
    const proof = { isGiven: false };
    const parseObject = createParse(body);
    const parseOther = createParse(body);

    const bad = (): void => {
      counts.received += 1;
      counts.bad += 1;
    };
    const take = (event: unknown): void => {
      counts.received += 1;
      const read = readEvent(event);
      if (read.kind === 'ignored') return;
      counts.relevant += 1;
      if (read.kind !== 'login') counts[COUNTED_AS[read.kind]] += 1;
      else if (!collected.add(read.login)) counts.duplicate += 1;
    };

    splitBatch(body, {
      // The first of all is parsed for the proof that this is JSON.
      isOfInterest: (from, to) => !proof.isGiven || findHints(from, to),
      passedOver: () => (counts.received += 1),
      object: (from, to, isTooDeep) => {
        const value = isTooDeep || to - from > LONGEST_OBJECT ? undefined : parseObject(from, to);
        if (value === undefined) {
          bad();
          return isTooDeep;
        }
        proof.isGiven = true;
        for (const event of eventsOf(value)) take(event);
        return true;
      },
      other: (from, to) => {
        bad();
        proof.isGiven ||= to - from <= LONGEST_OTHER && parseOther(from, to) !== undefined;
      },
      broken: bad,
    });

    if (counts.bad > 0 && !proof.isGiven) throw new Refusal('malformed_request');
    return { logins: collected.all(), counts };
  };
}

const COUNTED_AS = {
  stale: 'stale',
  masked: 'masked',
  without_number: 'withoutNumber',
} as const satisfies Record<Exclude<ReadEvent['kind'], 'ignored' | 'login'>, keyof BatchCounts>;

/** A batch whose list was not recognised by its bytes, because the key `logs` is spelt otherwise. */
function eventsOf(value: unknown): readonly unknown[] {
  const logs = typeof value === 'object' && value !== null && 'logs' in value ? value.logs : undefined;
  return Array.isArray(logs) ? logs : [value];
}

/** Creates the parsing of what is in a body: nothing is parsed any more after too many failures. */
function createParse(body: Buffer): (from: number, to: number) => unknown {
  let failuresLeft = MOST_FAILED_PARSES;
  return (from, to) => {
    if (failuresLeft === 0) return undefined;
    try {
      return JSON.parse(body.toString('utf8', from, to)) as unknown;
    } catch {
      failuresLeft -= 1;
      return undefined;
    }
  };
}

/** Gathers logins, one for each recipient. */
function createLogins(maxAgeMs: number) {
  const logIds = new Set<string>();
  const byRecipient = new Map<
    string,
    { country: string | null; keys: string[]; freshUntilMs: number | null }
  >();
  return {
    /** Gives whether it is one that no event before has told of. */
    add: ({ to, country, logId, happenedAtMs }: LoginEvent): boolean => {
      if (logId !== null && logIds.has(logId)) return false;
      if (logId !== null) logIds.add(logId);
      const known = byRecipient.get(to);
      const login = known ?? { country, keys: [], freshUntilMs: null };
      if (logId !== null || happenedAtMs !== null) login.keys.push(JSON.stringify([to, logId, happenedAtMs]));
      if (happenedAtMs !== null) {
        login.freshUntilMs = Math.max(login.freshUntilMs ?? -Infinity, happenedAtMs + maxAgeMs);
      }
      byRecipient.set(to, login);
      return known === undefined;
    },
    all: (): readonly Login[] => [...byRecipient].map(([to, login]) => ({ to, ...login })),
  };
}
