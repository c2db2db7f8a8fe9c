import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { createAuthenticate } from '../../../functions/log-stream/authenticate.ts';
import { aRequestHead } from '../../support/a-request-head.ts';

const NEW = 'the-new-token-of-the-log-stream-0001';
const OLD = 'the-old-token-of-the-log-stream-0002';

describe('createAuthenticate', () => {
  const authenticate = createAuthenticate(() => [NEW, OLD]);

  it.each([NEW, OLD, `Bearer ${NEW}`, `bearer ${OLD}`, `BEARER  ${NEW}`])('takes %j', (authorization) => {
    expect(() => authenticate(aRequestHead({ authorization }))).not.toThrow();
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['no header', {}],
    ['an empty one', { authorization: '' }],
    ['another token', { authorization: OLD.replace('old', 'odd') }],
    ['half a token', { authorization: NEW.slice(0, -1) }],
    ['more than a token', { authorization: `${NEW}x` }],
    ['both tokens', { authorization: `${NEW},${OLD}` }],
    ['another scheme', { authorization: `Basic ${NEW}` }],
    ['the scheme twice', { authorization: `Bearer Bearer ${NEW}` }],
    ['Bearer alone', { authorization: 'Bearer ' }],
    ['the header twice', { authorization: [NEW, NEW] }],
    ['the token in another header', { 'x-authorization': NEW }],
  ])('refuses %s', (_what, headers) => {
    expect(() => authenticate(aRequestHead(headers))).toThrow(new Refusal('unauthenticated'));
  });

  it('refuses everybody where there is no token', () => {
    for (const authorization of ['', 'Bearer ', 'undefined']) {
      expect(() => createAuthenticate(() => [])(aRequestHead({ authorization }))).toThrow(Refusal);
    }
  });

  it('reads the tokens for each request', () => {
    let tokens = [OLD];
    const rotated = createAuthenticate(() => tokens);
    expect(() => rotated(aRequestHead({ authorization: NEW }))).toThrow(Refusal);
    tokens = [NEW];
    expect(() => rotated(aRequestHead({ authorization: NEW }))).not.toThrow();
    expect(() => rotated(aRequestHead({ authorization: OLD }))).toThrow(Refusal);
  });
});
