import { describe, expect, it } from '@jest/globals';
import {
  RATE_LIMIT_KINDS,
  rateLimitValues,
  type RateLimitSubject,
} from '../../../functions/domain/rate-limit-values.ts';
import { aCarrier, aNumber } from './some-rules.ts';

const EVERY_KIND = RATE_LIMIT_KINDS.map((kind) => ({ name: `by_${kind}`, kind }));
const SUBJECT: RateLimitSubject = {
  number: aNumber('+12025550123'),
  clientIp: '203.0.113.7',
  carrier: aCarrier({ mcc: '310', mnc: '04' }),
};

describe('rateLimitValues', () => {
  it('gives each kind its value', () => {
    expect(rateLimitValues(EVERY_KIND, SUBJECT)).toEqual({
      by_ip_and_phone: '+12025550123|203.0.113.7',
      by_phone: '+12025550123',
      by_ip: '203.0.113.7',
      by_phone_prefix: '+1202555',
      by_country: 'US',
      by_carrier: '310-04',
      by_global: 'all',
    });
  });

  it('cuts IPv6 to the network of one client', () => {
    expect(rateLimitValues(EVERY_KIND, { ...SUBJECT, clientIp: '2001:db8:1:2:3:4:5:6' })).toMatchObject({
      by_ip_and_phone: '+12025550123|2001:db8:1:2::/64',
      by_ip: '2001:db8:1:2::/64',
    });
  });

  it('leaves out what needs an address where there is none, and so limits nothing by default', () => {
    const subject = { ...SUBJECT, clientIp: null };

    expect(Object.keys(rateLimitValues(EVERY_KIND, subject))).toEqual([
      'by_phone',
      'by_phone_prefix',
      'by_country',
      'by_carrier',
      'by_global',
    ]);
    expect(rateLimitValues([{ name: 'ip_and_phone', kind: 'ip_and_phone' }], subject)).toEqual({});
  });

  it('leaves out what needs an address where it is none', () => {
    expect(Object.keys(rateLimitValues(EVERY_KIND, { ...SUBJECT, clientIp: 'undefined' }))).not.toContain(
      'by_ip',
    );
  });

  it('leaves out what needs a number for an e-mail address', () => {
    expect(rateLimitValues(EVERY_KIND, { ...SUBJECT, number: null, carrier: null })).toEqual({
      by_ip: '203.0.113.7',
      by_global: 'all',
    });
  });

  it('leaves out the country of a number of no country', () => {
    const values = rateLimitValues(EVERY_KIND, {
      ...SUBJECT,
      number: { e164: '+88212345678', country: null, callingCode: '882' },
    });

    expect(values).not.toHaveProperty('by_country');
  });

  it.each([
    ['no carrier', null],
    ['no MCC', aCarrier({ mcc: null })],
    ['no MNC', aCarrier({ mnc: null })],
  ])('leaves out the carrier where there is %s', (_name, carrier) => {
    expect(rateLimitValues(EVERY_KIND, { ...SUBJECT, carrier })).not.toHaveProperty('by_carrier');
  });

  it('keeps the zeros of an MNC as Lookup gave them', () => {
    const values = rateLimitValues(EVERY_KIND, { ...SUBJECT, carrier: aCarrier({ mcc: '001', mnc: '001' }) });

    expect(values).toMatchObject({ by_carrier: '001-001' });
  });

  it('gives the value under the name of the limit, and several limits of one kind theirs', () => {
    const limits = [
      { name: 'hour', kind: 'phone' },
      { name: 'day', kind: 'phone' },
    ] as const;

    expect(rateLimitValues(limits, SUBJECT)).toEqual({ hour: '+12025550123', day: '+12025550123' });
  });

  it('never says undefined or null', () => {
    const nothing = { number: null, clientIp: null, carrier: aCarrier({ mcc: null, mnc: null }) };

    expect(rateLimitValues(EVERY_KIND, nothing)).toEqual({ by_global: 'all' });
  });
});
