import { errors, jwtVerify, type JWTPayload } from 'jose';
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

/**
 * Verifies a JWT as Auth0 sends it to a custom SMS gateway: HS256 by any of the keys, audience, subject, and the time
 * claims where they are present, with 60 s of tolerance. Auth0 documents none of the latter.
 *
 * jose does the cryptography and the claims; stricter than jose: the three parts must be canonical base64url, time
 * claims must be times, and `iat` must not lie in the future.
 *
 * @param nowMs - in milliseconds since 1970
 * @throws Refusal `unauthenticated`
 */
export async function verifyBearerToken(
  token: string,
  keys: readonly SigningKey[],
  policy: TokenPolicy,
  nowMs: number,
): Promise<TokenClaims> {
  if (token.length > MAX_LENGTH || !isCanonical(token)) throw new Refusal('unauthenticated');
  for (const key of keys) {
    const payload = await verifyWith(key, token, policy, nowMs);
    if (payload !== null) return claimsOf(payload, policy, nowMs);
  }
  throw new Refusal('unauthenticated');
}

function isCanonical(token: string): boolean {
  const parts = token.split('.');
  if (parts.length !== 3) return false;
  return parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** The payload, or null where another key may have signed it. */
async function verifyWith(
  key: SigningKey,
  token: string,
  policy: TokenPolicy,
  nowMs: number,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      audience: policy.audience,
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(nowMs),
      ...(policy.subject === '' ? {} : { subject: policy.subject }),
      ...(policy.requireExpiry ? { requiredClaims: ['exp'] } : {}),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return null;
    throw new Refusal('unauthenticated');
  }
}

function claimsOf(payload: JWTPayload, policy: TokenPolicy, nowMs: number): TokenClaims {
  const names = TIME_CLAIMS.filter((name) => payload[name] !== undefined);
  if (!names.every((name) => isTime(payload[name]))) throw new Refusal('unauthenticated');
  const ageSeconds = payload.iat === undefined ? null : nowMs / 1000 - payload.iat;
  if (ageSeconds !== null && ageSeconds < -TOLERANCE_SECONDS) throw new Refusal('unauthenticated');
  if (policy.maxAgeSeconds > 0 && (ageSeconds ?? Infinity) > policy.maxAgeSeconds + TOLERANCE_SECONDS) {
    throw new Refusal('unauthenticated');
  }
  return { ageSeconds: ageSeconds === null ? null : Math.round(ageSeconds), names };
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= LAST_TIME;
}
