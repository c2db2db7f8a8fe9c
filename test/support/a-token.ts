import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A key of 32 bytes, as text, that callers of the tests sign with. */
export const KEY_TEXT = 'test-key-0123456789-0123456789-ab';
/** Another one, which is not configured unless a test says so. */
export const OTHER_KEY_TEXT = 'other-key-9876543210-9876543210-z';
/** When tokens and signatures are made: 2026-11-24T12:00:00Z. */
export const NOW_SECONDS = Date.UTC(2026, 10, 24, 12) / 1000;

/** How a token is made; whatever is left out is as Auth0 makes it. */
export interface TokenMaking {
  readonly key?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
}

/** A key for verifying. */
export function aKey(text: string = KEY_TEXT): KeyObject {
  return createSecretKey(Buffer.from(text));
}

/** A token that is in order, but for the claims that are changed; `undefined` leaves a claim out. */
export function aToken(claims: Readonly<Record<string, unknown>> = {}, making: TokenMaking = {}): string {
  const { key, header = { alg: 'HS256', typ: 'JWT' }, hash } = making;
  const payload = JSON.stringify({ aud: 'urn:sms-gateway', sub: 'urn:Auth0', ...claims });
  return signedToken(encode(JSON.stringify(header)), encode(payload), key, hash);
}

/** Base64url without padding. */
export function encode(content: string | Buffer): string {
  return Buffer.from(content).toString('base64url');
}

/** Signs two parts as they are, in whatever spelling. */
export function signedToken(
  header: string,
  payload: string,
  key: string = KEY_TEXT,
  hash: 'sha256' | 'sha384' | 'sha512' = 'sha256',
): string {
  const signature = createHmac(hash, key).update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${signature}`;
}
