import { describe, expect, it } from '@jest/globals';
import { createAuthenticate } from '../../../functions/gateway/authenticate.ts';
import { aRequestHead } from '../../support/a-request-head.ts';
import { aSignature } from '../../support/a-signature.ts';
import { aKey, aToken, KEY_TEXT, NOW_SECONDS, OTHER_KEY_TEXT } from '../../support/a-token.ts';

const BODY = Buffer.from('{"v":1}');
const UNAUTHENTICATED = expect.objectContaining({ name: 'Refusal', code: 'unauthenticated' });
const GOOD = { authorization: `Bearer ${aToken()}` };
const SIGNED = { 'x-signature': aSignature(BODY) };

let keys = [aKey()];

function authenticate(
  headers: Readonly<Record<string, string | readonly string[]>>,
  body: Buffer = BODY,
): unknown {
  const check = createAuthenticate({
    keys: () => keys,
    tokens: { audience: 'urn:sms-gateway', subject: 'urn:Auth0', maxAgeSeconds: 0, requireExpiry: false },
    now: () => NOW_SECONDS * 1000,
  });
  const identify = check(aRequestHead(headers));
  return identify(body);
}

describe('createAuthenticate', () => {
  it.each([
    ['a token', { authorization: `Bearer ${aToken({ iat: NOW_SECONDS - 5 })}` }],
    ['a token, the scheme in another case', { authorization: `bearer ${aToken({ iat: NOW_SECONDS - 5 })}` }],
  ])('accepts %s, and says what it said of time', (_name, headers) => {
    expect(authenticate(headers)).toEqual({ token: { ageSeconds: 5, names: ['iat'] } });
  });

  it('accepts a signature, which says nothing of a token', () => {
    expect(authenticate(SIGNED)).toEqual({ token: null });
  });

  it('lets a good signature decide though the token is wrong', () => {
    expect(authenticate({ ...SIGNED, authorization: 'Bearer x' })).toEqual({ token: null });
  });

  it.each([
    ['nothing', {}],
    ['an empty Authorization', { authorization: '' }],
    ['another scheme', { authorization: `Basic ${Buffer.from(`a:${KEY_TEXT}`).toString('base64')}` }],
    ['a token without the scheme', { authorization: aToken() }],
    ['the scheme without a token', { authorization: 'Bearer' }],
    ['the key itself', { authorization: `Bearer ${KEY_TEXT}` }],
    ['two tokens in one header', { authorization: `Bearer ${aToken()}, Bearer ${aToken()}` }],
    ['two Authorization headers', { authorization: [GOOD.authorization, GOOD.authorization] }],
    ['a token with padding', { authorization: `Bearer ${aToken()}=` }],
    ['a token of another key', { authorization: `Bearer ${aToken({}, { key: OTHER_KEY_TEXT })}` }],
    ['a token in another header', { 'x-authorization': GOOD.authorization }],
    ['an empty signature, though the token is right', { ...GOOD, 'x-signature': '' }],
    ['a malformed signature, though the token is right', { ...GOOD, 'x-signature': 't=1' }],
    [
      'a signature of another key, though the token is right',
      { ...GOOD, 'x-signature': aSignature(BODY, { key: OTHER_KEY_TEXT }) },
    ],
    ['two signatures', { 'x-signature': [aSignature(BODY), aSignature(BODY)] }],
    [
      'two signatures, though the token is right',
      { ...GOOD, 'x-signature': [aSignature(BODY), aSignature(BODY)] },
    ],
  ])('refuses %s', (_name, headers) => {
    expect(() => authenticate(headers)).toThrow(UNAUTHENTICATED);
  });

  it('refuses a signed request whose body is another one', () => {
    expect(() => authenticate(SIGNED, Buffer.from('{"v":2}'))).toThrow(UNAUTHENTICATED);
  });

  it.each([
    ['a token', { authorization: 'Bearer x.y.z' }],
    ['the form of a signature', { 'x-signature': 'nonsense' }],
    ['the time of a signature', { 'x-signature': aSignature(BODY, { time: NOW_SECONDS - 3600 }) }],
  ])('refuses %s before the body is there', (_name, headers) => {
    const check = createAuthenticate({
      keys: () => [aKey()],
      tokens: { audience: 'a', subject: '', maxAgeSeconds: 0, requireExpiry: false },
      now: () => NOW_SECONDS * 1000,
    });

    expect(() => check(aRequestHead(headers))).toThrow(UNAUTHENTICATED);
  });

  it('reads the keys anew for each request, so that they may rotate', () => {
    keys = [aKey(OTHER_KEY_TEXT)];
    try {
      expect(() => authenticate(GOOD)).toThrow(UNAUTHENTICATED);
      expect(() => authenticate(SIGNED)).toThrow(UNAUTHENTICATED);
    } finally {
      keys = [aKey()];
    }

    expect(authenticate(GOOD)).toBeDefined();
  });

  it('takes the time of the system where no clock is given', () => {
    const check = createAuthenticate({
      keys: () => keys,
      tokens: { audience: 'urn:sms-gateway', subject: '', maxAgeSeconds: 60, requireExpiry: false },
    });
    const token = aToken({ iat: Math.floor(Date.now() / 1000) });

    expect(check(aRequestHead({ authorization: `Bearer ${token}` }))).toBeInstanceOf(Function);
  });
});
