import type { Reply } from './reply.ts';

type Known = readonly [status: number, message: string];

/**
 * HTTP status and text of the errors of Lookup and Verify, by code. The texts hold the recipient where Twilio's do: whoever logs or
 * passes on a text of Twilio is found out. A status that Twilio does not document is a guess: 400, for a block 403.
 *
 * Sources: https://www.twilio.com/docs/verify/api/error-codes and the page of each code.
 */
const ERRORS: ReadonlyMap<number, Known> = new Map<number, Known>([
  [20001, [400, 'Invalid parameter {parameter}']],
  [20003, [401, 'Authenticate']],
  [20004, [405, 'Method not allowed']],
  [20404, [404, 'The requested resource {path} was not found']],
  [20429, [429, 'Too Many Requests']],
  [20500, [500, 'An internal server error has occurred']],
  [20503, [503, 'Service Unavailable']],
  [25109, [429, 'Request is rate limited']],
  [60200, [400, 'Invalid parameter `{parameter}`: {value}']],
  [60202, [429, 'Max check attempts reached']],
  [60203, [429, 'Max send attempts reached']],
  [60204, [403, 'Custom code not allowed']],
  [60205, [403, 'SMS is not supported by landline phone number: {to}']],
  [60208, [400, 'Rate limit with that UniqueName already exists']],
  [60209, [400, 'UniqueName format is invalid']],
  [60211, [400, 'Bucket with the given Interval already exists']],
  [60212, [429, 'Too many concurrent requests for phone number {to}']],
  [60217, [400, 'Invalid Service configuration']],
  [60218, [400, 'SendGrid Template is not active']],
  [60219, [400, 'SendGrid Template does not contain required placeholders']],
  [60220, [400, 'Messages to China require use case vetting']],
  [60222, [403, 'SendGrid from address does not match a verified Sender Identity']],
  [60223, [400, 'Delivery channel disabled']],
  [60226, [400, 'Messages to China require a friendly name']],
  [60238, [403, 'Verification creation attempt is blocked by Twilio: {to}']],
  [60242, [400, 'The WhatsApp sender of the service is not configured']],
  [60245, [400, 'Messaging limit reached']],
  [60248, [400, 'The message contains a word that is not allowed']],
  [60250, [400, 'Messages to Australia require a registered sender']],
  [60410, [403, 'Verification delivery attempt blocked: fraud was detected on the prefix of {to}']],
  [60412, [403, 'Verification blocked: signup fraud was detected for {to}']],
  [60413, [403, 'Verification blocked by device intelligence for {to}']],
  [60605, [403, 'The destination phone number {to} has been blocked by Verify Geo-Permissions']],
  [60606, [403, 'Lookup package is not enabled']],
  [60614, [400, 'Lookup request for {to} must be completed in a different Twilio Region']],
  [60616, [429, 'Lookup rate limit exceeded']],
  [60735, [400, 'The verification is owned by another integration']],
  [70002, [400, 'Invalid parameter: policy']],
]);

const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
]);

/** What the text of an error names, and what differs from the usual. */
export interface ErrorDetails {
  readonly status?: number | undefined;
  /** Instead of the usual text. */
  readonly message?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly to?: string | undefined;
  readonly parameter?: string;
  readonly value?: string;
  readonly path?: string;
}

/** An error as Twilio writes it. */
export interface ErrorReply extends Reply {
  readonly body: {
    readonly code?: number;
    readonly message: string;
    readonly more_info?: string;
    readonly status: number;
  };
}

/** An error in the form that Twilio gives to all of them. */
export function twilioError(code: number, details: ErrorDetails = {}): ErrorReply {
  const [usualStatus, usualMessage] = ERRORS.get(code) ?? [400, `Error ${code} for {to}`];
  const status = details.status ?? usualStatus;
  const message = fillIn(details.message ?? usualMessage, details);
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return { status, body, headers: { ...details.headers, ...challengeOf(status) } };
}

/** A failure without a code, as from something in front of Twilio. */
export function bareError(status: number, headers: Readonly<Record<string, string>> = {}): ErrorReply {
  return { status, headers, body: { message: BY_STATUS.get(status) ?? 'Error', status } };
}

/** The answer for whatever does not exist. Twilio names the path without its version. */
export function notFound(path: string): Reply {
  return twilioError(20404, { path: path.replace(/^\/v2/, '') });
}

/** The answer for a parameter of Verify that is not valid; it repeats the value, as Twilio does. */
export function invalidParameter(parameter: string, value: string): Reply {
  return twilioError(60200, { parameter, value });
}

function fillIn(message: string, { to, parameter, value, path }: ErrorDetails): string {
  const texts = new Map(Object.entries({ to, parameter, value, path }));
  return message.replace(/\{(\w+)\}/g, (_whole, name: string) => texts.get(name) ?? '');
}

function challengeOf(status: number): Readonly<Record<string, string>> {
  return status === 401 ? { 'www-authenticate': 'Basic realm="Twilio API"' } : {};
}
