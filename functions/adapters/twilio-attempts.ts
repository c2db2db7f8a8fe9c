import { createDeadline, type Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-number.ts';
import type { Attempt } from '../watch/find-idle-networks.ts';
import type { Attempts } from '../watch/ports.ts';
import { HttpFailure } from './http-client.ts';
import { isRecord } from './is-record.ts';
import { TwilioFailure, type TwilioTransport } from './twilio-transport.ts';

/** Whose attempts are read, and how many. */
export interface TwilioAttemptsOptions {
  readonly transport: TwilioTransport;
  /** `VA…`: the list is that of the whole account. */
  readonly serviceSid: string;
  /** Default 1000, the most that Twilio gives at once. */
  readonly pageSize?: number;
  /** Told after each page how many there were, and how many attempts they held. Default: does nothing. */
  readonly onPage?: (pages: number, attempts: number) => void;
}

const PAGE_LIMIT_MS = 15_000;
const MAX_PAGES = 50;
const PATH = '/v2/Attempts';
const MCC = /^\d{3}$/;
const MNC = /^\d{1,3}$/;
const CURRENCY = /^[A-Z]{3}$/;

/**
 * Creates the reader of Verify's attempts, page by page, at most 50 pages in a run and 15 s for each.
 *
 * Next pages are asked for by Twilio's own link, if it leads to where the first page came from. An attempt that is not
 * whole, or not of this service and time, is never taken for a code that was not used.
 *
 * @see https://www.twilio.com/docs/verify/api/list-verification-attempts
 */
export function createTwilioAttempts(options: TwilioAttemptsOptions): Attempts {
  const { pageSize = 1000, serviceSid } = options;

  return {
    read: async (from, until, deadline) => {
      const wanted = createWanted(serviceSid, from, until);
      const query = new URLSearchParams({
        VerifyServiceSid: serviceSid,
        DateCreatedAfter: inSeconds(from),
        DateCreatedBefore: inSeconds(until),
        PageSize: String(pageSize),
      });
      let next: string | null = `${PATH}?${query.toString()}`;
      let pages = 0;
      while (next !== null && pages < MAX_PAGES) {
        const page: AttemptPage = await fetchPage(options.transport, next, deadline);
        page.attempts.forEach(wanted.add);
        pages += 1;
        options.onPage?.(pages, wanted.result().attempts.length);
        next = page.next;
      }
      return { ...wanted.result(), pages, isCutOff: next !== null };
    },
  };
}

interface AttemptPage {
  readonly attempts: readonly unknown[];
  /** Path and query; null on the last page. */
  readonly next: string | null;
}

async function fetchPage(transport: TwilioTransport, path: string, deadline: Deadline): Promise<AttemptPage> {
  const limit = createDeadline(Math.min(PAGE_LIMIT_MS, deadline.remainingMs()));
  const { client, baseUrl } = transport.connect('verify', limit.remainingMs());
  try {
    const { body } = await client.request({ method: 'get', uri: baseUrl + path });
    const { attempts, meta } = body;
    if (!Array.isArray(attempts) || !isRecord(meta)) throw new Fault('provider_error');
    return { attempts, next: pathOf(meta['next_page_url'], baseUrl) };
  } catch (error) {
    throw explain(error);
  }
}

/** The path of a link to the next page; links to anywhere else are not followed. */
function pathOf(link: unknown, baseUrl: string): string | null {
  if (link === null || link === undefined) return null;
  if (typeof link === 'string' && link.startsWith(`${baseUrl}${PATH}?`)) return link.slice(baseUrl.length);
  throw new Fault('provider_error');
}

function explain(error: unknown): unknown {
  if (error instanceof HttpFailure) {
    return new Fault(error.kind === 'timeout' ? 'provider_timeout' : 'provider_error', { cause: error });
  }
  if (!(error instanceof TwilioFailure)) return error;
  const { status, code, retryAfterSeconds } = error;
  const details = {
    cause: error,
    twilioCode: code ?? undefined,
    retryAfterSeconds: retryAfterSeconds ?? undefined,
  };
  if (status === 429) return new Fault('unavailable', details);
  if (status === 408) return new Fault('provider_timeout', details);
  return new Fault(status >= 400 && status < 500 ? 'misconfigured' : 'provider_error', details);
}

/** Twilio takes whole seconds. */
function inSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Collects what can be counted. */
function createWanted(serviceSid: string, from: Date, until: Date) {
  const attempts: Attempt[] = [];
  const seen = new Set<string>();
  const numbers = new Map<string, PhoneNumber | null>();
  let unusable = 0;

  // Reading a number costs more than all the rest.
  const numberOf = (to: string): PhoneNumber | null => {
    const known = numbers.get(to);
    if (known !== undefined) return known;
    const number = parsePhoneNumber(to);
    numbers.set(to, number);
    return number;
  };
  const isOutside = (created: unknown): boolean => {
    const at = typeof created === 'string' ? Date.parse(created) : Number.NaN;
    return at < from.getTime() - 1000 || at > until.getTime();
  };
  return {
    add: (value: unknown): void => {
      const { sid, service_sid: service, date_created: created, ...rest } = isRecord(value) ? value : {};
      // A page may begin with what the one before ended with.
      if (typeof sid === 'string' && seen.has(sid)) return;
      if (typeof sid === 'string') seen.add(sid);
      if ((typeof service === 'string' && service !== serviceSid) || isOutside(created)) return;
      const attempt = parseAttempt(rest, numberOf);
      if (attempt === null) unusable += 1;
      else attempts.push(attempt);
    },
    result: () => ({ attempts, unusable }),
  };
}

/** The first level is typed in Twilio's specification, the rest known from examples: anything may be null. */
function parseAttempt(
  fields: Readonly<Record<string, unknown>>,
  numberOf: (to: string) => PhoneNumber | null,
): Attempt | null {
  const data = isRecord(fields['channel_data']) ? fields['channel_data'] : {};
  const status = fields['conversion_status'];
  const number = typeof data['to'] === 'string' ? numberOf(data['to']) : null;
  if (number === null || (status !== 'converted' && status !== 'unconverted')) return null;
  return {
    to: number.e164,
    // Not Twilio's: rules for a country ask the number itself.
    country: number.country,
    mcc: parseCode(data['mcc'], MCC),
    mnc: parseCode(data['mnc'], MNC),
    isConverted: status === 'converted',
    price: parsePrice(fields['price']),
  };
}

function parseCode(value: unknown, pattern: RegExp): string | null {
  return typeof value === 'string' && pattern.test(value) ? value : null;
}

function parsePrice(price: unknown): Attempt['price'] {
  if (!isRecord(price)) return null;
  const { value, currency } = price;
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const code = typeof currency === 'string' ? currency.toUpperCase() : '';
  if (typeof amount !== 'number' || !Number.isFinite(amount) || !CURRENCY.test(code)) return null;
  // What is charged is negative in some of Twilio's lists.
  return { value: Math.abs(amount), currency: code };
}
