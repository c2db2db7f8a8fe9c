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
    ['32 bytes in fewer characters', 'é'.repeat(16), ['é'.repeat(16)]],
  ])('reads %s', (_what, text, tokens) => {
    expect(parseStreamTokens(text)).toEqual(tokens);
  });

  it.each([
    ['nothing', ''],
    ['commas', ' ,\n,'],
    ['a short token', 'a-secret-of-thirty-one-letters!'],
    ['a short token behind a long one', `${ONE},short-secret`],
    ['a token that is long with its scheme only', 'Bearer a-secret-of-thirty-one-letters!'],
  ])('refuses %s, and does not say which', (_what, text) => {
    expect(() => parseStreamTokens(text)).toThrow(Error);
    expect(() => parseStreamTokens(text)).not.toThrow(/secret/);
  });
});
