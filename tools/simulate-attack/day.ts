import { createTwilioSimulator, type TwilioSimulator } from '../twilio-simulator/create-twilio-simulator.ts';
import { SIMULATOR_DEFAULTS, type RateLimitOption } from '../twilio-simulator/settings.ts';
import { createHttpClient, type HttpClient } from '../../functions/adapters/http-client.ts';
import type { SendEvent, Traffic } from './traffic.ts';

/** What stands between those who ask for codes and Twilio. */
export interface Defence {
  /** Asks for a code; gives whether it was sent. */
  send(event: SendEvent, nowMs: number): Promise<boolean>;
  /** Called every five minutes. */
  everyFiveMinutes(nowMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Where a defence finds Twilio. */
export interface Twilio {
  readonly url: string;
  readonly httpClient: HttpClient;
  /** Calls it, and gives the status and the answer. */
  call(method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>): Promise<TwilioReply>;
}

/** What came back. */
export interface TwilioReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a day came to. */
export interface DayResult {
  /** Minutes of the day at which a send of the attack reached Verify. */
  readonly attackSends: readonly number[];
  readonly attackLookups: number;
  readonly honestSends: number;
  readonly honestLookups: number;
  readonly honestRefused: number;
  readonly logins: number;
}

/** One way of running the day. */
export interface DayOptions {
  readonly traffic: Traffic;
  readonly rateLimits: readonly RateLimitOption[];
  /** Whether logins are reported to Verify. */
  readonly hasFeedback: boolean;
  /** Where the day is cut off, in milliseconds; default: its end. */
  readonly untilMs?: number;
  readonly start: (twilio: Twilio) => Promise<Defence>;
}

const { serviceSid, apiKey } = SIMULATOR_DEFAULTS;
const VERIFICATIONS = `/v2/Services/${serviceSid}/Verifications`;
const TICK_MS = 10_000;
const DAY_MS = 86_400_000;
const WATCH_EVERY_MS = 300_000;
const AT_ONCE = 8;
const REMEMBERED = 400_000;

/** Plays a whole day against a defence, with the time at Twilio put forward from one ten seconds to the next. */
export async function playDay(options: DayOptions): Promise<DayResult> {
  const { traffic, rateLimits, hasFeedback, untilMs = DAY_MS, start } = options;
  const simulator = createTwilioSimulator({
    rateLimits,
    numbers: traffic.networks,
    remembered: REMEMBERED,
    attemptRequestsPerMinute: 1000,
  });
  const url = await simulator.listen();
  const httpClient = repeatedOnce(createHttpClient({ maxSockets: 2 * AT_ONCE }));
  const twilio: Twilio = { url, httpClient, call: createCall(url, httpClient) };
  const defence = await start(twilio);
  const clock = createClock(simulator);
  let honestRefused = 0;
  try {
    const logins: { readonly atMs: number; readonly number: string }[] = [];
    const sends = [...traffic.sends];
    for (let tick = 0; tick < untilMs; tick += TICK_MS) {
      const isWatchTime = tick % WATCH_EVERY_MS === 0;
      const due = takeUntil(sends, tick + TICK_MS);
      const reported = takeUntil(logins, tick);
      if (due.length === 0 && reported.length === 0 && !isWatchTime) continue;
      const nowMs = clock.moveTo(tick);
      await inGroups(reported, ({ number }) => reportLogin(twilio, number));
      if (isWatchTime) await defence.everyFiveMinutes(nowMs);
      await inGroups(due, async (event) => {
        const isSent = await defence.send(event, nowMs);
        if (!isSent && !event.isAttack) honestRefused += 1;
        if (!isSent || event.loginAfterMs === null || !hasFeedback) return;
        logins.push({ atMs: tick + event.loginAfterMs, number: event.number });
      });
      logins.sort((one, other) => one.atMs - other.atMs);
    }
    return { honestRefused, ...count(simulator, traffic, clock.startMs) };
  } finally {
    await defence.stop();
    httpClient.close();
    await simulator.close();
  }
}

/** A connection may be lost under load; a code that was sent already is answered as a duplicate. */
function repeatedOnce(httpClient: HttpClient): HttpClient {
  return {
    ...httpClient,
    request: async (request) => {
      try {
        return await httpClient.request(request);
      } catch {
        return await httpClient.request(request);
      }
    },
  };
}

async function reportLogin(twilio: Twilio, number: string): Promise<void> {
  await twilio.call('POST', `${VERIFICATIONS}/${encodeURIComponent(number)}`, { Status: 'approved' });
}

function createCall(url: string, httpClient: HttpClient): Twilio['call'] {
  const authorization = `Basic ${Buffer.from(`${apiKey.sid}:${apiKey.secret}`).toString('base64')}`;
  return async (method, path, form) => {
    const { status, body } = await httpClient.request({
      method,
      url: url + path,
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
      timeoutMs: 20_000,
    });
    return { status, body: JSON.parse(body) as TwilioReply['body'] };
  };
}

/** The simulator's clock goes on by itself too: what has passed is not put forward again. */
function createClock(simulator: TwilioSimulator) {
  const startMs = Date.now();
  let aheadMs = 0;
  return {
    startMs,
    moveTo: (tickMs: number): number => {
      const target = startMs + tickMs;
      const missing = target - (Date.now() + aheadMs);
      if (missing > 0) {
        simulator.advanceClock(missing);
        aheadMs += missing;
      }
      return Math.max(target, Date.now() + aheadMs);
    },
  };
}

/** Takes what comes before a moment off a list that is in order. */
function takeUntil<T extends { readonly atMs: number }>(events: T[], endMs: number): readonly T[] {
  const next = events.findIndex(({ atMs }) => atMs >= endMs);
  return events.splice(0, next === -1 ? events.length : next);
}

async function inGroups<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < all.length; first += AT_ONCE) {
    await Promise.all(all.slice(first, first + AT_ONCE).map(act));
  }
}

function count(
  { delivered, seen }: TwilioSimulator,
  { networks }: Traffic,
  startMs: number,
): Omit<DayResult, 'honestRefused'> {
  const isAttack = (number: string | null): boolean => number !== null && Object.hasOwn(networks, number);
  const lookups = seen.filter(({ operation, status }) => operation === 'lookup' && status === 200);
  const approvals = seen.filter(({ params, status }) => params['Status'] === 'approved' && status === 200);
  const attack = delivered.filter(({ to }) => isAttack(to));
  const attackLookups = lookups.filter(({ to }) => isAttack(to)).length;
  return {
    attackSends: attack.map(({ at }) => (at.getTime() - startMs) / 60_000),
    attackLookups,
    honestSends: delivered.length - attack.length,
    honestLookups: lookups.length - attackLookups,
    logins: approvals.length,
  };
}
