import { verifyBearerToken, type TokenClaims, type TokenPolicy } from './bearer-token.ts';
import { Refusal } from '../domain/refusal.ts';
import type { RequestHead } from '../http/request-head.ts';
import type { SigningKey } from './signing-key.ts';
import { readSignature } from './signature.ts';

/** An authentic caller; what its token said of time goes to the log. */
export interface Caller {
  /** Null for a signed request, which has no token. */
  readonly token: TokenClaims | null;
}

/** Ends the authentication once the body is there: a signature covers it, a token does not. */
export type Identify = (body: Buffer) => Caller;

/**
 * Looks at the credential, before the body is read.
 *
 * @throws Refusal `unauthenticated`, for whatever reason
 */
export type Authenticate = (head: RequestHead) => Identify;

/** What callers are held to. */
export interface AuthenticateOptions {
  /** Newest first; read for each request, because keys rotate while the instance runs. */
  readonly keys: () => readonly SigningKey[];
  readonly tokens: TokenPolicy;
  /** A clock in milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Creates the authentication: `X-Signature` decides alone where it is present, else `Authorization: Bearer`.
 *
 * A header that came twice authenticates nobody: which one is meant is a guess.
 */
export function createAuthenticate({ keys, tokens, now = Date.now }: AuthenticateOptions): Authenticate {
  return ({ headers }) => {
    const signatures = headers['x-signature'];
    if (signatures !== undefined) {
      const signature = readSignature(onlyOne(signatures), now());
      return (body) => {
        if (!signature.signs(body, keys())) throw new Refusal('unauthenticated');
        return { token: null };
      };
    }
    const token = /^bearer ([\w.-]+)$/i.exec(onlyOne(headers['authorization'] ?? []))?.[1];
    if (token === undefined) throw new Refusal('unauthenticated');
    const claims = verifyBearerToken(token, keys(), tokens, now());
    return () => ({ token: claims });
  };
}

function onlyOne(values: readonly string[]): string {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) throw new Refusal('unauthenticated');
  return value;
}
