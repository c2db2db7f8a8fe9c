import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANNELS } from '../../../functions/domain/channel.ts';
import { chooseChannel, type ChannelQuestion } from '../../../functions/domain/choose-channel.ts';
import type { Carrier } from '../../../functions/domain/carrier.ts';
import { decide } from '../../../functions/domain/decide.ts';
import { LINE_TYPES } from '../../../functions/domain/line-type.ts';
import { parseRule, type RuleDocument } from '../../../functions/domain/parse-rule.ts';
import { parsePhoneNumber } from '../../../functions/domain/phone-number.ts';
import { RATE_LIMIT_KINDS, rateLimitValues } from '../../../functions/domain/rate-limit-values.ts';
import { createRuleSet } from '../../../functions/domain/rule-set.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../functions/domain/settings.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { aCarrier, aNumber, NOW } from './some-rules.ts';

// What holds for all documents, numbers and carriers, through more than one file of the domain.

const BEFORE = new Date('2026-11-24T11:00:00Z');
const AFTER = new Date('2026-11-24T13:00:00Z');
const NUMBERS = ['+447700900123', '+447781000000', '+12015550123', '+881600000000'];

const number = fc.constantFrom(...NUMBERS);
const carrier = fc.option(
  fc.record<Carrier>({
    mcc: fc.constantFrom('234', '310', null),
    mnc: fc.constantFrom('15', '015', '260', '1', null),
    name: fc.constant(null),
    lineType: fc.option(fc.constantFrom(...LINE_TYPES)),
  }),
  { nil: undefined },
);
const settings = fc.record({
  mode: fc.constantFrom('enforce', 'monitor', 'lockdown'),
  defaultCountry: fc.constantFrom('allow', 'deny'),
});
const goodId = fc.constantFrom(
  'GB',
  ' gb ',
  'US',
  '+44',
  '+4477',
  ...NUMBERS,
  '234-15',
  '23415',
  '234-015',
  '310260',
  '234-*',
  'type:premium',
  'Type:PAGER',
  'type:mobile',
);
const anything = fc.oneof(fc.anything(), fc.constantFrom('234', 234, '15', 15, true, 'tomorrow'));
const action = fc.constantFrom(undefined, 'block', 'allow', 'monitor', 'deny', 7);
const document: fc.Arbitrary<RuleDocument> = fc.record({
  id: fc.oneof(goodId, fc.string(), fc.constantFrom('UK', '234', 'x7Fq2kPLmZ90abCD1234')),
  fields: fc.record(
    {
      action,
      enabled: fc.oneof(fc.constant(true), anything),
      expiresAt: fc.oneof(fc.constantFrom(BEFORE, AFTER), anything),
      mcc: anything,
      mnc: anything,
    },
    { requiredKeys: [] },
  ),
});
const documents = fc.array(document, { maxLength: 12 });

function verdictOf(
  some: readonly RuleDocument[],
  to: string,
  via: Carrier | undefined,
  how: Partial<Settings>,
): Verdict {
  const rules = createRuleSet(some.flatMap((each) => parseRule(each).rule ?? []));
  const subject = { number: aNumber(to), carrier: via };
  return decide(rules, { ...DEFAULT_SETTINGS, ...how }, subject, NOW);
}

describe('for all documents', () => {
  it('their order never matters', () => {
    const twoOrders = documents.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(twoOrders, number, carrier, settings, ([one, other], to, via, how) => {
        expect(verdictOf(other, to, via, how)).toEqual(verdictOf(one, to, via, how));
      }),
      { numRuns: 500 },
    );
  });

  it('one that makes no rule never changes a verdict', () => {
    const useless = fc.oneof(
      document.filter((each) => parseRule(each).rule === null),
      goodId.map((id) => ({ id, fields: { enabled: false } })),
    );
    fc.assert(
      fc.property(documents, useless, number, carrier, settings, (some, bad, to, via, how) => {
        expect(verdictOf([...some, bad], to, via, how)).toEqual(verdictOf(some, to, via, how));
      }),
    );
  });

  it('one that has expired never changes a verdict', () => {
    const expired = fc
      .tuple(goodId, action)
      .map(([id, does]) => ({ id, fields: { action: does, expiresAt: BEFORE } }));
    const lasting = document.map((each) => ({ ...each, fields: { ...each.fields, expiresAt: null } }));
    fc.assert(
      fc.property(fc.array(lasting), expired, number, carrier, settings, (some, old, to, via, how) => {
        expect(verdictOf([...some, old], to, via, how)).toEqual(verdictOf(some, to, via, how));
      }),
    );
  });

  it('a monitor rule never changes what is sent, whatever else it says', () => {
    const trial = document.map((each) => ({ ...each, fields: { ...each.fields, action: 'monitor' } }));
    fc.assert(
      fc.property(documents, trial, number, carrier, settings, (some, monitor, to, via, how) => {
        const without = verdictOf(some, to, via, how);
        const withTrial = verdictOf([...some, monitor], to, via, how);
        expect({ ...withTrial, wouldBlock: null }).toEqual({ ...without, wouldBlock: null });
      }),
      { numRuns: 500 },
    );
  });

  it('one more block never sends, and one more allow never blocks', () => {
    const isStopped = (...asked: Parameters<typeof verdictOf>): boolean =>
      verdictOf(...asked).blockedBy !== null;
    fc.assert(
      fc.property(documents, goodId, number, carrier, settings, (some, id, to, via, how) => {
        const isStoppedNow = isStopped(some, to, via, how);
        const withBlock = isStopped([...some, { id, fields: {} }], to, via, how);
        const withAllow = isStopped([...some, { id, fields: { action: 'allow' } }], to, via, how);
        expect([withBlock || !isStoppedNow, isStoppedNow || !withAllow]).toEqual([true, true]);
      }),
      { numRuns: 500 },
    );
  });

  it('a network may be spelt in any way', () => {
    const code = fc.nat({ max: 999 });
    fc.assert(
      fc.property(code, code, (mccCode, mncCode) => {
        const mcc = String(mccCode).padStart(3, '0');
        const mncs = [1, 2, 3]
          .map((width) => String(mncCode).padStart(width, '0'))
          .filter((mnc) => mnc.length <= 3);
        const ids = mncs.flatMap((mnc) => [`${mcc}-${mnc}`, ...(mnc.length > 1 ? [mcc + mnc] : [])]);
        const spellings: RuleDocument[] = [
          ...ids.map((id) => ({ id, fields: {} })),
          { id: 'x7Fq2kPLmZ90abCD1234', fields: { mcc, mnc: String(mncCode) } },
          { id: 'x7Fq2kPLmZ90abCD1234', fields: { mcc: mccCode, mnc: mncCode } },
        ];
        const stops = spellings.flatMap((spelling) =>
          mncs.map((mnc) => verdictOf([spelling], NUMBERS[0] ?? '', aCarrier({ mcc, mnc }), {}).blockedBy),
        );
        expect(stops.map((stop) => stop?.question)).toEqual(stops.map(() => 'network'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('for all numbers', () => {
  it('spaces, dots, dashes and parentheses never make another number', () => {
    const separator = fc.constantFrom('', '', ' ', '.', '-', '(', ')', ' (', ') ');
    fc.assert(
      fc.property(number, fc.array(separator, { minLength: 17, maxLength: 17 }), (e164, separators) => {
        const text = Array.from(e164, (character, index) => `${character}${separators[index] ?? ''}`).join(
          '',
        );
        expect(parsePhoneNumber(text)).toEqual(parsePhoneNumber(e164));
      }),
    );
  });
});

describe('for all that is known of a send', () => {
  const subject = fc.record({
    number: fc.option(number.map(aNumber)),
    clientIp: fc.option(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('undefined', ''))),
    carrier: carrier.map((some) => some ?? null),
  });
  const limits = RATE_LIMIT_KINDS.map((kind) => ({ name: `by-${kind}`, kind }));

  it('a rate limit has a value of real data, or none', () => {
    fc.assert(
      fc.property(subject, (known) => {
        const values = Object.values(rateLimitValues(limits, known));
        expect(values.filter((value) => value === '' || /undefined|null|NaN/.test(value))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('an address of the same client never counts as another', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), number, (ipv4, ipv6, to) => {
        const valueOf = (clientIp: string): unknown =>
          rateLimitValues(limits, { number: aNumber(to), clientIp, carrier: null })['by-ip'];
        expect(valueOf(`::ffff:${ipv4}`)).toBe(ipv4);
        expect(valueOf(ipv6.toUpperCase())).toBe(valueOf(ipv6));
      }),
    );
  });
});

describe('for all settings of channels', () => {
  const channel = fc.constantFrom(...CHANNELS);
  const question: fc.Arbitrary<ChannelQuestion> = fc.record({
    asked: fc.option(channel),
    recipient: fc.constantFrom('phone', 'email'),
    country: fc.constantFrom('GB', 'US', null),
    lineType: fc.option(fc.constantFrom(...LINE_TYPES)),
    settings: fc.record({
      default: fc.option(channel),
      byCountry: channel.map((some) => new Map([['GB', some]])),
      landline: fc.constantFrom('call', 'block', null),
    }),
    enabled: fc.subarray([...CHANNELS]),
    defaultChannel: channel,
  });

  it('a code goes out by a channel that is enabled and fits, or not at all', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const choice = chooseChannel(asked);
        const isStopped = choice === 'not_possible' || choice === 'landline_blocked';
        const fits = (choice === 'email') === (asked.recipient === 'email');
        expect(isStopped || (asked.enabled.includes(choice) && fits)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('what was asked for is never replaced', () => {
    fc.assert(
      fc.property(question, channel, (rest, asked) => {
        expect([asked, 'not_possible', 'landline_blocked']).toContain(chooseChannel({ ...rest, asked }));
      }),
    );
  });
});
