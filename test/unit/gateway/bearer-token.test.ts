import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verifyBearerToken, type TokenPolicy } from '../../../functions/gateway/bearer-token.ts';
import {
  aKey,
  aToken,
  encode,
  KEY_TEXT,
  NOW_SECONDS,
  OTHER_KEY_TEXT,
  signedToken,
} from '../../support/a-token.ts';

const POLICY: TokenPolicy = {
  audience: 'urn:sms-gateway',
  subject: 'urn:Auth0',
  maxAgeSeconds: 0,
  requireExpiry: false,
};
const UNAUTHENTICATED = expect.objectContaining({ name: 'Refusal', code: 'unauthenticated' });
const HEADER = encode('{"alg":"HS256","typ":"JWT"}');
const PAYLOAD = encode('{"aud":"urn:sms-gateway","sub":"urn:Auth0"}');
const GOOD = signedToken(HEADER, PAYLOAD);
const GOOD_SIGNATURE = GOOD.split('.')[2] ?? '';

function verify(token: string, policy: Partial<TokenPolicy> = {}, keys = [KEY_TEXT]) {
  return verifyBearerToken(
    token,
    keys.map((key) => aKey(key)),
    { ...POLICY, ...policy },
    NOW_SECONDS * 1000,
  );
}

/** A header that claims an algorithm, over a MAC that would be right for HS256. */
function withHeader(header: unknown): string {
  return signedToken(encode(JSON.stringify(header)), PAYLOAD);
}

/** The claims as they are written, where JSON.stringify would not write them so. */
function withPayload(payload: string | Buffer): string {
  return signedToken(HEADER, encode(payload));
}

/** The same bytes in another spelling: the last character has bits that mean nothing. */
function misspell(part: string): string {
  const bytes = Buffer.from(part, 'base64url');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const last of alphabet) {
    const spelling = part.slice(0, -1) + last;
    if (spelling !== part && Buffer.from(spelling, 'base64url').equals(bytes)) return spelling;
  }
  throw new TypeError('the last character of the part has no idle bits');
}

function withRsaSignature(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const header = encode('{"alg":"RS256","typ":"JWT"}');
  return `${header}.${PAYLOAD}.${sign('sha256', Buffer.from(`${header}.${PAYLOAD}`), privateKey).toString('base64url')}`;
}

describe('verifyBearerToken: what it accepts', () => {
  it.each([
    ['a token with neither exp nor iat, as Auth0 promises none', aToken()],
    ['a token without typ', aToken({}, { header: { alg: 'HS256' } })],
    ['an audience in a list', aToken({ aud: ['urn:other', 'urn:sms-gateway'] })],
    ['claims that it does not know', aToken({ iss: 'Auth0', jti: 'x', phone: null })],
  ])('accepts %s', (_name, token) => {
    expect(verify(token)).toEqual({ ageSeconds: null, names: [] });
  });

  it('says which time claims were there, and how old the token is', () => {
    const token = aToken({ iat: NOW_SECONDS - 90, exp: NOW_SECONDS + 60 });

    expect(verify(token)).toEqual({ ageSeconds: 90, names: ['exp', 'iat'] });
  });

  it('accepts the audience that is configured, and no other', () => {
    const token = aToken({ aud: 'urn:mine' });

    expect(verify(token, { audience: 'urn:mine' })).toBeDefined();
    expect(() => verify(token)).toThrow(UNAUTHENTICATED);
  });

  it.each([
    ['no subject', aToken({ sub: undefined })],
    ['another subject', aToken({ sub: 'urn:other' })],
  ])('accepts %s where the subject is not checked', (_name, token) => {
    expect(verify(token, { subject: '' })).toBeDefined();
  });
});

describe('verifyBearerToken: keys', () => {
  it.each([
    ['newest', [OTHER_KEY_TEXT, KEY_TEXT]],
    ['oldest', [KEY_TEXT, OTHER_KEY_TEXT]],
  ])('accepts the %s of several keys', (_name, keys) => {
    expect(verify(aToken({}, { key: OTHER_KEY_TEXT }), {}, keys)).toBeDefined();
  });

  it.each([
    ['of another key', aToken({}, { key: OTHER_KEY_TEXT }), [KEY_TEXT]],
    ['of none of several keys', aToken({}, { key: 'x'.repeat(32) }), [KEY_TEXT, OTHER_KEY_TEXT]],
    ['where there is no key', aToken(), []],
    [
      'of the second key for another audience',
      aToken({ aud: 'x' }, { key: OTHER_KEY_TEXT }),
      [KEY_TEXT, OTHER_KEY_TEXT],
    ],
  ])('refuses a token %s', (_name, token, keys) => {
    expect(() => verify(token, {}, keys)).toThrow(UNAUTHENTICATED);
  });
});

describe('verifyBearerToken: forged headers', () => {
  it.each([
    ['alg none without a signature', `${encode('{"alg":"none"}')}.${PAYLOAD}.`],
    ['alg none with a signature', withHeader({ alg: 'none' })],
    ['alg None', withHeader({ alg: 'None' })],
    ['alg in lower case', withHeader({ alg: 'hs256' })],
    ['HS512 by the right key', aToken({}, { header: { alg: 'HS512' }, hash: 'sha512' })],
    ['HS384 by the right key', aToken({}, { header: { alg: 'HS384' }, hash: 'sha384' })],
    ['a claim of HS512 over an HS256 signature', withHeader({ alg: 'HS512' })],
    ['RS256 by a key of the caller', withRsaSignature()],
    ['a claim of RS256 over an HS256 signature', withHeader({ alg: 'RS256' })],
    ['no alg', withHeader({ typ: 'JWT' })],
    ['alg as a list', withHeader({ alg: ['HS256'] })],
    ['a critical extension', withHeader({ alg: 'HS256', crit: ['exp'], exp: 1 })],
    ['an unencoded payload', withHeader({ alg: 'HS256', crit: ['b64'], b64: false })],
    ['a list for a header', withHeader([])],
    ['null for a header', withHeader(null)],
    ['no JSON for a header', signedToken(encode('{'), PAYLOAD)],
    [
      'a key of its own in the header',
      aToken(
        {},
        { key: OTHER_KEY_TEXT, header: { alg: 'HS256', jwk: { kty: 'oct', k: encode(OTHER_KEY_TEXT) } } },
      ),
    ],
  ])('refuses %s', (_name, token) => {
    expect(() => verify(token)).toThrow(UNAUTHENTICATED);
  });
});

describe('verifyBearerToken: spelling', () => {
  it.each([
    ['an empty text', ''],
    ['two dots', '..'],
    ['two parts', `${HEADER}.${PAYLOAD}`],
    ['four parts', `${GOOD}.${PAYLOAD}`],
    ['five parts', `${GOOD}.${PAYLOAD}.${PAYLOAD}`],
    ['an empty signature', `${HEADER}.${PAYLOAD}.`],
    ['an empty payload', signedToken(HEADER, '')],
    ['a shortened signature', GOOD.slice(0, -4)],
    [
      'a signature with one character changed',
      `${HEADER}.${PAYLOAD}.${GOOD_SIGNATURE.startsWith('A') ? 'B' : 'A'}${GOOD_SIGNATURE.slice(1)}`,
    ],
    ['the signature of other claims', `${HEADER}.${PAYLOAD}.${aToken({ x: 1 }).split('.')[2] ?? ''}`],
    ['padding after the signature', `${GOOD}=`],
    ['padding within the header, and signed so', signedToken(`${encode('{"alg":"HS256" }')}==`, PAYLOAD)],
    ['padding within the payload, and signed so', signedToken(HEADER, `${PAYLOAD}=`)],
    ['a signature that is spelt in another way', `${HEADER}.${PAYLOAD}.${misspell(GOOD_SIGNATURE)}`],
    ['a payload that is spelt in another way, and signed so', signedToken(HEADER, misspell(PAYLOAD))],
    [
      'a plus where a dash belongs',
      signedToken(
        HEADER,
        encode('{"aud":"urn:sms-gateway","sub":"urn:Auth0","x":"\u{1F600}>>>"}').replaceAll('-', '+'),
      ),
    ],
    ['a newline at the end', `${GOOD}\n`],
    ['a space at the end', `${GOOD} `],
    ['a space in front', ` ${GOOD}`],
    ['a space within the signature', `${GOOD.slice(0, -5)} ${GOOD.slice(-5)}`],
    ['a character of three bytes', `${GOOD}…`],
    ['more than 8 KiB, rightly signed', aToken({ padding: 'x'.repeat(8192) })],
    ['a megabyte of dots', '.'.repeat(1_000_000)],
  ])('refuses %s', (_name, token) => {
    expect(() => verify(token)).toThrow(UNAUTHENTICATED);
  });

  it('refuses everything that is no token, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(() => verify(text)).toThrow(UNAUTHENTICATED);
      }),
      { numRuns: 200 },
    );
  });
});

describe('verifyBearerToken: claims', () => {
  it.each([
    ['no audience', aToken({ aud: undefined })],
    ['another audience', aToken({ aud: 'urn:other' })],
    ['an audience that only begins so', aToken({ aud: 'urn:sms-gateway-2' })],
    ['an audience in another case', aToken({ aud: 'URN:SMS-GATEWAY' })],
    ['an empty list of audiences', aToken({ aud: [] })],
    ['a list of other audiences', aToken({ aud: ['urn:other'] })],
    ['an audience that is an object', aToken({ aud: { 'urn:sms-gateway': true } })],
    ['an audience within a list within a list', aToken({ aud: [['urn:sms-gateway']] })],
    ['no subject', aToken({ sub: undefined })],
    ['another subject', aToken({ sub: 'urn:auth0' })],
    ['an empty subject', aToken({ sub: '' })],
    ['a subject in a list', aToken({ sub: ['urn:Auth0'] })],
    ['claims that are a list', withPayload('[]')],
    ['claims that are a text', withPayload('"urn:sms-gateway"')],
    ['claims that are null', withPayload('null')],
    ['claims that are no JSON', withPayload('{"aud":')],
    ['claims that are not UTF-8', withPayload(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))],
  ])('refuses %s', (_name, token) => {
    expect(() => verify(token)).toThrow(UNAUTHENTICATED);
  });
});

describe('verifyBearerToken: time', () => {
  const times = ['exp', 'nbf', 'iat'] as const;
  const noTimes = [
    ['a text', `"${NOW_SECONDS}"`],
    ['null', 'null'],
    ['true', 'true'],
    ['a list', `[${NOW_SECONDS}]`],
    ['an object', '{}'],
    ['1e308', '1e308'],
    ['more than a number can be', '1e999'],
    ['less than a number can be', '-1e999'],
    ['negative', '-1'],
  ] as const;
  const table = times.flatMap((claim) => noTimes.map(([name, text]) => [claim, name, text] as const));

  it.each(table)('refuses %s where it is %s', (claim, _name, text) => {
    const token = withPayload(`{"aud":"urn:sms-gateway","sub":"urn:Auth0","${claim}":${text}}`);

    expect(() => verify(token)).toThrow(UNAUTHENTICATED);
  });

  it.each([
    ['exp a minute ago, less a second', { exp: NOW_SECONDS - 59 }],
    ['nbf in a minute', { nbf: NOW_SECONDS + 60 }],
    ['iat in a minute', { iat: NOW_SECONDS + 60 }],
    ['iat ten years ago', { iat: NOW_SECONDS - 315_360_000 }],
    ['iat that is no whole second', { iat: NOW_SECONDS - 0.5 }],
  ])('accepts %s', (_name, claims) => {
    expect(verify(aToken(claims))).toMatchObject({ names: Object.keys(claims) });
  });

  it.each([
    ['exp more than a minute ago', { exp: NOW_SECONDS - 61 }],
    ['exp 0', { exp: 0 }],
    ['nbf in more than a minute', { nbf: NOW_SECONDS + 61 }],
    ['iat in more than a minute', { iat: NOW_SECONDS + 61 }],
    ['exp long ago though iat is fresh', { iat: NOW_SECONDS, exp: NOW_SECONDS - 3600 }],
    ['milliseconds for seconds', { iat: NOW_SECONDS * 1000 }],
  ])('refuses %s', (_name, claims) => {
    expect(() => verify(aToken(claims))).toThrow(UNAUTHENTICATED);
  });

  it.each([
    ['of that age', { iat: NOW_SECONDS - 300 }],
    ['that is younger', { iat: NOW_SECONDS }],
  ])('accepts a token %s where a maximum age is set', (_name, claims) => {
    expect(verify(aToken(claims), { maxAgeSeconds: 300 })).toMatchObject({ names: ['iat'] });
  });

  it.each([
    ['more than a minute older', { iat: NOW_SECONDS - 361 }],
    ['that does not say when it was issued', {}],
    ['that does not say so though it expires', { exp: NOW_SECONDS + 60 }],
  ])('refuses a token %s where a maximum age is set', (_name, claims) => {
    expect(() => verify(aToken(claims), { maxAgeSeconds: 300 })).toThrow(UNAUTHENTICATED);
  });

  it('refuses a token without exp where that is required, and accepts one with it', () => {
    const policy = { requireExpiry: true };

    expect(() => verify(aToken({ iat: NOW_SECONDS }), policy)).toThrow(UNAUTHENTICATED);
    expect(verify(aToken({ exp: NOW_SECONDS + 60 }), policy)).toMatchObject({
      names: ['exp'],
    });
  });
});
