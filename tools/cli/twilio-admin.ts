import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { HttpFailure } from '../../functions/adapters/http-client.ts';
import { createTwilioTransport, TwilioFailure } from '../../functions/adapters/twilio-transport.ts';
import { CliProblem } from './cli-problem.ts';
import { listAt } from './list-at.ts';
import { textAt } from './text-at.ts';

/** A Twilio API key. */
export interface TwilioKey {
  readonly sid: string;
  readonly secret: string;
}

type Fields = Readonly<Record<string, string | number | boolean>>;

/** Twilio's interface, for setting up. */
export interface TwilioAdmin {
  /** Asks; anything but success throws TwilioFailure. The path is Verify's, or that of API keys (`/v1/Keys`). */
  get(path: string): Promise<Readonly<Record<string, unknown>>>;
  post(path: string, fields: Fields): Promise<Readonly<Record<string, unknown>>>;
  /** All entries of a list, whatever the number of its pages. */
  list(path: string, key: string): Promise<readonly unknown[]>;
  /** The same with Lookup's address. */
  lookup(path: string): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

const TIMEOUT_MS = 15_000;
const MAX_PAGES = 50;
const IAM_ORIGIN = 'https://iam.twilio.com';

/**
 * Creates it, on the transport that the functions use: errors hold no text of Twilio's.
 *
 * @param baseUrl - as `TWILIO_API_BASE_URL`
 */
export function createTwilioAdmin(key: TwilioKey, baseUrl?: string): TwilioAdmin {
  const httpClient = createHttpClient({ maxSockets: 4 });
  const transport = createTwilioTransport({
    httpClient,
    apiKeySid: key.sid,
    apiKeySecret: () => key.secret,
    baseUrl,
  });
  // The transport knows the interfaces that the functions use; this one is for setting up alone.
  const iam = createTwilioTransport({
    httpClient,
    apiKeySid: key.sid,
    apiKeySecret: () => key.secret,
    baseUrl: baseUrl ?? IAM_ORIGIN,
  }).connect('verify', TIMEOUT_MS);
  const verify = transport.connect('verify', TIMEOUT_MS);
  const lookups = transport.connect('lookups', TIMEOUT_MS);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

  const connectionFor = (path: string) => (path.startsWith('/v1/Keys') ? iam : verify);
  const get: TwilioAdmin['get'] = (path) => {
    const { client, baseUrl: origin } = connectionFor(path);
    return asked(async () => (await client.request({ method: 'get', uri: origin + path })).body);
  };
  return {
    get,
    post: (path, data) =>
      asked(async () => {
        const { client, baseUrl: origin } = connectionFor(path);
        return (await client.request({ method: 'post', uri: origin + path, data, headers: form })).body;
      }),
    list: async (path, key) => {
      const entries: unknown[] = [];
      let next = `${path}${path.includes('?') ? '&' : '?'}PageSize=100`;
      for (let page = 0; page < MAX_PAGES && next !== ''; page += 1) {
        const body = await get(next);
        entries.push(...listAt(body, key));
        const url = URL.parse(textAt(body, 'meta', 'next_page_url'));
        next = url === null ? '' : url.pathname + url.search;
      }
      return entries;
    },
    lookup: (path) =>
      asked(async () => (await lookups.client.request({ method: 'get', uri: lookups.baseUrl + path })).body),
    close: () => httpClient.close(),
  };
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HttpFailure)
      throw new CliProblem('Twilio does not answer: look at the network.', { cause: error });
    throw error;
  }
}

/** Whether Twilio refused the credential, or the key lacks the permission. */
export function isRefusedCredential(error: unknown): boolean {
  return error instanceof TwilioFailure && (error.status === 401 || error.status === 403);
}
