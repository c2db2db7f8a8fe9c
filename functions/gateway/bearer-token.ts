import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../domain/refusal.ts';
import type { SigningKey } from './signing-key.ts';

/** What a token must say. */
export interface TokenPolicy {
  readonly audience: string;
  /** Empty: not checked. */
  readonly subject: string;
  /** Refuses tokens that were issued longer ago, and those that do not say when; 0 asks for nothing. */
  readonly maxAgeSeconds: number;
  readonly requireExpiry: boolean;
}

/** What a token said of time; the rest of it is nobody's business. */
export interface TokenClaims {
  /** Seconds since it was issued; null where it does not say. */
  readonly ageSeconds: number | null;
  /** Which of the time claims were there. */
  readonly names: readonly string[];
}

const TOLERANCE_SECONDS = 60;
const MAX_LENGTH = 8192;
// The last second of the year 9999: what lies beyond is no time but a mistake or a trick.
const LAST_TIME = 253_402_300_799;
const TIME_CLAIMS = ['exp', 'iat', 'nbf'] as const;

type Json = Readonly<Record<string, unknown>>;

/**
 * Verifies a JWT as Auth0 sends it to a custom SMS gateway: HS256 by any of the keys, audience, subject, and the time
 * claims where they are present, with 60 s of tolerance. Auth0 documents none of the latter.
 *
 * The one algorithm is an HMAC, which Node computes in a few microseconds; jose does it by WebCrypto on another thread,
 * which was a tenth of the CPU of a login. What is accepted here is accepted by jose too, which a test holds; stricter
 * than jose: the three parts must be canonical base64url, no header may be critical, time claims must be times, and
 * `iat` must not lie in the future.
 *
 * @param nowMs - in milliseconds since 1970
 * @throws Refusal `unauthenticated`
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
export function verifyBearerToken(
  token: string,
  keys: readonly SigningKey[],
  policy: TokenPolicy,
  nowMs: number,
): Promise<TokenClaims> {
  // What throws in here rejects: callers have one way to be refused.
  return new Promise((resolve) => resolve(verify(token, keys, policy, nowMs)));
}

function verify(token: string, keys: readonly SigningKey[], policy: TokenPolicy, nowMs: number): TokenClaims {
  if (token.length > MAX_LENGTH || !isCanonical(token)) throw new Refusal('unauthenticated');
  const [header = '', payload = '', signature = ''] = token.split('.');
  // The signature first: nothing of a token that nobody signed is parsed.
  if (!keys.some((key) => isSigned(`${header}.${payload}`, signature, key)))
    throw new Refusal('unauthenticated');
  const { alg, crit } = parsePart(header);
  if (alg !== 'HS256' || crit !== undefined) throw new Refusal('unauthenticated');
  const claims = parsePart(payload);
  checkClaims(claims, policy, nowMs);
  return claimsOf(claims, policy, nowMs);
}

function isCanonical(token: string): boolean {
  const parts = token.split('.');
  if (parts.length !== 3) return false;
  return parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part);
}

function isSigned(content: string, signature: string, key: SigningKey): boolean {
  const expected = createHmac('sha256', key).update(content).digest();
  const given = Buffer.from(signature, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parsePart(part: string): Json {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // A syntax error would quote the token.
  }
  throw new Refusal('unauthenticated');
}

function checkClaims({ aud, sub, exp, nbf }: Json, policy: TokenPolicy, nowMs: number): void {
  const now = Math.floor(nowMs / 1000);
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const isInTime =
    (exp === undefined ? !policy.requireExpiry : isTime(exp) && exp > now - TOLERANCE_SECONDS) &&
    (nbf === undefined || (isTime(nbf) && nbf <= now + TOLERANCE_SECONDS));
  const isMeant = audiences.includes(policy.audience) && (policy.subject === '' || sub === policy.subject);
  if (!isInTime || !isMeant) throw new Refusal('unauthenticated');
}

function claimsOf(payload: Json, policy: TokenPolicy, nowMs: number): TokenClaims {
  const names = TIME_CLAIMS.filter((name) => payload[name] !== undefined);
  if (!names.every((name) => isTime(payload[name]))) throw new Refusal('unauthenticated');
  const issuedAt = payload['iat'];
  const ageSeconds = isTime(issuedAt) ? nowMs / 1000 - issuedAt : null;
  if (ageSeconds !== null && ageSeconds < -TOLERANCE_SECONDS) throw new Refusal('unauthenticated');
  if (policy.maxAgeSeconds > 0 && (ageSeconds ?? Infinity) > policy.maxAgeSeconds + TOLERANCE_SECONDS) {
    throw new Refusal('unauthenticated');
  }
  return { ageSeconds: ageSeconds === null ? null : Math.round(ageSeconds), names };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= LAST_TIME;
}
