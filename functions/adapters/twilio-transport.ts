import { HttpFailure, type HttpAnswer, type HttpClient, type HttpRequest } from './http-client.ts';
import { isRecord } from './is-record.ts';

/** The Twilio APIs that the product uses. */
export type TwilioApi = 'verify' | 'lookups';

/** What may be known of an answer that is none to work with. */
export interface TwilioFailureDetails {
  readonly status: number;
  readonly code?: number | null;
  readonly retryAfterSeconds?: number | null;
  readonly reachedRateLimit?: boolean;
  readonly parameter?: string | null;
}

/** Twilio answered, but not with what was asked for. Holds no text of Twilio's: those name the recipient. */
export class TwilioFailure extends Error {
  /** HTTP status. 2xx: what was asked for is done, but the answer cannot be read. */
  readonly status: number;
  /** Twilio's number of the error; null where the answer is not in Twilio's form. */
  readonly code: number | null;
  readonly retryAfterSeconds: number | null;
  /** Whether a programmable rate limit of the service is exhausted, in contrast to the account's own limits. */
  readonly reachedRateLimit: boolean;
  /** Which parameter is at fault, of those that the product sends. */
  readonly parameter: string | null;

  constructor({
    status,
    code = null,
    retryAfterSeconds = null,
    reachedRateLimit = false,
    parameter = null,
  }: TwilioFailureDetails) {
    super(code === null ? `status ${status}` : `status ${status}, code ${code}`);
    this.name = 'TwilioFailure';
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.reachedRateLimit = reachedRateLimit;
    this.parameter = parameter;
  }
}

/** A call as the package hands it over. */
export interface TwilioCall {
  readonly method?: string | undefined;
  /** Absolute. */
  readonly uri?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  /** Fields of the query. */
  readonly params?: object | undefined;
  /** Fields of the form. */
  readonly data?: object | undefined;
}

/** What the package expects of its HTTP client; a body that is no text is not parsed again. */
export interface TwilioAnswer {
  readonly statusCode: number;
  readonly headers: HttpAnswer['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a domain of the `twilio` package is made with, and the address that it is to use. */
export interface TwilioConnection {
  readonly client: {
    /**
     * @throws TwilioFailure for every answer but 2xx with a JSON object (or 204), redirects included
     * @throws HttpFailure when there is no whole answer
     * @throws TypeError for an address of another origin
     */
    request(call: TwilioCall): Promise<TwilioAnswer>;
  };
  readonly baseUrl: string;
}

/** Carries the calls of the `twilio` package's resources to Twilio. */
export interface TwilioTransport {
  /** @param timeoutMs - for each call, in milliseconds */
  connect(api: TwilioApi, timeoutMs: number): TwilioConnection;
}

/** Where calls go, and on whose account. */
export interface TwilioTransportOptions {
  readonly httpClient: HttpClient;
  /** `SK…` */
  readonly apiKeySid: string;
  /** Asked for each call, so that a rotated secret counts at once. */
  readonly apiKeySecret: () => string;
  /** One origin for all APIs; default: Twilio's own, one for each. */
  readonly baseUrl?: string | undefined;
}

const ORIGINS: Readonly<Record<TwilioApi, string>> = {
  verify: 'https://verify.twilio.com',
  lookups: 'https://lookups.twilio.com',
};

const PARAMETERS = [
  'To',
  'Channel',
  'CustomCode',
  'RateLimits',
  'DeviceIp',
  'Locale',
  'Tags',
  'Status',
  'Fields',
];

// `To` is a word, too: only quotes, or what stands before it, make it a name.
const NAMED = new RegExp(`(?<=[Pp]arameters?[:\\s\`'"]{1,4}|[\`'"])(?:${PARAMETERS.join('|')})\\b`);
const MOST_RETRY_AFTER_SECONDS = 999_999;

/**
 * Creates the transport: Basic credential, one time limit per call, no redirects, errors without any vendor text.
 *
 * The package's own client would bring axios, whose errors hold the credential and the code, and 30 seconds of patience.
 * So its resources are imported from inside the package (`connect-resource.ts`), which is exact in its version
 * and held by tests over HTTP.
 *
 * @throws TypeError when `baseUrl` is no address
 */
export function createTwilioTransport(options: TwilioTransportOptions): TwilioTransport {
  const { httpClient, apiKeySid, apiKeySecret, baseUrl } = options;
  const origins = baseUrl === undefined ? ORIGINS : originsAt(baseUrl);

  const send = async (call: TwilioCall, origin: string, timeoutMs: number): Promise<TwilioAnswer> => {
    const request = requestOf(call, origin, { apiKeySid, secret: apiKeySecret(), timeoutMs });
    try {
      return answerOf(await httpClient.request(request));
    } catch (error) {
      // A refusal whose text broke off is a refusal all the same.
      if (error instanceof HttpFailure && error.status !== null && error.status >= 300) {
        throw new TwilioFailure({ status: error.status });
      }
      throw error;
    }
  };

  return {
    connect: (api, timeoutMs) => {
      const origin = origins[api];
      return { client: { request: (call) => send(call, origin, timeoutMs) }, baseUrl: origin };
    },
  };
}

function originsAt(baseUrl: string): Readonly<Record<TwilioApi, string>> {
  const { origin } = new URL(baseUrl);
  return { verify: origin, lookups: origin };
}

function requestOf(
  { method = 'get', uri = '', headers, params, data }: TwilioCall,
  origin: string,
  { apiKeySid, secret, timeoutMs }: { apiKeySid: string; secret: string; timeoutMs: number },
): HttpRequest {
  // Links inside answers are absolute: the credential goes to no other server than it was made for.
  if (!uri.startsWith(`${origin}/`)) throw new TypeError('an address of another origin');
  const query = formOf(params);
  const body = formOf(data);
  const contentType = headers?.['Content-Type'];
  return {
    method: method.toUpperCase(),
    url: query === '' ? uri : `${uri}?${query}`,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${apiKeySid}:${secret}`).toString('base64')}`,
      'user-agent': 'verify-gateway',
      ...(typeof contentType === 'string' && { 'content-type': contentType }),
    },
    ...(data !== undefined && { body }),
    timeoutMs,
  };
}

function formOf(fields: object | undefined): string {
  if (fields === undefined) return '';
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (typeof value === 'string') form.append(name, value);
    else if (typeof value === 'number' || typeof value === 'boolean') form.append(name, String(value));
    else if (value !== undefined) throw new TypeError(`${name} is no text`);
  }
  return form.toString();
}

function failureOf(
  status: number,
  headers: HttpAnswer['headers'],
  body: Readonly<Record<string, unknown>> | null,
): TwilioFailure {
  const code = body?.['code'];
  return new TwilioFailure({
    status,
    // Problem details (RFC 9457) without a number of their own say 0.
    code: typeof code === 'number' && Number.isSafeInteger(code) && code > 0 ? code : null,
    retryAfterSeconds: secondsIn(headers['retry-after'] ?? ''),
    reachedRateLimit: headers['twilio-reached-rate-limit'] !== undefined,
    parameter: parameterNamedIn(body?.['message'] ?? body?.['title']),
  });
}

/**
 * `Retry-After` in either of its forms, seconds or a date; null for anything else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
function secondsIn(retryAfter: string): number | null {
  if (/^\d{1,6}$/.test(retryAfter)) return Number(retryAfter);
  const atMs = /^[A-Z][a-z]{2}, .* GMT$/.test(retryAfter) ? Date.parse(retryAfter) : NaN;
  if (Number.isNaN(atMs)) return null;
  return Math.min(Math.max(0, Math.ceil((atMs - Date.now()) / 1000)), MOST_RETRY_AFTER_SECONDS);
}

/**
 * The first parameter that a text of Twilio's names, as in "Invalid parameter `To`: …", "Invalid parameters: To" and
 * "The 'To' parameter is invalid". Only names that the product sends itself are taken from such a text.
 */
function parameterNamedIn(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const name = NAMED.exec(text)?.[0];
  return PARAMETERS.find((parameter) => parameter === name) ?? null;
}

function answerOf({ status, headers, body }: HttpAnswer): TwilioAnswer {
  const parsed = parseObject(body);
  if (status < 200 || status >= 300) throw failureOf(status, headers, parsed);
  if (status === 204) return { statusCode: status, headers, body: {} };
  if (parsed === null) throw new TwilioFailure({ status });
  return { statusCode: status, headers, body: parsed };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
