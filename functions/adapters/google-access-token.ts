import type { HttpClient } from './http-client.ts';
import { isRecord } from './is-record.ts';

/** Gives an OAuth access token for the identity that the function runs as. */
export type GoogleAccessToken = () => Promise<string>;

/** Where the token comes from. */
export interface GoogleAccessTokenOptions {
  readonly httpClient: HttpClient;
  /** Host, and port where it is not 80, of the metadata server; default `metadata.google.internal`. */
  readonly host?: string | undefined;
  /** Longest wait for the metadata server, in milliseconds; default 3000. */
  readonly timeoutMs?: number;
  /** A clock in milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

const TOKEN_PATH = '/computeMetadata/v1/instance/service-accounts/default/token';
const RENEW_BEFORE_MS = 60_000;

/**
 * Creates the reader of access tokens from Google's metadata server, by plain HTTP: google-auth-library would add its
 * import to every cold start.
 *
 * A token is kept until a minute before it expires. One fetch runs at a time and all callers share it; its failure is
 * forgotten at once.
 *
 * @returns a function that throws `Error` when the server cannot be reached, refuses, or answers something else
 * @see https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
 */
export function createGoogleAccessToken(options: GoogleAccessTokenOptions): GoogleAccessToken {
  const { httpClient, host = 'metadata.google.internal', timeoutMs = 3000, now = Date.now } = options;
  let kept: { readonly token: string; readonly fetchedAt: number; readonly keepMs: number } | null = null;
  let running: Promise<string> | null = null;

  const fetchToken = async (): Promise<string> => {
    const fetchedAt = now();
    const { status, body } = await httpClient.request({
      method: 'GET',
      url: `http://${host}${TOKEN_PATH}`,
      headers: { 'metadata-flavor': 'Google' },
      timeoutMs,
      maxBytes: 65_536,
    });
    if (status !== 200) throw new Error(`the metadata server answered ${status}`);
    const { token, lifetimeSeconds } = parseToken(body);
    kept = { token, fetchedAt, keepMs: lifetimeSeconds * 1000 - RENEW_BEFORE_MS };
    return token;
  };

  return async () => {
    const ageMs = kept === null ? 0 : now() - kept.fetchedAt;
    // A negative age means that the clock was set back: then nothing is known of when the token expires.
    if (kept !== null && ageMs >= 0 && ageMs < kept.keepMs) return kept.token;
    running ??= fetchToken().finally(() => {
      running = null;
    });
    return running;
  };
}

function parseToken(body: string): { token: string; lifetimeSeconds: number } {
  const answer = parseJson(body);
  const token = isRecord(answer) ? answer['access_token'] : undefined;
  const lifetimeSeconds = isRecord(answer) ? answer['expires_in'] : undefined;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || typeof lifetimeSeconds !== 'number') {
    throw new Error('the metadata server answered something that is no token');
  }
  return { token, lifetimeSeconds };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A syntax error quotes the text, and the text may hold the token.
    return undefined;
  }
}
