import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { verifyBearerToken } from '../../../functions/gateway/bearer-token.ts';
import { aKey, aToken, NOW_SECONDS, OTHER_KEY_TEXT } from '../../support/a-token.ts';

const POLICY = { audience: 'urn:sms-gateway', subject: 'urn:Auth0', maxAgeSeconds: 0, requireExpiry: false };

const nearNow = fc.integer({ min: -62, max: 62 }).map((seconds) => NOW_SECONDS + seconds);
const time = fc.oneof(
  fc.constant(undefined),
  nearNow,
  fc.constantFrom<unknown>(0, -1, '1', null, 1e308, 1.5),
);
const claims = fc.record({
  aud: fc.constantFrom<unknown>(
    'urn:sms-gateway',
    'urn:sms-gateway',
    'urn:other',
    ['x', 'urn:sms-gateway'],
    ['x'],
    [],
    null,
    7,
  ),
  sub: fc.constantFrom<unknown>('urn:Auth0', 'urn:Auth0', 'urn:Auth0', 'urn:auth0', undefined, null, [
    'urn:Auth0',
  ]),
  exp: time,
  nbf: time,
  iat: time,
});
const header = fc.record({
  alg: fc.constantFrom<unknown>('HS256', 'HS256', 'HS256', 'HS384', 'none', undefined),
  typ: fc.constantFrom<unknown>('JWT', undefined, 7),
  crit: fc.constantFrom<unknown>(undefined, undefined, undefined, ['b64'], []),
  b64: fc.constantFrom<unknown>(undefined, undefined, true, false),
});
const key = fc.constantFrom(undefined, undefined, undefined, OTHER_KEY_TEXT);

async function isAccepted(verification: Promise<unknown>): Promise<boolean> {
  return verification.then(
    () => true,
    () => false,
  );
}

describe('verifyBearerToken beside jose', () => {
  it('accepts no token that jose refuses', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(claims, header, key, async (ofClaims, ofHeader, signedBy) => {
        const token = aToken(ofClaims, { header: ofHeader, ...(signedBy && { key: signedBy }) });
        const isOurs = await isAccepted(verifyBearerToken(token, [aKey()], POLICY, NOW_SECONDS * 1000));
        if (!isOurs) return;
        accepted += 1;
        const { audience, subject } = POLICY;
        const currentDate = new Date(NOW_SECONDS * 1000);
        const options = { algorithms: ['HS256'], audience, subject, clockTolerance: 60, currentDate };
        expect(await isAccepted(jwtVerify(token, aKey(), options))).toBe(true);
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it.each([
    ['at the last second', { exp: NOW_SECONDS - 59 }, true],
    ['a second later', { exp: NOW_SECONDS - 60 }, false],
    ['from its first second on', { nbf: NOW_SECONDS + 60 }, true],
    ['a second before', { nbf: NOW_SECONDS + 61 }, false],
  ])('agrees with jose on a token %s', async (_name, ofTime, isGood) => {
    const token = aToken(ofTime);
    const currentDate = new Date(NOW_SECONDS * 1000);

    expect(await isAccepted(jwtVerify(token, aKey(), { clockTolerance: 60, currentDate }))).toBe(isGood);
    expect(await isAccepted(verifyBearerToken(token, [aKey()], POLICY, NOW_SECONDS * 1000))).toBe(isGood);
  });
});
