import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { findSecrets } from '../../../tools/check-secrets/find-secrets.ts';

const hex = (): string => randomBytes(16).toString('hex');
const part = (): string => randomBytes(30).toString('base64url');

describe('findSecrets', () => {
  // Made when the test runs, so that this file holds none.
  it.each([
    ['a Twilio API key', `SK${hex()}`],
    ['a Twilio account', `AC${hex()}`],
    ['a Twilio service', `VA${hex()}`],
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${randomBytes(48).toString('base64')}`],
    ['a signed token', ['eyJ', 'eyJ', ''].map((start) => start + part()).join('.')],
    ['a GitHub token', `ghp_${'a1'.repeat(18)}`],
    ['a password in an address', ['https://user', 'password@host.example'].join(':')],
  ])('finds %s, and says where', (kind, secret) => {
    expect(findSecrets(`first\nkey = "${secret}"\n`)).toEqual([{ kind, line: 2 }]);
  });

  it.each([
    ['made-up identifiers', `AC${'5'.repeat(32)} SK${'0'.repeat(31)}2`],
    ['an address of an example', 'https://user:canary@example.com'],
    ['the pattern of one', 'SK[0-9a-f]{32}'],
    ['a head of a key without a key', `-----BEGIN PRIVATE KEY-----`],
    ['an address', 'https://verify.twilio.com/v2/Services?a=b:c@d'],
  ])('leaves alone %s', (_name, text) => {
    expect(findSecrets(text)).toEqual([]);
  });
});
