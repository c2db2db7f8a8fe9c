import { describe, expect, it } from '@jest/globals';
import { parseStreamTokens } from '../../../functions/log-stream/stream-tokens.ts';

const ONE = 'the-new-token-of-the-log-stream-0001';
const TWO = 'the-old-token-of-the-log-stream-0002';

describe('parseStreamTokens', () => {
  it.each([
    ['one', ONE, [ONE]],
    ['one on each line', `${ONE}\n${TWO}\n`, [ONE, TWO]],
    ['lines that end with CR and LF', `${ONE}\r\n${TWO}\r\n`, [ONE, TWO]],
    ['commas and blanks', ` ${ONE} ,, ${TWO} `, [ONE, TWO]],
    ['what is to be sent, scheme included', `Bearer ${ONE}`, [ONE]],
    ['a scheme with more blanks behind it', `BEARER  ${ONE}`, [ONE]],
    ['a token that holds the name of the scheme', `x-bearer ${ONE}`, [`x-bearer ${ONE}`]],
    ['32 bytes in fewer characters', 'é'.repeat(16), ['é'.repeat(16)]],
  ])('reads %s', (_what, text, tokens) => {
    expect(parseStreamTokens(text)).toEqual(tokens);
  });

  it.each([
    ['nothing', '', 'holds no token'],
    ['commas', ' ,\n,', 'holds no token'],
    ['a short token', 'a-secret-of-thirty-one-letters!', 'token 1 has 31 bytes: at least 32 are needed'],
    [
      'a short token behind a long one',
      `${ONE},short-secret`,
      'token 2 has 12 bytes: at least 32 are needed',
    ],
    [
      'a token that is long with its scheme only',
      'Bearer a-secret-of-thirty-one-letters!',
      'token 1 has 31 bytes: at least 32 are needed',
    ],
  ])('refuses %s, says where it is and not what', (_what, text, message) => {
    expect(() => parseStreamTokens(text)).toThrow(new Error(message));
  });
});
