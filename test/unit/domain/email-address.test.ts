import { describe, expect, it } from '@jest/globals';
import { parseEmailAddress } from '../../../functions/domain/email-address.ts';

const LONGEST_DOMAIN = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(58)}.org`;

describe('parseEmailAddress', () => {
  it.each([
    ['a@example.org', 'a@example.org'],
    ['Some.Body+Tag@Example.ORG', 'some.body+tag@example.org'],
    ["o'brien_1@mail.example.org", "o'brien_1@mail.example.org"],
    ['a@b.example.org', 'a@b.example.org'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
    [`${'a'.repeat(64)}@${LONGEST_DOMAIN}`.slice(1), `${'a'.repeat(63)}@${LONGEST_DOMAIN}`],
  ])('reads %s', (text, address) => {
    expect(parseEmailAddress(text)).toBe(address);
  });

  it.each([
    ['nothing', ''],
    ['no at', 'example.org'],
    ['two ats', 'a@b@example.org'],
    ['nothing before the at', '@example.org'],
    ['nothing after the at', 'a@'],
    ['a domain of one label', 'a@localhost'],
    ['an empty label', 'a@example..org'],
    ['a dot at the end', 'a@example.org.'],
    ['a dash at the edge of a label', 'a@-example.org'],
    ['a label of 64 characters', `a@${'b'.repeat(64)}.org`],
    ['an address literal', 'a@[192.0.2.1]'],
    ['a space before', ' a@example.org'],
    ['a space after', 'a@example.org '],
    ['a newline after', 'a@example.org\n'],
    ['a space inside', 'a b@example.org'],
    ['quotes', '"a b"@example.org'],
    ['a control character', 'a\u0000@example.org'],
    ['a header', 'a@example.org\r\nBcc: b@example.org'],
    ['a comment before the name', '(a)b@example.org'],
    ['a comment behind the name', 'b(a)@example.org'],
    ['a list', 'a@example.org,b@example.org'],
    ['a display name', 'A <a@example.org>'],
    ['letters beyond ASCII', 'jos\u00e9@example.org'],
    ['a letter that becomes ASCII in lower case', '\u212aim@example.org'],
    ['a local part of 65 characters', `${'a'.repeat(65)}@example.org`],
    ['more than 254 characters', `${'a'.repeat(64)}@${LONGEST_DOMAIN}`],
    ['a number', '+447700900123'],
  ])('refuses %s', (_what, text) => {
    expect(parseEmailAddress(text)).toBeNull();
  });

  it('is quick about text made to be slow', () => {
    expect(parseEmailAddress(`a@${'a-'.repeat(500_000)}`)).toBeNull();
  });
});
