import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clientNetwork, ipPrefix } from '../../../functions/domain/client-network.ts';

const NO_ADDRESSES = [
  '',
  ' ',
  'unknown',
  'undefined',
  '203.0.113',
  '203.0.113.256',
  '203.0.113.7.1',
  '203.0.113.07',
  '203.0.113.-1',
  '203.0.113.7 ',
  '203.0.113.7:443',
  '0x7f.0.0.1',
  '2130706433',
  ':',
  ':::',
  '2001:db8',
  '2001:db8::1::2',
  '2001:db8:1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8::',
  ':1:2:3:4:5:6:7:8',
  '2001:db8::12345',
  '2001:db8::g',
  '[2001:db8::1]',
  'fe80::1%eth0',
  '::203.0.113.256',
  '203.0.113.7::',
  '::203.0.113.7:1',
];

describe('clientNetwork', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:0:0:5::1', '2001:0:0:5::/64'],
    ['::1', '::/64'],
    ['2001:DB8:0001:0002::7', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:FFFF:203.0.113.7', '203.0.113.7'],
  ])('takes %s for %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it('takes neighbours in one /64 for one client, and those in the next for another', () => {
    expect(clientNetwork('2001:db8:1:2::1')).toBe(clientNetwork('2001:db8:1:2:aaaa::1'));
    expect(clientNetwork('2001:db8:1:2::1')).not.toBe(clientNetwork('2001:db8:1:3::1'));
  });

  it.each(NO_ADDRESSES)('takes %j for no address', (text) => {
    expect(clientNetwork(text)).toBeNull();
  });

  it('takes for addresses what Node takes for addresses', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.ipV6(),
      fc.stringMatching(/^[0-9a-f:.]{1,30}$/),
      fc.stringMatching(/^(?:[0-9a-f]{0,4}:){2,8}[0-9a-f]{0,4}$/),
    );
    fc.assert(
      fc.property(text, (address) => {
        expect(clientNetwork(address) !== null).toBe(isIP(address) !== 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('ipPrefix', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2::7', '2001:db8:1::/48'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ])('shows %s as %s', (address, prefix) => {
    expect(ipPrefix(address)).toBe(prefix);
  });

  it.each(NO_ADDRESSES)('shows nothing of %j', (text) => {
    expect(ipPrefix(text)).toBeNull();
  });
});
