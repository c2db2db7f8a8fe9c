import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_THRESHOLDS,
  findIdleNetworks,
  type Attempt,
  type Findings,
} from '../../../functions/watch/find-idle-networks.ts';
import { someAttempts, theRest } from './some-attempts.ts';

const IRISH = { range: '+353209100', country: 'IE', network: '272-01' };

function find(...attempts: readonly (readonly Attempt[])[]): Findings {
  return findIdleNetworks(attempts.flat(), DEFAULT_THRESHOLDS);
}

function idsOf({ idle }: Findings): readonly string[] {
  return idle.map(({ id }) => id);
}

describe('findIdleNetworks', () => {
  it.each([
    ['30 sends, no login', 30, 0, ['+44770090']],
    ['29 sends, no login', 29, 0, []],
    ['30 sends, 2 logins', 30, 2, ['+44770090']],
    ['30 sends, 3 logins: exactly 10 %', 30, 3, []],
    ['41 sends, 1 login', 41, 1, ['+44770090']],
    ['41 sends, 4 logins', 41, 4, ['+44770090']],
    ['41 sends, 5 logins', 41, 5, []],
  ])('finds after %s, with a rest that converts: %s', (_name, sends, logins, expected) => {
    const findings = find(someAttempts(sends, { logins }), theRest());

    expect(idsOf(findings)).toEqual(expected);
    expect(findings.feedback).toBe('works');
  });

  it.each([
    ['20 others, 30 % of them converted', 20, 30, 'works'],
    ['20 others, 25 % of them converted', 20, 25, 'broken'],
    ['100 others, 30 % of them converted', 100, 30, 'works'],
    ['100 others, 29 % of them converted', 100, 29, 'broken'],
    ['19 others, all converted', 19, 100, 'unproven'],
    ['no others', 0, 0, 'unproven'],
    ['100 others, none converted', 20, 0, 'broken'],
  ] as const)('judges feedback: with %s it is %s', (_name, sends, percent, expected) => {
    expect(find(someAttempts(40), theRest(sends, percent)).feedback).toBe(expected);
  });

  it('never takes a share of nothing for a proof, whatever the thresholds', () => {
    const thresholds = { ...DEFAULT_THRESHOLDS, otherConversionPercent: 0 };
    expect(findIdleNetworks(theRest(20, 0), thresholds).feedback).toBe('broken');
  });

  it('finds nothing in nothing', () => {
    expect(find([])).toEqual({
      idle: [],
      others: { sends: 0, numbers: 0, logins: 0 },
      feedback: 'unproven',
    });
  });

  it('names a prefix before its network and its country', () => {
    const findings = find(someAttempts(50, IRISH), theRest());
    expect(findings.idle).toEqual([
      {
        kind: 'prefix',
        id: '+35320910',
        sends: 50,
        numbers: 50,
        logins: 0,
        countries: ['IE'],
        networks: ['272-01'],
        prefixes: ['+35320910'],
        costs: new Map(),
      },
    ]);
  });

  it('names the network where no prefix has enough', () => {
    const thin = ['+353209100', '+353209110', '+353209120'].map((range) =>
      someAttempts(12, { ...IRISH, range }),
    );
    expect(idsOf(find(...thin, theRest()))).toEqual(['272-01']);
  });

  it('takes 272-1 and 272-01 for one network', () => {
    const one = someAttempts(15, { ...IRISH, network: '272-1' });
    const other = someAttempts(15, { ...IRISH, range: '+353209110', network: '272-01' });
    expect(idsOf(find(one, other, theRest()))).toEqual(['272-1']);
  });

  it('names the country where no network has enough, or none is known', () => {
    const networks = ['272-01', '272-02', null];
    const thin = networks.map((network, index) =>
      someAttempts(12, { ...IRISH, network, range: `+3532091${index}0` }),
    );
    expect(idsOf(find(...thin, theRest()))).toEqual(['IE']);
  });

  it('names prefix and network where the network goes on without the prefix', () => {
    const prefix = someAttempts(60, IRISH);
    const thin = Array.from({ length: 4 }, (_, index) =>
      someAttempts(10, { ...IRISH, range: `+3532091${index + 1}0` }),
    );
    expect(idsOf(find(prefix, ...thin, theRest()))).toEqual(['+35320910', '272-01']);
  });

  it('leaves alone what holds a part that converts', () => {
    const good = someAttempts(30, { ...IRISH, logins: 20 });
    const thin = Array.from({ length: 40 }, (_, index) =>
      someAttempts(10, { ...IRISH, range: `+35320${index + 30}0` }),
    );
    expect(idsOf(find(good, ...thin, theRest()))).toEqual([]);
  });

  it('takes a prefix for all numbers that its rule would block, longer ones too', () => {
    // Of six digits after the plus sign the last four are cut: the rest is the calling code of all of Germany.
    const short = Array.from({ length: 40 }, (_, index) => `+49${String(1000 + index)}`);
    const numbers = short.map((to) => ({
      to,
      country: 'DE',
      mcc: null,
      mnc: null,
      isConverted: false,
      price: null,
    }));
    const honest = someAttempts(100, { range: '+493023125', country: 'DE', network: null, logins: 80 });
    expect(idsOf(find(numbers, honest, theRest()))).toEqual([]);

    const longer = someAttempts(10, { range: '+491000555', country: 'DE', network: null });
    expect(find(numbers, longer, theRest()).idle).toMatchObject([{ id: '+49', sends: 50 }]);
  });

  it('names the longer of two prefixes where each has enough', () => {
    const short = Array.from({ length: 30 }, (_, index) => `+4930${String(1000 + index)}`);
    const numbers = short.map((to) => ({
      to,
      country: 'DE',
      mcc: null,
      mnc: null,
      isConverted: false,
      price: null,
    }));
    const long = someAttempts(30, { range: '+493023125', country: 'DE', network: null });
    expect(find(numbers, long, theRest()).idle).toMatchObject([
      { id: '+4930', sends: 30 },
      { id: '+49302312', sends: 30 },
    ]);
  });

  it('says nothing of a network or country that is not known', () => {
    expect(
      idsOf(
        find(
          ...Array.from({ length: 4 }, (_, index) =>
            someAttempts(10, { range: `+88213${index}000`, country: null, network: null }),
          ),
          theRest(),
        ),
      ),
    ).toEqual([]);
  });

  it('counts a number that logged in once as converted, however often it was sent to', () => {
    const numbers = someAttempts(10, { ...IRISH, logins: 10 });
    const again = someAttempts(10, IRISH);
    const findings = find(numbers, again, again, again, again, theRest(20));
    expect(idsOf(findings)).toEqual([]);
    expect(findings.others).toMatchObject({ sends: 70, numbers: 30 });
  });

  it('adds up what is known of the cost, by currency', () => {
    const dollars = someAttempts(20, { ...IRISH, price: { value: 0.08, currency: 'USD' } });
    const euros = someAttempts(15, { ...IRISH, from: 20, price: { value: 0.1, currency: 'EUR' } });
    const [group] = find(dollars, euros, someAttempts(5, { ...IRISH, from: 40 }), theRest()).idle;
    expect([...(group?.costs ?? [])].map(([currency, sum]) => [currency, sum.toFixed(2)])).toEqual([
      ['USD', '1.60'],
      ['EUR', '1.50'],
    ]);
  });

  it('puts the largest group first', () => {
    const small = someAttempts(30, IRISH);
    const large = someAttempts(45, { range: '+447700901', network: '234-58' });
    expect(idsOf(find(small, large, theRest()))).toEqual(['+44770090', '+35320910']);
  });
});

const thresholds = { minSends: 4, conversionPercent: 30, minOtherAttempts: 3, otherConversionPercent: 30 };

const attempt = fc.record({
  to: fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom('', '0', '00'), fc.integer({ min: 0, max: 4 }))
    .map(([block, more, end]) => `+4477${block}${more}000${end}`),
  country: fc.constantFrom('GB', 'JE', null),
  mcc: fc.constantFrom('234', null),
  mnc: fc.constantFrom('51', '58', null),
  isConverted: fc.boolean(),
  price: fc.constant(null),
}) as fc.Arbitrary<Attempt>;

/** A large rest, elsewhere, that converts. */
const healthy = theRest(60, 100);

function blockedBy(findings: Findings, { to, mcc, mnc, country }: Attempt): boolean {
  return findings.idle.some(({ kind, id }) => {
    if (kind === 'prefix') return to.startsWith(id);
    return kind === 'network' ? `${mcc ?? ''}-${mnc ?? ''}` === id : country === id;
  });
}

describe('the property that more conversions never lead to more blocking', () => {
  const cases = fc.tuple(fc.array(attempt, { maxLength: 40 }), fc.array(fc.boolean(), { maxLength: 40 }));
  const withMore = (attempts: readonly Attempt[], more: readonly boolean[]): readonly Attempt[] =>
    attempts.map((one, index) => ({ ...one, isConverted: one.isConverted || more[index] === true }));

  it('holds for every attempt, while the rest converts', () => {
    fc.assert(
      fc.property(cases, ([attempts, more]) => {
        const before = findIdleNetworks([...attempts, ...healthy], thresholds);
        const after = findIdleNetworks([...withMore(attempts, more), ...healthy], thresholds);
        const isWorse = (one: Attempt): boolean => blockedBy(after, one) && !blockedBy(before, one);
        expect(attempts.filter(isWorse)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('holds for each group by itself, whatever the rest does', () => {
    fc.assert(
      fc.property(cases, ([attempts, more]) => {
        const before = findIdleNetworks(attempts, thresholds);
        const after = findIdleNetworks(withMore(attempts, more), thresholds);
        const wasIdle = new Set(attempts.filter((one) => blockedBy(before, one)));
        const isIdle = attempts.filter((one) => blockedBy(after, one));
        expect(isIdle.filter((one) => !wasIdle.has(one))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('blocks nothing where everybody logs in, and trusts nothing where nobody does', () => {
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 60 }), (attempts) => {
        const all = attempts.map((one) => ({ ...one, isConverted: true }));
        expect(findIdleNetworks(all, thresholds).idle).toEqual([]);
        const none = attempts.map((one) => ({ ...one, isConverted: false }));
        expect(findIdleNetworks(none, thresholds).feedback).not.toBe('works');
      }),
    );
  });

  it('depends on no order, and counts each attempt once', () => {
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 40 }), (attempts) => {
        const findings = findIdleNetworks(attempts, thresholds);
        const reversed = findIdleNetworks(attempts.toReversed(), thresholds);
        expect(idsOf(reversed)).toEqual(idsOf(findings));
        const idleSends = findings.idle.reduce((sum, { sends }) => sum + sends, 0);
        expect(idleSends + findings.others.sends).toBe(attempts.length);
      }),
    );
  });
});
