import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../domain/refusal.ts';
import type { RequestHead } from '../http/request-head.ts';

/**
 * Looks at the credential, before the body is read.
 *
 * @throws Refusal `unauthenticated`, for whatever reason
 */
export type Authenticate = (head: RequestHead) => void;

/**
 * Creates the authentication: `Authorization` must be one of the tokens, with or without `Bearer ` before it, as Auth0
 * sends the configured text as it is. A header that came twice authenticates nobody.
 *
 * @param tokens - newest first; read for each request, because tokens rotate while the instance runs
 */
export function createAuthenticate(tokens: () => readonly string[]): Authenticate {
  return ({ headers }) => {
    const [value, ...others] = headers['authorization'] ?? [];
    if (value === undefined || others.length > 0) throw new Refusal('unauthenticated');
    const given = [digestOf(value), digestOf(value.replace(/^bearer +/i, ''))];
    // Digests have one length, and each token is compared: how long it takes tells nothing.
    const matches = tokens().flatMap((token) =>
      given.map((digest) => timingSafeEqual(digest, digestOf(token))),
    );
    if (!matches.includes(true)) throw new Refusal('unauthenticated');
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
