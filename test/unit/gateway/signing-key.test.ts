import { describe, expect, it } from '@jest/globals';
import { parseSigningKeys } from '../../../functions/gateway/signing-key.ts';

const ONE = 'a'.repeat(32);
const TWO = 'b'.repeat(40);

function textsOf(text: string): string[] {
  return parseSigningKeys(text, false).map((key) => key.export().toString('utf8'));
}

describe('parseSigningKeys', () => {
  it.each([
    ['one key', ONE, [ONE]],
    ['a key per line, newest first', `${ONE}\n${TWO}`, [ONE, TWO]],
    ['keys with commas between', `${TWO},${ONE}`, [TWO, ONE]],
    ['lines of Windows', `${ONE}\r\n${TWO}\r\n`, [ONE, TWO]],
    ['commas and lines, with spaces and empty ones', ` ${ONE} ,\n\n, ${TWO}\n`, [ONE, TWO]],
    ['a key of 32 bytes in fewer characters', 'ä'.repeat(16), ['ä'.repeat(16)]],
  ])('reads %s', (_name, text, expected) => {
    expect(textsOf(text)).toEqual(expected);
  });

  it('decodes base64url where it is told to, with padding or without', () => {
    const bytes = Buffer.alloc(32, 0xfb);
    const text = `${bytes.toString('base64url')},${bytes.toString('base64url')}=`;

    const keys = parseSigningKeys(text, true).map((key) => key.export());

    expect(keys).toEqual([bytes, bytes]);
  });

  it('does not decode base64url where it is not told to', () => {
    const text = Buffer.alloc(32, 0xfb).toString('base64url');

    expect(textsOf(text)).toEqual([text]);
  });

  it.each([
    ['no text', '', false, 'holds no key'],
    ['commas and lines alone', ' ,\n, ', false, 'holds no key'],
    ['a key of 31 bytes', 'a'.repeat(31), false, 'key 1 has 31 bytes'],
    ['a second key that is too short', `${ONE}\nshort`, false, 'key 2 has 5 bytes'],
    [
      '32 hexadecimal digits that are decoded to 24 bytes',
      '0123456789abcdef'.repeat(2),
      true,
      'key 1 has 24 bytes',
    ],
    ['what is not base64url', `${ONE},${'+/'.repeat(32)}`, true, 'key 1 has 24 bytes'],
    [
      'what is not base64url and long',
      `${'A'.repeat(43)},${'+/'.repeat(32)}`,
      true,
      'key 2 is not base64url',
    ],
  ])('refuses %s, saying which and quoting nothing', (_name, text, isBase64, problem) => {
    const parse = () => parseSigningKeys(text, isBase64);

    expect(parse).toThrow(problem);
    expect(parse).not.toThrow(/aaaa|short|cdef|\+\//);
  });
});
