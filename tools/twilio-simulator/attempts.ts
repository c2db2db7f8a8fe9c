import type { Attempt, AttemptStore } from './attempt-store.ts';
import { attemptAnswer } from './attempt-answer.ts';
import { pageReply } from './page.ts';
import type { Call, Handler, Reply } from './reply.ts';
import { invalidParameter, notFound, twilioError } from './twilio-error.ts';

/** What the operations on attempts work with. */
export interface AttemptsContext {
  readonly accountSid: string;
  readonly nowMs: () => number;
  readonly attempts: AttemptStore;
  /** How often each of them may be asked in a minute. */
  readonly requestsPerMinute: number;
}

/** The operations on attempts. */
export interface Attempts {
  readonly list: Handler;
  readonly fetch: Handler;
  readonly summary: Handler;
  /** Forgets how often they were asked. */
  clear(): void;
}

type Filter = (attempt: Attempt) => boolean;

const KEPT_MS = 30 * 86_400_000;
// E-mail has no attempts at Twilio.
const CHANNELS: ReadonlySet<string> = new Set(['sms', 'call', 'whatsapp']);
const SECONDS = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?$/;

/** Makes the operations on attempts. What is older than 30 days is not shown. */
export function createAttempts(context: AttemptsContext): Attempts {
  const throttles = [createThrottle(context), createThrottle(context)] as const;
  const find = (filters: readonly Filter[]): readonly Attempt[] => {
    const oldest = context.nowMs() - KEPT_MS;
    const isShown: Filter = ({ channel, createdAtMs }) => CHANNELS.has(channel) && createdAtMs >= oldest;
    const all = [isShown, ...filters];
    return context.attempts.entries.filter((attempt) => all.every((filter) => filter(attempt))).reverse();
  };
  const show = ({ origin }: Call) => {
    const now = context.nowMs();
    return (attempt: Attempt) => attemptAnswer(attempt, { accountSid: context.accountSid, origin, now });
  };
  return {
    list: (call) => {
      if (!throttles[0].take()) return twilioError(20429);
      const filters = filtersOf(call.params, LIST_FILTERS);
      return 'reply' in filters
        ? filters.reply
        : pageReply(call, 'attempts', find(filters.filters), show(call));
    },
    fetch: (call) => {
      const [attempt] = find([({ sid }) => sid === call.ids[0]]);
      return attempt === undefined ? notFound(call.path) : { status: 200, body: show(call)(attempt) };
    },
    summary: (call) => {
      if (!throttles[1].take()) return twilioError(20429);
      const filters = filtersOf(call.params, SUMMARY_FILTERS);
      return 'reply' in filters
        ? filters.reply
        : { status: 200, body: summaryOf(find(filters.filters), call) };
    },
    clear: () => {
      for (const throttle of throttles) throttle.clear();
    },
  };
}

function summaryOf(attempts: readonly Attempt[], { origin, path }: Call): unknown {
  const converted = attempts.filter(({ isConverted }) => isConverted).length;
  return {
    total_attempts: attempts.length,
    total_converted: converted,
    total_unconverted: attempts.length - converted,
    conversion_rate_percentage:
      attempts.length === 0 ? null : ((converted / attempts.length) * 100).toFixed(9),
    url: `${origin}${path}`,
  };
}

function filtersOf(
  params: Readonly<Record<string, string>>,
  makers: FilterMakers,
): { readonly filters: readonly Filter[] } | { readonly reply: Reply } {
  const filters: Filter[] = [];
  for (const [name, value] of Object.entries(params)) {
    const make = makers.get(name);
    if (make === undefined) continue;
    const filter = make(value);
    if (filter === null) return { reply: invalidParameter(name, value) };
    filters.push(filter);
  }
  return { filters };
}

// By the name of the parameter; null for a value that is not valid.
type FilterMakers = ReadonlyMap<string, (value: string) => Filter | null>;

const SHARED_FILTERS: FilterMakers = new Map<string, (value: string) => Filter | null>([
  ['VerifyServiceSid', (value) => (attempt) => attempt.serviceSid === value],
  ['Country', (value) => (attempt) => attempt.facts?.country === value],
  ['Channel', channelFilter],
  ['DateCreatedAfter', (value) => dateFilter(value, (createdAtMs, limit) => createdAtMs >= limit)],
  ['DateCreatedBefore', (value) => dateFilter(value, (createdAtMs, limit) => createdAtMs <= limit)],
]);
const LIST_FILTERS: FilterMakers = new Map<string, (value: string) => Filter | null>([
  ...SHARED_FILTERS,
  ['VerificationSid', (value) => (attempt) => attempt.verificationSid === value],
  ['ChannelData.To', (value) => (attempt) => attempt.to === value],
  ['Status', statusFilter],
]);
const SUMMARY_FILTERS: FilterMakers = new Map<string, (value: string) => Filter | null>([
  ...SHARED_FILTERS,
  ['DestinationPrefix', (value) => (attempt) => attempt.to.startsWith(value)],
]);

function channelFilter(value: string): Filter | null {
  return /^(sms|call|email|whatsapp|rbm)$/.test(value) ? ({ channel }) => channel === value : null;
}

function statusFilter(value: string): Filter | null {
  if (value !== 'converted' && value !== 'unconverted') return null;
  return ({ isConverted }) => isConverted === (value === 'converted');
}

function dateFilter(value: string, compare: (createdAtMs: number, limit: number) => boolean): Filter | null {
  const limit = SECONDS.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(limit)) return null;
  return ({ createdAtMs }) => compare(Math.floor(createdAtMs / 1000) * 1000, limit);
}

function createThrottle({ nowMs, requestsPerMinute }: AttemptsContext) {
  let minute = 0;
  let count = 0;
  return {
    take: (): boolean => {
      const current = Math.floor(nowMs() / 60_000);
      if (current !== minute) count = 0;
      minute = current;
      count += 1;
      return count <= requestsPerMinute;
    },
    clear: (): void => {
      count = 0;
    },
  };
}
