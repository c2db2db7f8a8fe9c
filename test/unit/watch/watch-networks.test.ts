import { describe, expect, it } from '@jest/globals';
import { createDeadline } from '../../../functions/domain/deadline.ts';
import { Fault } from '../../../functions/domain/fault.ts';
import { createRuleSet } from '../../../functions/domain/rule-set.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../functions/domain/settings.ts';
import { DEFAULT_THRESHOLDS, type Attempt } from '../../../functions/watch/find-idle-networks.ts';
import type { WatchBook, WatchRule, Written } from '../../../functions/watch/ports.ts';
import { createWatchNetworks, type WatchOutcome } from '../../../functions/watch/watch-networks.ts';
import { aRule, NOW } from '../domain/some-rules.ts';
import { someAttempts, theRest } from './some-attempts.ts';

interface World {
  readonly attempts?: readonly Attempt[] | Error;
  readonly watch?: Partial<Settings['watch']>;
  readonly problems?: readonly string[];
  readonly doubts?: readonly string[];
  /** By default the operator has written the mode. */
  readonly isModeTold?: boolean;
  readonly rules?: readonly string[];
  readonly own?: WatchBook['own'];
  readonly book?: Error;
  readonly write?: (rule: WatchRule) => Written | Error;
}

const IDLE = someAttempts(41, { logins: 1, price: { value: 0.08, currency: 'USD' } });
const IRISH = someAttempts(30, { range: '+353209100', country: 'IE', network: '272-01' });

async function watch(world: World = {}) {
  const { attempts = [...IDLE, ...theRest()] } = world;
  const written: WatchRule[] = [];
  const asked: string[] = [];
  const run = createWatchNetworks(
    {
      now: () => NOW,
      attempts: {
        read: (from, until) => {
          asked.push(`${from.toISOString()} ${until.toISOString()}`);
          if (attempts instanceof Error) return Promise.reject(attempts);
          return Promise.resolve({ attempts, unusable: 0, pages: 1, isCutOff: false });
        },
      },
      rules: {
        read: () => {
          if (world.book !== undefined) return Promise.reject(world.book);
          return Promise.resolve({
            watch: { ...DEFAULT_SETTINGS.watch, mode: 'block', ...world.watch },
            problems: world.problems ?? [],
            doubts: world.doubts ?? [],
            isModeTold: world.isModeTold ?? true,
            rules: createRuleSet((world.rules ?? []).map(aRule)),
            own: world.own ?? new Map(),
          });
        },
        write: (rule) => {
          written.push(rule);
          const result = world.write?.(rule) ?? 'created';
          return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
        },
      },
    },
    DEFAULT_THRESHOLDS,
  );
  const outcome = await run(createDeadline(1000)).catch((error: unknown) => error);
  return { outcome, written, asked };
}

function groupsOf(outcome: unknown): readonly string[] {
  const { groups } = outcome as WatchOutcome;
  return groups.map(({ group, outcome: what }) => `${group.id} ${what}`);
}

describe('a run', () => {
  it('writes an expiring rule that says why', async () => {
    const { outcome, written } = await watch();
    expect(groupsOf(outcome)).toEqual(['+44770090 created']);
    expect(written).toEqual([
      {
        id: '+44770090',
        action: 'block',
        reason: '41 codes, 1 login in the last hour, 3.28 USD',
        expiresAt: new Date('2026-11-24T18:00:00Z'),
      },
    ]);
  });

  it('says nothing of a cost that is not known', async () => {
    const { written } = await watch({ attempts: [...IRISH, ...theRest()] });
    expect(written).toEqual([expect.objectContaining({ reason: '30 codes, 0 logins in the last hour' })]);
  });

  it('asks for the last hour without its last three minutes', async () => {
    const { asked } = await watch();
    expect(asked).toEqual(['2026-11-24T11:00:00.000Z 2026-11-24T11:57:00.000Z']);
  });

  it.each([
    ['monitor', 'monitor'],
    ['block', 'block'],
  ] as const)('in mode %s writes rules with the action %s', async (mode, action) => {
    const { written } = await watch({ watch: { mode } });
    expect(written).toEqual([expect.objectContaining({ action })]);
  });

  it('in mode off asks Verify nothing and writes nothing', async () => {
    const { outcome, written, asked } = await watch({ watch: { mode: 'off' } });
    expect(outcome).toMatchObject({ mode: 'off', read: null, findings: null, isFeedbackBroken: false });
    expect({ written, asked }).toEqual({ written: [], asked: [] });
  });

  it('turns its own rules into what the mode says', async () => {
    const own = new Map([['+44770090', 'block' as const]]);
    const { written } = await watch({ watch: { mode: 'monitor' }, own });
    expect(written).toEqual([expect.objectContaining({ action: 'monitor' })]);
  });
});

describe('a mistake in the settings', () => {
  const problems = ['watch.never is not a list of rule ids as text'];

  it('makes new rules monitors: it may be in the exceptions', async () => {
    const { outcome, written } = await watch({ problems });
    expect(written).toEqual([expect.objectContaining({ action: 'monitor' })]);
    expect(outcome).toMatchObject({ mode: 'monitor', problems });
  });

  it.each([
    ['block', true],
    ['monitor', false],
  ] as const)('prolongs a block that stands as a block, in mode %s, told %s', async (mode, isModeTold) => {
    const own = new Map([['+44770090', 'block' as const]]);
    const { outcome, written } = await watch({ problems, own, isModeTold, watch: { mode } });
    expect(written).toEqual([expect.objectContaining({ id: '+44770090', action: 'block' })]);
    expect(outcome).toMatchObject({ mode: 'monitor', groups: [{ action: 'block' }] });
  });

  it('does not outdo a mode that says monitor', async () => {
    const own = new Map([['+44770090', 'block' as const]]);
    const { written } = await watch({ problems, own, isModeTold: true, watch: { mode: 'monitor' } });
    expect(written).toEqual([expect.objectContaining({ action: 'monitor' })]);
  });

  it('spares what could be read of the exceptions, blocks that stand included', async () => {
    const own = new Map([['+44770090', 'block' as const]]);
    const { outcome, written } = await watch({ problems, own, watch: { never: ['+44770090'] } });
    expect(written).toEqual([]);
    expect(groupsOf(outcome)).toEqual(['+44770090 spared']);
  });

  it('is none where an entry counts and is only doubted', async () => {
    const doubts = ['watch.never: 334-20: did you mean 334-200'];
    const { outcome, written } = await watch({ doubts });
    expect(written).toEqual([expect.objectContaining({ action: 'block' })]);
    expect(outcome).toMatchObject({ mode: 'block', problems: doubts });
  });

  it('hardens no monitor that stands', async () => {
    const own = new Map([['+44770090', 'monitor' as const]]);
    const { written } = await watch({ problems, own });
    expect(written).toEqual([expect.objectContaining({ action: 'monitor' })]);
  });

  it('does not make a new rule a block because another stands', async () => {
    const own = new Map([['+35320910', 'block' as const]]);
    const { outcome } = await watch({ attempts: [...IDLE, ...IRISH, ...theRest()], problems, own });
    const { groups } = outcome as WatchOutcome;
    expect(groups.map(({ group, action }) => `${group.id} ${action}`)).toEqual([
      '+44770090 monitor',
      '+35320910 block',
    ]);
  });
});

describe('broken feedback', () => {
  it.each([
    ['nobody converts', [...IDLE, ...theRest(20, 0)].map((one) => ({ ...one, isConverted: false }))],
    ['the rest hardly converts', [...IDLE, ...theRest(100, 20)]],
    ['the rest is too small to tell', [...IDLE, ...theRest(19, 100)]],
    ['there is no rest', IDLE],
    ['nobody converts, and no group is large', theRest(25, 0)],
  ])('blocks nobody and raises the alarm: %s', async (_name, attempts) => {
    const { outcome, written } = await watch({ attempts });
    expect(written).toEqual([]);
    expect(outcome).toMatchObject({ isFeedbackBroken: true, groups: [] });
  });

  it.each([
    ['nothing was sent', []],
    ['hardly anything was sent', theRest(19, 0)],
    ['everything converts', theRest()],
  ])('is no alarm where %s', async (_name, attempts) => {
    const { outcome, written } = await watch({ attempts });
    expect(written).toEqual([]);
    expect(outcome).toMatchObject({ isFeedbackBroken: false, groups: [] });
  });
});

describe('what is never touched', () => {
  const fewAttempts = (range: string, network: string) =>
    someAttempts(15, { range, network, country: 'IE', from: 0 });
  const THIN = [fewAttempts('+353209100', '272-01'), fewAttempts('+353209110', '272-01'), theRest()].flat();

  it.each(['GB', '234-51', '234-051', '23451', '234-*', '+44', '+44770090', '+447700900001'])(
    'is what watch.never names, or holds, or lies in: %s',
    async (entry) => {
      const { outcome, written } = await watch({ watch: { never: [entry] } });
      expect(written).toEqual([]);
      expect(groupsOf(outcome)).toEqual(['+44770090 spared']);
    },
  );

  it.each(['US', '234-58', '235-*', '+353'])('is not what has nothing to do with %s', async (entry) => {
    const { outcome } = await watch({ watch: { never: [entry] } });
    expect(groupsOf(outcome)).toEqual(['+44770090 created']);
  });

  it.each(['block', 'monitor', 'allow', 'block until 2026-11-24T11:00:00Z'])(
    'is what a person has a rule for: %s',
    async (action) => {
      const { outcome, written } = await watch({ rules: [`+44770090 ${action}`] });
      expect(written).toEqual([]);
      expect(groupsOf(outcome)).toEqual(['+44770090 covered']);
    },
  );

  it.each(['+35320910', '+353209', '+353209100001'])(
    'is a network that holds numbers of a prefix in watch.never: %s',
    async (entry) => {
      const { outcome, written } = await watch({ attempts: THIN, watch: { never: [entry] } });
      expect(written).toEqual([]);
      expect(groupsOf(outcome)).toEqual(['272-01 spared']);
    },
  );

  it('is no network all of whose numbers are of other prefixes than those in watch.never', async () => {
    const { outcome } = await watch({ attempts: THIN, watch: { never: ['+35320912'] } });
    expect(groupsOf(outcome)).toEqual(['272-01 created']);
  });

  it('is a network that a person has named with other zeros, or a country', async () => {
    const network = await watch({ attempts: THIN, rules: ['272-1 allow'] });
    expect(groupsOf(network.outcome)).toEqual(['272-01 covered']);

    const twoNetworks = [
      fewAttempts('+353209100', '272-01'),
      fewAttempts('+353209110', '272-02'),
      theRest(),
    ].flat();
    const country = await watch({ attempts: twoNetworks, rules: ['IE monitor'] });
    expect(groupsOf(country.outcome)).toEqual(['IE covered']);
    expect([...network.written, ...country.written]).toEqual([]);
  });
});

describe('watch.maxRules', () => {
  const attempts = [...IDLE, ...IRISH, ...theRest()];

  it.each([
    [2, [], ['+44770090 created', '+35320910 created']],
    [1, [], ['+44770090 created', '+35320910 no_room']],
    [0, [], ['+44770090 no_room', '+35320910 no_room']],
    [1, ['+1201'], ['+44770090 created', '+35320910 no_room']],
    [0, ['+35320910'], ['+44770090 no_room', '+35320910 prolonged']],
    [1, ['+44770090'], ['+44770090 prolonged', '+35320910 created']],
  ] as const)(
    'bounds the new rules of a run, never those that stand: %s, with %j there: %j',
    async (maxRules, ids, expected) => {
      const own = new Map(ids.map((id) => [id as string, 'block' as const]));
      const write = ({ id }: WatchRule): Written => (own.has(id) ? 'prolonged' : 'created');
      const { outcome } = await watch({ attempts, watch: { maxRules }, own, write });
      expect(groupsOf(outcome)).toEqual(expected);
    },
  );
});

describe('failures', () => {
  it.each(['provider_timeout', 'provider_error', 'unavailable', 'misconfigured'] as const)(
    'of reading the attempts write nothing: %s',
    async (code) => {
      const { outcome, written } = await watch({ attempts: new Fault(code) });
      expect(outcome).toMatchObject({ name: 'Fault', code });
      expect(written).toEqual([]);
    },
  );

  it('of reading settings and rules ask Verify nothing', async () => {
    const { outcome, written, asked } = await watch({ book: new Fault('unavailable') });
    expect(outcome).toMatchObject({ code: 'unavailable' });
    expect({ written, asked }).toEqual({ written: [], asked: [] });
  });

  it('of one rule do not stop the others', async () => {
    const write = ({ id }: WatchRule) => (id === '+44770090' ? new Fault('unavailable') : 'created');
    const { outcome } = await watch({ attempts: [...IDLE, ...IRISH, ...theRest()], write });
    expect(groupsOf(outcome)).toEqual(['+44770090 failed', '+35320910 created']);
    expect(outcome).toMatchObject({ groups: [{ code: 'unavailable' }, { outcome: 'created' }] });
  });

  it('that nobody foresaw are passed on', async () => {
    const { outcome } = await watch({ write: () => new TypeError('a mistake') });
    expect(outcome).toBeInstanceOf(TypeError);
  });
});
