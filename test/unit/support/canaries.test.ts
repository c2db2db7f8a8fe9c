import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { findCanaries, type Canary } from '../../support/canaries.ts';

// A search that finds nothing proves nothing unless it would find something.

const NUMBER: Canary = { name: 'number', text: '+447700900123', kind: 'digits' };
const TEXT: Canary = { name: 'text', text: 'a secret/text=?', kind: 'text' };
const sha256 = (text: string) => createHash('sha256').update(text).digest();

describe('findCanaries', () => {
  it.each([
    ['as it is', 'x +447700900123 x'],
    ['grouped', '+44 7700-900 (123)'],
    ['without its calling code', '07700 900 123'],
    ['percent-encoded', '/v2/PhoneNumbers/%2B447700900123'],
    ['by a hash', sha256('+447700900123').toString('hex').toUpperCase()],
    ['by a hash of its digits in base64url', sha256('447700900123').toString('base64url')],
    ...[0, 1, 2].map((offset) => [
      `in base64, at ${offset}`,
      Buffer.from(`${'x'.repeat(offset)}+447700900123 and more`).toString('base64'),
    ]),
    ['in hexadecimal', Buffer.from('+447700900123').toString('hex').toUpperCase()],
  ])('finds a number %s', (_name, output = '') => {
    expect(findCanaries(output, [NUMBER])).not.toEqual([]);
  });

  it.each([
    ['as it is', '{"x":"a secret/text=?"}'],
    ['in another case', 'A SECRET/TEXT=?'],
    ['percent-encoded', encodeURIComponent(TEXT.text)],
    ['as a form', 'Body=a+secret%2Ftext%3D%3F'],
    [
      'escaped whole',
      '\\u0061\\u0020\\u0073\\u0065\\u0063\\u0072\\u0065\\u0074\\u002f\\u0074\\u0065\\u0078\\u0074\\u003d\\u003f',
    ],
    ['in base64url', Buffer.from('..a secret/text=?..').toString('base64url')],
  ])('finds a text %s', (_name, output) => {
    expect(findCanaries(output, [TEXT])).not.toEqual([]);
  });

  it('finds nothing where there is nothing', () => {
    expect(findCanaries('{"number":"+44••••••23","durationMs":7}', [NUMBER, TEXT])).toEqual([]);
  });
});
