import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Carrier } from '../../../functions/domain/carrier.ts';
import { decide } from '../../../functions/domain/decide.ts';
import { createRuleSet } from '../../../functions/domain/rule-set.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../functions/domain/settings.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { aCarrier, aNumber, aRule, inShort, NOW } from './some-rules.ts';

const GB = '+447700900123';
const GUERNSEY = '+447781000000';
const US = '+12015550123';
const UZ = '+998990000001';
const SATELLITE = '+881600000000';
const PREMIUM_GLOBAL = '+979000000000';

const MOBILE = aCarrier();
const RELISH = aCarrier({ mnc: '51' });
const LANDLINE = aCarrier({ mnc: null, lineType: 'landline' });
const NOTHING_KNOWN: Carrier = { mcc: null, mnc: null, name: null, lineType: null };

function verdictOf(
  lines: readonly string[],
  number: string,
  carrier?: Carrier,
  settings: Partial<Settings> = {},
): Verdict {
  const subject = { number: aNumber(number), carrier };
  return decide(createRuleSet(lines.map(aRule)), { ...DEFAULT_SETTINGS, ...settings }, subject, NOW);
}

type Row = readonly [
  what: string,
  rules: readonly string[],
  number: string,
  carrier: Carrier | undefined,
  expected: string,
];

function itDecides(settings: Partial<Settings>, rows: readonly Row[]): void {
  it.each(rows)('%s', (_what, lines, number, carrier, expected) => {
    expect(inShort(verdictOf(lines, number, carrier, settings))).toBe(expected);
  });
}

describe('place', () => {
  itDecides({}, [
    ['no rule lets everything through', [], GB, undefined, 'sent'],
    ['a country blocks its numbers', ['UZ'], UZ, undefined, 'blocked by place UZ'],
    ['a country leaves other countries alone', ['UZ'], GB, undefined, 'sent'],
    ['a reserved range is of the main country', ['GB'], GB, undefined, 'blocked by place GB'],
    ['GB does not include Guernsey', ['GB'], GUERNSEY, undefined, 'sent'],
    ['GG is Guernsey alone', ['GG'], GUERNSEY, undefined, 'blocked by place GG'],
    ['a country is the number’s, never the MCC’s', ['GB'], UZ, MOBILE, 'sent'],
    ['a calling code is a prefix', ['+998'], UZ, undefined, 'blocked by place +998'],
    ['one digit is a prefix', ['+9'], UZ, undefined, 'blocked by place +9'],
    ['a prefix that differs in the last digit', ['+998991'], UZ, undefined, 'sent'],
    ['a prefix longer than the number', ['+9989900000012'], UZ, undefined, 'sent'],
    ['a full number blocks itself', [UZ], UZ, undefined, `blocked by place ${UZ}`],
    ['a full number leaves its neighbour alone', [UZ], '+998990000002', undefined, 'sent'],
    ['a longer prefix beats a shorter one', ['+998', '+99899 allow'], UZ, undefined, 'sent'],
    [
      'a longer block beats a shorter allow',
      ['+998 allow', '+99899'],
      UZ,
      undefined,
      'blocked by place +99899',
    ],
    ['a prefix beats the country', ['UZ', '+99899 allow'], UZ, undefined, 'sent'],
    ['a blocking prefix beats an allowed country', ['UZ allow', '+9'], UZ, undefined, 'blocked by place +9'],
    ['at one level allow beats block', ['UZ', 'UZ allow'], UZ, undefined, 'sent'],
    ['at one prefix allow beats block', ['+998', '+998 allow'], UZ, undefined, 'sent'],
  ]);
});

describe('a number of no country', () => {
  itDecides({}, [
    ['is blocked when it is a satellite', [], SATELLITE, undefined, 'blocked by place no-country'],
    ['is blocked when it is global premium', [], PREMIUM_GLOBAL, undefined, 'blocked by place no-country'],
    ['is sent to when a prefix allows it', ['+881 allow'], SATELLITE, undefined, 'sent'],
    ['is sent to when the full number is allowed', [`${SATELLITE} allow`], SATELLITE, undefined, 'sent'],
    ['names the prefix that blocks it', ['+881'], SATELLITE, undefined, 'blocked by place +881'],
    [
      'is not allowed by a network',
      ['901-* allow'],
      SATELLITE,
      aCarrier({ mcc: '901' }),
      'blocked by place no-country',
    ],
    ['is not allowed by a trial', ['+881 monitor'], SATELLITE, undefined, 'blocked by place no-country'],
  ]);
});

describe('defaultCountry: deny', () => {
  itDecides({ defaultCountry: 'deny' }, [
    ['blocks what no rule matches', ['GB allow'], UZ, undefined, 'blocked by place defaultCountry'],
    ['sends to an allowed country', ['GB allow'], GB, undefined, 'sent'],
    ['sends to an allowed prefix', ['+99899 allow'], UZ, undefined, 'sent'],
    ['is not lifted by a network', ['234-15 allow'], GB, MOBILE, 'blocked by place defaultCountry'],
    ['is not lifted by a line type', ['type:mobile allow'], GB, MOBILE, 'blocked by place defaultCountry'],
    [
      'is not lifted by an expired rule',
      [`GB allow until ${NOW.toISOString()}`],
      GB,
      undefined,
      'blocked by place defaultCountry',
    ],
    ['names the rule where there is one', ['UZ'], UZ, undefined, 'blocked by place UZ'],
  ]);
});

describe('network', () => {
  itDecides({}, [
    ['passes before Lookup has answered', ['234-15'], GB, undefined, 'sent'],
    ['a carrier is blocked', ['234-51'], GB, RELISH, 'blocked by network 234-51'],
    ['another carrier is not', ['234-51'], GB, MOBILE, 'sent'],
    ['an id without dash is the same carrier', ['23451'], GB, RELISH, 'blocked by network 23451'],
    ['an MNC is compared as a number', ['234-051'], GB, RELISH, 'blocked by network 234-051'],
    [
      'so is the MNC of Lookup',
      ['310-26'],
      US,
      aCarrier({ mcc: '310', mnc: '026' }),
      'blocked by network 310-26',
    ],
    ['310-26 is not 310-260', ['310-26'], US, aCarrier({ mcc: '310', mnc: '260' }), 'sent'],
    [
      'six digits are 3 + 3',
      ['310260'],
      US,
      aCarrier({ mcc: '310', mnc: '260' }),
      'blocked by network 310260',
    ],
    ['an MCC blocks all its networks', ['234-*'], GB, MOBILE, 'blocked by network 234-*'],
    ['an MCC leaves others alone', ['235-*'], GB, MOBILE, 'sent'],
    ['a carrier beats its MCC', ['234-*', '234-15 allow'], GB, MOBILE, 'sent'],
    [
      'a blocked carrier beats its allowed MCC',
      ['234-* allow', '234-51'],
      GB,
      RELISH,
      'blocked by network 234-51',
    ],
    ['at one level allow beats block', ['234-51', '23451 allow'], GB, RELISH, 'sent'],
    ['a null MNC matches no carrier', ['234-0', '234-15'], GB, LANDLINE, 'sent'],
    ['a null MNC matches its MCC', ['234-*'], GB, LANDLINE, 'blocked by network 234-*'],
    ['a null MCC matches nothing', ['234-*', '234-15', '000-*'], GB, aCarrier({ mcc: null }), 'sent'],
    ['nothing known passes', ['234-*', 'type:unknown'], GB, NOTHING_KNOWN, 'sent'],
    [
      'a roaming network is matched by MCC, wherever the number is',
      ['234-*'],
      UZ,
      MOBILE,
      'blocked by network 234-*',
    ],
  ]);
});

describe('line type', () => {
  const withType = (lineType: Carrier['lineType']): Carrier => aCarrier({ mcc: null, mnc: null, lineType });

  itDecides({}, [
    ['premium is blocked without a rule', [], GB, withType('premium'), 'blocked by lineType type:premium'],
    ['sharedCost is', [], GB, withType('sharedCost'), 'blocked by lineType type:sharedCost'],
    ['uan is', [], GB, withType('uan'), 'blocked by lineType type:uan'],
    ['voicemail is', [], GB, withType('voicemail'), 'blocked by lineType type:voicemail'],
    ['pager is', [], GB, withType('pager'), 'blocked by lineType type:pager'],
    ['mobile is not', [], GB, withType('mobile'), 'sent'],
    ['landline is not', [], GB, withType('landline'), 'sent'],
    ['tollFree is not', [], GB, withType('tollFree'), 'sent'],
    ['unknown is not', [], GB, withType('unknown'), 'sent'],
    [
      'a rule blocks one more',
      ['type:nonFixedVoip'],
      GB,
      withType('nonFixedVoip'),
      'blocked by lineType type:nonFixedVoip',
    ],
    ['a rule lifts the built-in one', ['type:premium allow'], GB, withType('premium'), 'sent'],
    [
      'a rule lifts no other',
      ['type:premium allow'],
      GB,
      withType('pager'),
      'blocked by lineType type:pager',
    ],
    [
      'a trial lifts nothing',
      ['type:premium monitor'],
      GB,
      withType('premium'),
      'blocked by lineType type:premium',
    ],
    [
      'an expired allow lifts nothing',
      ['type:premium allow until 2026-11-24T11:59:59Z'],
      GB,
      withType('premium'),
      'blocked by lineType type:premium',
    ],
  ]);
});

describe('the three questions together', () => {
  const premium = aCarrier({ lineType: 'premium' });

  itDecides({}, [
    [
      'an allowed country does not lift a network',
      ['GB allow', '234-15'],
      GB,
      MOBILE,
      'blocked by network 234-15',
    ],
    [
      'an allowed prefix does not lift a network',
      ['+447700 allow', '234-15'],
      GB,
      MOBILE,
      'blocked by network 234-15',
    ],
    [
      'an allowed country does not lift a line type',
      ['GB allow'],
      GB,
      premium,
      'blocked by lineType type:premium',
    ],
    ['an allowed network does not lift a country', ['GB', '234-15 allow'], GB, MOBILE, 'blocked by place GB'],
    [
      'an allowed MCC does not lift a line type',
      ['234-* allow'],
      GB,
      premium,
      'blocked by lineType type:premium',
    ],
    [
      'an allowed line type does not lift a network',
      ['type:premium allow', '234-15'],
      GB,
      premium,
      'blocked by network 234-15',
    ],
    ['place is named first', ['GB', '234-15'], GB, premium, 'blocked by place GB'],
    ['network is named before line type', ['234-15'], GB, premium, 'blocked by network 234-15'],
    ['an allowed full number lifts all', [`${GB} allow`, 'GB', '234-15'], GB, premium, 'sent'],
    [
      'a blocked full number is blocked by itself',
      [GB, 'GB allow', '234-15 allow'],
      GB,
      premium,
      `blocked by place ${GB}`,
    ],
    ['an allowed full number beats its block', [GB, `${GB} allow`], GB, premium, 'sent'],
    [
      'an expired full number answers nothing',
      [`${GB} allow until 2026-01-01T00:00:00Z`],
      GB,
      premium,
      'blocked by lineType type:premium',
    ],
    [
      'a prefix one digit short is no full number',
      [`${GB.slice(0, -1)} allow`],
      GB,
      premium,
      'blocked by lineType type:premium',
    ],
  ]);
});

describe('expiry', () => {
  itDecides({}, [
    [
      'a rule counts until it expires',
      ['UZ block until 2026-11-24T12:00:00.001Z'],
      UZ,
      undefined,
      'blocked by place UZ',
    ],
    [
      'a rule counts for nothing at that moment',
      ['UZ block until 2026-11-24T12:00:00Z'],
      UZ,
      undefined,
      'sent',
    ],
    [
      'an expired rule gives way to a shorter prefix',
      ['+99899 allow until 2026-11-24T11:00:00Z', '+998'],
      UZ,
      undefined,
      'blocked by place +998',
    ],
    [
      'an expired carrier gives way to its MCC',
      ['234-15 allow until 2026-11-24T11:00:00Z', '234-*'],
      GB,
      MOBILE,
      'blocked by network 234-*',
    ],
    [
      'an expired allow beats no block',
      ['UZ', 'UZ allow until 2026-11-24T11:00:00Z'],
      UZ,
      undefined,
      'blocked by place UZ',
    ],
    [
      'of two blocks the longer-lasting counts',
      ['234-51', '23451 block until 2026-11-24T11:00:00Z'],
      GB,
      RELISH,
      'blocked by network 234-51',
    ],
    ['an expired trial is not told', ['UZ monitor until 2026-11-24T11:00:00Z'], UZ, undefined, 'sent'],
  ]);
});

describe('monitor rules', () => {
  itDecides({}, [
    ['let through and tell', ['UZ monitor'], UZ, undefined, 'sent, would be blocked by place UZ (monitor)'],
    ['tell of a network', ['234-* monitor'], GB, MOBILE, 'sent, would be blocked by network 234-* (monitor)'],
    [
      'tell of a line type',
      ['type:mobile monitor'],
      GB,
      MOBILE,
      'sent, would be blocked by lineType type:mobile (monitor)',
    ],
    [
      'tell of a full number',
      [`${GB} monitor`],
      GB,
      MOBILE,
      `sent, would be blocked by place ${GB} (monitor)`,
    ],
    [
      'tell nothing where a block stops the send',
      ['GB monitor', '234-15'],
      GB,
      MOBILE,
      'blocked by network 234-15',
    ],
    ['yield to an allow of the same level', ['GB monitor', 'GB allow'], GB, MOBILE, 'sent'],
    ['yield to a more specific allow', ['GB monitor', '+447700 allow'], GB, MOBILE, 'sent'],
    [
      'beat a less specific allow',
      ['GB allow', '+447700 monitor'],
      GB,
      MOBILE,
      'sent, would be blocked by place +447700 (monitor)',
    ],
    [
      'do not stand in the way of a block of the same level',
      ['GB monitor', 'GB'],
      GB,
      MOBILE,
      'blocked by place GB',
    ],
    [
      'do not stand in the way of a less specific block',
      ['+447700 monitor', 'GB'],
      GB,
      MOBILE,
      'blocked by place GB',
    ],
    [
      'do not lift what is allowed for the full number',
      [`${GB} allow`, 'GB monitor', '234-15 monitor'],
      GB,
      MOBILE,
      'sent',
    ],
  ]);
});

describe('monitor mode', () => {
  itDecides({ mode: 'monitor' }, [
    ['lets a blocked country through', ['UZ'], UZ, undefined, 'sent, would be blocked by place UZ (block)'],
    [
      'lets a blocked network through',
      ['234-51'],
      GB,
      RELISH,
      'sent, would be blocked by network 234-51 (block)',
    ],
    [
      'lets what is built in through',
      [],
      SATELLITE,
      undefined,
      'sent, would be blocked by place no-country (block)',
    ],
    ['has nothing to tell where nothing matches', ['UZ'], GB, MOBILE, 'sent'],
    [
      'counts monitor rules too',
      ['UZ monitor'],
      UZ,
      undefined,
      'sent, would be blocked by place UZ (monitor)',
    ],
    [
      'names the block of a level before its trial',
      ['UZ monitor', 'UZ'],
      UZ,
      undefined,
      'sent, would be blocked by place UZ (block)',
    ],
    [
      'names the first question, be it a trial',
      ['GB monitor', '234-15'],
      GB,
      MOBILE,
      'sent, would be blocked by place GB (monitor)',
    ],
  ]);

  it('tells of defaultCountry as well', () => {
    expect(inShort(verdictOf([], UZ, undefined, { mode: 'monitor', defaultCountry: 'deny' }))).toBe(
      'sent, would be blocked by place defaultCountry (block)',
    );
  });
});

describe('lockdown', () => {
  itDecides({ mode: 'lockdown' }, [
    ['stops what no rule matches', [], GB, undefined, 'blocked by place lockdown'],
    ['sends to an allowed country', ['GB allow'], GB, MOBILE, 'sent'],
    ['sends to an allowed prefix', ['+447700 allow'], GB, MOBILE, 'sent'],
    ['sends to an allowed full number', [`${GB} allow`], GB, aCarrier({ lineType: 'premium' }), 'sent'],
    [
      'stops a blocked prefix in an allowed country',
      ['GB allow', '+447700'],
      GB,
      MOBILE,
      'blocked by place +447700',
    ],
    [
      'stops a blocked network in an allowed country',
      ['GB allow', '234-15'],
      GB,
      MOBILE,
      'blocked by network 234-15',
    ],
    [
      'stops premium in an allowed country',
      ['GB allow'],
      GB,
      aCarrier({ lineType: 'premium' }),
      'blocked by lineType type:premium',
    ],
    ['is not lifted by a network', ['234-15 allow'], GB, MOBILE, 'blocked by place lockdown'],
    ['is not lifted by a line type', ['type:mobile allow'], GB, MOBILE, 'blocked by place lockdown'],
    ['outranks a trial', ['GB monitor'], GB, MOBILE, 'blocked by place lockdown'],
    [
      'still tells of trials among what it sends',
      ['GB allow', '234-* monitor'],
      GB,
      MOBILE,
      'sent, would be blocked by network 234-* (monitor)',
    ],
    ['stops satellites', ['GB allow'], SATELLITE, undefined, 'blocked by place no-country'],
    ['sends to an allowed satellite prefix', ['+881 allow'], SATELLITE, undefined, 'sent'],
  ]);
});

describe('needsLookup', () => {
  it.each<[string, readonly string[], Partial<Settings>, boolean, boolean]>([
    ['nothing matches', [], {}, true, false],
    ['the country is allowed', ['GB allow'], {}, true, false],
    ['the country is blocked', ['GB'], {}, false, false],
    ['the full number is allowed', [`${GB} allow`], {}, false, true],
    ['the full number is blocked', [GB], {}, false, true],
    ['the full number is on trial', [`${GB} monitor`], {}, true, false],
    ['the country is on trial', ['GB monitor'], {}, true, false],
    ['lockdown stops it', [], { mode: 'lockdown' }, false, false],
    ['lockdown sends it', ['GB allow'], { mode: 'lockdown' }, true, false],
    ['monitor mode lets a blocked country through', ['GB'], { mode: 'monitor' }, false, false],
    ['monitor mode lets a blocked full number through', [GB], { mode: 'monitor' }, false, true],
    ['monitor mode has a trial at place', ['GB monitor'], { mode: 'monitor' }, true, false],
    ['a network rule waits for it', ['234-15'], {}, true, false],
  ])('when %s', (_when, lines, settings, needsLookup, fullNumberRule) => {
    expect(verdictOf(lines, GB, undefined, settings)).toMatchObject({ needsLookup, fullNumberRule });
  });
});

describe('a verdict', () => {
  it('names the answer to each question and its rule', () => {
    expect(verdictOf(['GB allow', '234-15'], GB, aCarrier({ lineType: 'premium' }))).toEqual({
      place: { action: 'allow', rule: 'GB' },
      network: { action: 'block', rule: '234-15' },
      lineType: { action: 'block', rule: 'type:premium' },
      blockedBy: { question: 'network', rule: '234-15', ruleAction: 'block' },
      wouldBlock: null,
      fullNumberRule: false,
      needsLookup: true,
    });
  });

  it('gives the answer of a full number to all three', () => {
    const answer = { action: 'allow', rule: GB };
    expect(verdictOf([`${GB} allow`], GB)).toMatchObject({
      place: answer,
      network: answer,
      lineType: answer,
    });
  });

  it('leaves trials and monitor mode out of its answers', () => {
    expect(verdictOf(['UZ', '234-15 monitor'], UZ, MOBILE, { mode: 'monitor' })).toMatchObject({
      place: { action: 'block', rule: 'UZ' },
      network: { action: 'pass', rule: null },
      lineType: { action: 'pass', rule: null },
    });
  });
});

describe('for all rules', () => {
  const action = fc.constantFrom('block', 'allow', 'monitor');
  const id = fc.constantFrom(
    'GB',
    'UZ',
    '+44',
    '+4477',
    GB,
    UZ,
    '234-15',
    '234-015',
    '23451',
    '234-*',
    'type:mobile',
    'type:premium',
  );
  const until = fc.constantFrom('', ' until 2026-11-24T11:00:00Z', ' until 2026-11-24T13:00:00Z');
  const line = fc.tuple(id, action, until).map(([ruleId, does, ends]) => `${ruleId} ${does}${ends}`);
  const lines = fc.array(line, { maxLength: 12 });
  const number = fc.constantFrom(GB, GUERNSEY, UZ, SATELLITE);
  const carrier = fc.constantFrom(
    undefined,
    MOBILE,
    RELISH,
    LANDLINE,
    NOTHING_KNOWN,
    aCarrier({ lineType: 'premium' }),
  );
  const settings = fc.record({
    mode: fc.constantFrom('enforce', 'monitor', 'lockdown'),
    defaultCountry: fc.constantFrom('allow', 'deny'),
  });

  it('a rule for another network, country, prefix or line type never changes a verdict', () => {
    const elsewhere = fc.constantFrom(
      '262-01',
      '262-*',
      '234-16',
      '234-1',
      'FR',
      '+33',
      `${GB}0`,
      'type:personal',
    );
    const elsewhereLine = fc.tuple(elsewhere, action).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(lines, elsewhereLine, number, carrier, settings, (some, other, to, via, how) => {
        expect(verdictOf([...some, other], to, via, how)).toEqual(verdictOf(some, to, via, how));
      }),
    );
  });

  it('their order never matters', () => {
    const twoOrders = lines.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(twoOrders, number, carrier, settings, ([one, other], to, via, how) => {
        expect(verdictOf(other, to, via, how)).toEqual(verdictOf(one, to, via, how));
      }),
    );
  });

  it('a monitor rule never changes what is blocked', () => {
    fc.assert(
      fc.property(lines, id, number, carrier, settings, (some, trial, to, via, how) => {
        const without = verdictOf(some, to, via, how);
        const withTrial = verdictOf([...some, `${trial} monitor`], to, via, how);
        expect({ ...withTrial, wouldBlock: null }).toEqual({ ...without, wouldBlock: null });
      }),
    );
  });

  it('monitor mode tells of everything that enforcing would block', () => {
    fc.assert(
      fc.property(lines, number, carrier, (some, to, via) => {
        const enforced = verdictOf(some, to, via, { mode: 'enforce' });
        const monitored = verdictOf(some, to, via, { mode: 'monitor' });
        expect(monitored.blockedBy).toBeNull();
        expect(monitored.wouldBlock !== null).toBe(
          enforced.blockedBy !== null || enforced.wouldBlock !== null,
        );
        expect(monitored.needsLookup).toBe(enforced.needsLookup);
      }),
    );
  });

  it('what was blocked before Lookup is blocked after it', () => {
    fc.assert(
      fc.property(lines, number, carrier, settings, (some, to, via, how) => {
        const first = verdictOf(some, to, undefined, how);
        const stopped = verdictOf(some, to, via, how).blockedBy;
        expect(first.blockedBy === null || stopped?.rule === first.blockedBy.rule).toBe(true);
      }),
    );
  });

  it('ten thousand of them cost a decision no more than ten', () => {
    const many = Array.from({ length: 10_000 }, (_value, index) =>
      aRule(`+99899${String(index).padStart(5, '0')}`),
    );
    const asked: string[] = [];
    const rules = createRuleSet(many);
    const counting = { get: (key: string) => (asked.push(key), rules.prefixes.get(key)) };
    const prefixes = Object.assign(new Map(rules.prefixes), counting);
    decide({ ...rules, prefixes }, DEFAULT_SETTINGS, { number: aNumber(UZ) }, NOW);
    expect(asked.length).toBeLessThan(50);
  });
});
