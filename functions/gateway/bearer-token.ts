import { decode, verify, type Header } from 'jws';
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

type Claims = Readonly<Record<string, unknown>>;

/**
 * Verifies a JWT as Auth0 sends it to a custom SMS gateway: HS256 by any of the keys, audience, subject, and the time
 * claims where they are present, with 60 s of tolerance. Auth0 documents none of the latter.
 *
 * jws does the cryptography and takes the token apart, on this thread: a token costs a tenth of what a WebCrypto key
 * and another thread take. Stricter than jws: the three parts must be canonical base64url, the header must ask for
 * HS256 and no extension, and time claims must be times.
 *
 * @param nowMs - in milliseconds since 1970
 * @throws Refusal `unauthenticated`
 */
export function verifyBearerToken(
  token: string,
  keys: readonly SigningKey[],
  policy: TokenPolicy,
  nowMs: number,
): TokenClaims {
  if (token.length > MAX_LENGTH || !isCanonical(token)) throw new Refusal('unauthenticated');
  // Nothing of it is parsed before it is known who wrote it. The algorithm is ours, whatever the header says.
  if (!keys.some((key) => verify(token, 'HS256', key.export()))) throw new Refusal('unauthenticated');
  const claims = readClaims(token);
  if (claims === null || !isMeantForUs(claims, policy)) throw new Refusal('unauthenticated');
  return checkTimes(claims, policy, nowMs);
}

function isCanonical(token: string): boolean {
  const parts = token.split('.');
  if (parts.length !== 3) return false;
  return parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** What an authentic token says; null where it is no JWT that we understand whole (RFC 7515 §4.1.11, RFC 7519 §7.2). */
function readClaims(token: string): Claims | null {
  const { header, payload } = takeApart(token);
  if (header?.alg !== 'HS256' || header.crit !== undefined) return null;
  return typeof payload === 'object' && payload !== null ? (payload as Claims) : null;
}

function takeApart(token: string): { readonly header: Header | null; readonly payload: unknown } {
  try {
    return decode(token, { json: true }) ?? { header: null, payload: null };
  } catch {
    // A syntax error quotes the token.
    return { header: null, payload: null };
  }
}

function isMeantForUs({ aud, sub }: Claims, { audience, subject }: TokenPolicy): boolean {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return audiences.includes(audience) && (subject === '' || sub === subject);
}

/** Holds the times of a token to the policy, and gives what the log says of them. */
function checkTimes(
  claims: Claims,
  { requireExpiry, maxAgeSeconds }: TokenPolicy,
  nowMs: number,
): TokenClaims {
  const exp = timeOf(claims['exp']);
  const iat = timeOf(claims['iat']);
  const nbf = timeOf(claims['nbf']);
  const now = nowMs / 1000;
  const isExpired = exp === null ? requireExpiry : exp + TOLERANCE_SECONDS <= Math.floor(now);
  const isEarly = Math.max(nbf ?? 0, iat ?? 0) > now + TOLERANCE_SECONDS;
  const ageSeconds = iat === null ? null : now - iat;
  const isOld = maxAgeSeconds > 0 && (ageSeconds ?? Infinity) > maxAgeSeconds + TOLERANCE_SECONDS;
  if (isExpired || isEarly || isOld) throw new Refusal('unauthenticated');
  return {
    ageSeconds: ageSeconds === null ? null : Math.round(ageSeconds),
    names: TIME_CLAIMS.filter((name) => claims[name] !== undefined),
  };
}

/** Null where the claim is absent. */
function timeOf(claim: unknown): number | null {
  if (claim === undefined) return null;
  if (typeof claim === 'number' && claim >= 0 && claim <= LAST_TIME) return claim;
  throw new Refusal('unauthenticated');
}
