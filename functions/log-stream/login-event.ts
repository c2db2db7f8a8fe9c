import { parseEmailAddress } from '../domain/email-address.ts';
import { parsePhoneNumber } from '../domain/phone-number.ts';
import type { EventNames } from './find-hints.ts';

/** A login that an event tells of. */
export interface LoginEvent {
  /** E.164 number or e-mail address. */
  readonly to: string;
  /** Of the number; null for an address, and for a calling code that belongs to no country. */
  readonly country: string | null;
  readonly logId: string | null;
  /** In milliseconds of the epoch; null where the event has no date that can be relied on. */
  readonly happenedAtMs: number | null;
}

/**
 * What an event is: `ignored` is no login by code, `stale` one that is too old to matter, `masked` one whose number the
 * stream's settings made unreadable, `without_number` one of a user known by something else (linked accounts).
 */
export type ReadEvent =
  | { readonly kind: 'ignored' | 'stale' | 'masked' | 'without_number' }
  | { readonly kind: 'login'; readonly login: LoginEvent };

/** Which events matter. */
export interface LoginEventOptions extends EventNames {
  readonly maxAgeMs: number;
  /** A clock in milliseconds of the epoch. */
  readonly now: () => number;
}

type Fields = Readonly<Record<string, unknown>>;

const EMAIL_CONNECTION = 'email';
const NO_FIELDS: Fields = {};
const MOST_PROMPTS = 50;
const LONGEST_ID = 200;
const LONGEST_TEXT = 320;
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/;
// In 1973: a smaller number counts seconds, or nothing that is known.
const EARLIEST_MS = 1e11;
// What masking and hashing leave: stars or bullets anywhere, runs of x in what else is a number, and whole hashes in
// hexadecimal digits. An address or a number in another spelling is none of these.
const UNREADABLE = [
  /[*\u2022]/,
  /^(?=.*x{3})[\dx+ ./()-]+$/i,
  /^(?=.*[a-f])(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i,
];

/**
 * Creates the reading of one parsed event, with its envelope (`{log_id, data}`) or without. It takes any value and
 * never throws: every field may be absent or of another type.
 *
 * Evidence is `connection` or `strategy`, at the top level, in `details.prompts[]` or in `details`; only where neither is
 * listed the `user_id` counts, because a user of linked accounts keeps the id of the first. The evidence also says
 * whether a number or an address is looked for: a linked account has another account's address in `user_name`.
 *
 * @see https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes
 */
export function createReadEvent(options: LoginEventOptions): (event: unknown) => ReadEvent {
  const { types, connections, maxAgeMs, now } = options;
  return (event) => {
    const envelope = fieldsOf(event);
    const inner = fieldsOf(envelope['data']);
    const data = typeof inner['type'] === 'string' ? inner : envelope;
    const type = textOf(data['type']);
    if (type === null || !types.includes(type)) return { kind: 'ignored' };
    const details = fieldsOf(data['details']);
    const prompts = promptsOf(details);
    const evidence = evidenceOf(data, [data, details, ...prompts], connections);
    if (evidence.size === 0) return { kind: 'ignored' };

    const happenedAtMs = timeOf(data['date'], now() + maxAgeMs);
    if (happenedAtMs !== null && now() - happenedAtMs > maxAgeMs) return { kind: 'stale' };
    const names = namesOf(data, details, prompts);
    const recipient = firstRecipient(names, evidence);
    if (recipient === null) return { kind: names.some(isUnreadable) ? 'masked' : 'without_number' };
    return {
      kind: 'login',
      login: { ...recipient, logId: idOf(envelope['log_id']) ?? idOf(data['log_id']), happenedAtMs },
    };
  };
}

function evidenceOf(data: Fields, places: readonly Fields[], connections: readonly string[]): Set<string> {
  const named = places.flatMap((place) => [place['connection'], place['strategy']]);
  const listed = connections.filter((connection) => named.includes(connection));
  if (listed.length > 0) return new Set(listed);
  const userId = data['user_id'];
  return new Set(
    connections.filter((connection) => typeof userId === 'string' && userId.startsWith(`${connection}|`)),
  );
}

/** Everything that may be the number or address, each text once. */
function namesOf(data: Fields, details: Fields, prompts: readonly Fields[]): readonly string[] {
  const values = [data, ...prompts].map((fields) => fields['user_name']);
  values.push(fieldsOf(details['body'])['phone_number']);
  return [...new Set(values.map(textOf))].filter((text) => text !== null);
}

function firstRecipient(
  names: readonly string[],
  evidence: ReadonlySet<string>,
): Pick<LoginEvent, 'to' | 'country'> | null {
  const isByEmail = evidence.has(EMAIL_CONNECTION);
  const isByPhone = evidence.size > (isByEmail ? 1 : 0);
  for (const name of names) {
    const number = isByPhone ? parsePhoneNumber(name) : null;
    if (number !== null) return { to: number.e164, country: number.country };
    // Masked by stars, an address still has the form of one.
    const address = isByEmail && !isUnreadable(name) ? parseEmailAddress(name) : null;
    if (address !== null) return { to: address, country: null };
  }
  return null;
}

function isUnreadable(name: string): boolean {
  return UNREADABLE.some((pattern) => pattern.test(name));
}

function promptsOf(details: Fields): readonly Fields[] {
  const prompts: unknown = details['prompts'];
  return Array.isArray(prompts) ? prompts.slice(0, MOST_PROMPTS).map(fieldsOf) : [];
}

/** A date from the future would keep an event fresh for as long as it likes. */
function timeOf(date: unknown, latestMs: number): number | null {
  const timeMs = typeof date === 'number' && date >= EARLIEST_MS ? date : parseDate(date);
  return Number.isNaN(timeMs) || timeMs > latestMs ? null : timeMs;
}

/** In milliseconds of the epoch, NaN where it is no date; UTC where it names no zone. */
function parseDate(date: unknown): number {
  const parts = typeof date === 'string' ? DATE.exec(date) : null;
  if (parts === null) return NaN;
  return Date.parse(parts[1] === undefined ? `${parts[0]}Z` : parts[0]);
}

function idOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT ? value : null;
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
