import { LRUCache } from 'lru-cache';
import { PhoneNumberListInstance } from 'twilio/lib/rest/lookups/v2/phoneNumber.js';
import type { Carrier } from '../domain/carrier.ts';
import { createDeadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { parseLineType } from '../domain/line-type.ts';
import type { Carriers, LookupResult } from '../gateway/ports.ts';
import { CircuitOpen, createCircuitBreaker, type CircuitBreaker } from './circuit-breaker.ts';
import { connectResource } from './connect-resource.ts';
import { HttpFailure } from './http-client.ts';
import { isRecord } from './is-record.ts';
import { TwilioFailure, type TwilioTransport } from './twilio-transport.ts';
import { TimeLimitPassed, withinTime } from './within-time.ts';

/** How Lookup is asked, and how long its answers are kept. */
export interface TwilioLookupOptions {
  readonly transport: TwilioTransport;
  /** How long an answer is kept, in seconds; default 86400. 0 keeps nothing. */
  readonly cacheSeconds?: number;
  /** Most numbers whose answers are kept; default 20,000. */
  readonly maxNumbers?: number;
  /**
   * Told of a number before it is paid for, maybe more than once; what it throws is what the caller gets. Default: does
   * nothing.
   */
  readonly beforeLookup?: (e164: string) => void;
  /** A monotonic clock in milliseconds, never 0; default `performance.now`. */
  readonly now?: () => number;
}

/** What Lookup says of a number, null where it says that there is none; `isDegraded` where it may know more in a while. */
interface Known {
  readonly carrier: Carrier | null;
  readonly isDegraded: boolean;
}

const LIMIT_MS = 2500;
const DEGRADED_SECONDS = 600;
const MAX_NAME_LENGTH = 100;
const NO_SUCH_NUMBER: Known = { carrier: null, isDegraded: true };

/**
 * Creates the paid question, over the `twilio` package's own resource: `line_type_intelligence` of Lookup v2.
 *
 * A call takes 2.5 seconds at most, its one repetition included; it is repeated after a lost connection or a 5xx. One
 * call runs at a time for a number: who asks meanwhile waits for it within an own deadline, and its answer counts as
 * `cached` for them, because they cost nothing. Answers without a usable line type or MCC, those with an error code of
 * their own and "no such number" are kept for 600 seconds; failures are not kept. After 20 failures in a row Lookup is
 * left alone for a second.
 *
 * @see https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence
 */
export function createTwilioLookup(options: TwilioLookupOptions): Carriers {
  const { transport, cacheSeconds = 86_400, maxNumbers = 20_000, now = () => performance.now() } = options;
  const kept = new LRUCache<string, Known>({ max: maxNumbers, ttlResolution: 0, perf: { now } });
  const running = new Map<string, Promise<Known | null>>();
  const breaker = createCircuitBreaker({ isOutage: (error) => error instanceof LookupOutage });

  const ask = async (e164: string): Promise<Known | null> => {
    options.beforeLookup?.(e164);
    const known = await fetchWhileItWorks(breaker, () => fetchKnown(transport, e164));
    if (known === null) return null;
    const keepSeconds = known.isDegraded ? Math.min(DEGRADED_SECONDS, cacheSeconds) : cacheSeconds;
    if (keepSeconds > 0) kept.set(e164, known, { ttl: keepSeconds * 1000 });
    return known;
  };

  return {
    checkBudget: ({ e164 }) => {
      if (!kept.has(e164) && !running.has(e164)) options.beforeLookup?.(e164);
    },
    carrierOf: async ({ e164 }, deadline) => {
      const known = kept.get(e164);
      if (known !== undefined) return resultOf(known, 'cached');
      const joined = running.get(e164);
      const call = joined ?? ask(e164).finally(() => running.delete(e164));
      if (joined === undefined) running.set(e164, call);
      return resultOf(await within(call, deadline.remainingMs()), joined === undefined ? 'fresh' : 'cached');
    },
  };
}

/** Lookup failed in a way that says nothing about the number. */
class LookupOutage extends Error {}

/** Null where Lookup is not available, at once where it failed several times in a row. */
async function fetchWhileItWorks(
  breaker: CircuitBreaker,
  fetch: () => Promise<Known | null>,
): Promise<Known | null> {
  try {
    return await breaker.run(async () => {
      const known = await fetch();
      if (known === null) throw new LookupOutage();
      return known;
    });
  } catch (error) {
    if (error instanceof LookupOutage || error instanceof CircuitOpen) return null;
    throw error;
  }
}

async function within(call: Promise<Known | null>, remainingMs: number): Promise<Known | null> {
  // The call itself ends by then.
  if (remainingMs >= LIMIT_MS) return call;
  try {
    return await withinTime(call, remainingMs);
  } catch (error) {
    if (error instanceof TimeLimitPassed) return null;
    throw error;
  }
}

function resultOf(known: Known | null, source: 'fresh' | 'cached'): LookupResult {
  return known === null ? { source: 'unavailable', carrier: null } : { source, carrier: known.carrier };
}

/** Null where Lookup is not available. */
async function fetchKnown(transport: TwilioTransport, e164: string): Promise<Known | null> {
  const limit = createDeadline(LIMIT_MS);
  const fetchOnce = async () => {
    const numbers = connectResource(
      PhoneNumberListInstance,
      transport.connect('lookups', limit.remainingMs()),
    );
    // The package puts the number into the path as it is.
    const number = numbers(encodeURIComponent(e164));
    return parseKnown(await number.fetch({ fields: 'line_type_intelligence' }));
  };
  try {
    try {
      return await fetchOnce();
    } catch (error) {
      if (!mayBeRepeated(error)) throw error;
      return await fetchOnce();
    }
  } catch (error) {
    return explain(error);
  }
}

function mayBeRepeated(error: unknown): boolean {
  if (error instanceof TwilioFailure) return error.status >= 500;
  return error instanceof HttpFailure && (error.kind === 'unreachable' || error.kind === 'interrupted');
}

function explain(error: unknown): Known | null {
  if (error instanceof HttpFailure) return null;
  if (!(error instanceof TwilioFailure)) throw error;
  const { status, code, retryAfterSeconds } = error;
  // Without Twilio's number of the error it is a proxy, or an address that is not Lookup's.
  if (status === 404) return code === null ? null : NO_SUCH_NUMBER;
  if (status < 400 || status >= 500 || status === 408) return null;
  throw new Fault(status === 429 ? 'unavailable' : 'misconfigured', {
    cause: error,
    twilioCode: code ?? undefined,
    retryAfterSeconds: retryAfterSeconds ?? undefined,
  });
}

/** The package's typings promise more than Twilio does: nearly everything may be null. */
function parseKnown(answer: {
  readonly valid: unknown;
  readonly phoneNumber: unknown;
  readonly lineTypeIntelligence: unknown;
}): Known | null {
  if (answer.valid === false) return NO_SUCH_NUMBER;
  // Not a word on the number, nor on who serves it: no answer of Lookup's, such as a proxy's.
  const isAboutNumber = answer.valid === true || typeof answer.phoneNumber === 'string';
  if (!isAboutNumber && !isRecord(answer.lineTypeIntelligence)) return null;
  const intelligence = isRecord(answer.lineTypeIntelligence) ? answer.lineTypeIntelligence : {};
  const lineType = parseLineType(intelligence['type']);
  const carrier = {
    mcc: parseCode(intelligence['mobileCountryCode'], /^\d{3}$/),
    mnc: parseCode(intelligence['mobileNetworkCode'], /^\d{1,3}$/),
    name: parseName(intelligence['carrierName']),
    lineType,
  };
  const hasError = typeof intelligence['errorCode'] === 'number';
  return {
    carrier,
    isDegraded: hasError || carrier.mcc === null || lineType === null || lineType === 'unknown',
  };
}

function parseCode(value: unknown, pattern: RegExp): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && pattern.test(text) ? text : null;
}

function parseName(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_NAME_LENGTH) : null;
}
