import { describe, expect, it } from '@jest/globals';
import { createRuleSet } from '../../../../functions/domain/rule-set.ts';
import { DEFAULT_SETTINGS } from '../../../../functions/domain/settings.ts';
import type { Rulebook } from '../../../../functions/gateway/ports.ts';
import type { CheckSources, SourcesQuestion } from '../../../../tools/check-number/open-sources.ts';
import { runCheck } from '../../../../tools/check-number/run-check.ts';
import { aRule } from '../../domain/some-rules.ts';

type Environment = Readonly<Record<string, string>>;

const STACK = {
  gatewayUrl: 'http://127.0.0.1:1',
  simulatorUrl: null,
  firestoreHost: '127.0.0.1:2',
  project: 'demo',
  pids: {},
};

/** Runs a check without Lookup, where GB is blocked and nothing else. */
async function run(env: Environment, state: Rulebook['state'] = 'fresh') {
  const printed: string[] = [];
  const asked: SourcesQuestion[] = [];
  let closed = 0;
  const sources: CheckSources = {
    rules: {
      current: () =>
        Promise.resolve({ rules: createRuleSet([aRule('GB')]), settings: DEFAULT_SETTINGS, state }),
    },
    carriers: null,
    policy: {
      enabledChannels: ['sms'],
      defaultChannel: 'sms',
      rateLimits: [],
      resendStrategy: 'cancel',
      blocklistFailure: 'allow',
      lookupFailure: 'allow',
      unknownCarrier: 'allow',
    },
    isDeployed: false,
    source: 'a test',
    problems: () => [],
    close: () => {
      closed += 1;
      return Promise.resolve();
    },
  };
  const exitCode = await runCheck({
    env,
    stack: () => STACK,
    deployment: () => Promise.resolve(null),
    accessToken: () => Promise.reject(new Error('nobody at Google is asked')),
    print: (text) => void printed.push(text),
    open: (question) => {
      asked.push(question);
      return Promise.resolve(sources);
    },
  });
  return { exitCode, printed, asked, closed };
}

describe('a check', () => {
  it.each<[string, string, Rulebook['state'], number, string]>([
    ['it would be sent', '+12025550101', 'fresh', 0, 'WOULD BE SENT'],
    ['it would be blocked', '+447700900123', 'fresh', 2, 'WOULD NOT BE SENT'],
    ['it is no number', '12', 'fresh', 2, 'WOULD NOT BE SENT'],
    ['it could not be found out', '+12025550101', 'missing', 1, 'COULD NOT BE FOUND OUT'],
  ])('ends with a code that says: %s', async (_what, phone, state, exitCode, text) => {
    const result = await run({ PHONE: phone }, state);

    expect(result).toMatchObject({ exitCode, closed: 1 });
    expect(result.printed).toEqual([expect.stringContaining(text)]);
  });

  it('prints one JSON object where it is asked to', async () => {
    const { printed } = await run({ PHONE: '+447700900123', JSON: '1' });

    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({ verdict: 'blocked', code: 'blocked' });
  });

  it.each<[Environment, boolean]>([
    [{}, true],
    [{ LOOKUP: '' }, true],
    [{ LOOKUP: '1' }, true],
    [{ LOOKUP: '0' }, false],
  ])('asks Lookup unless it is told not to: %j', async (env, withLookup) => {
    const { asked } = await run({ PHONE: '+12025550101', ...env });

    expect(asked).toEqual([expect.objectContaining({ withLookup, stack: STACK })]);
  });

  it.each<[string, Environment, string]>([
    ['no PHONE', {}, 'PHONE is missing, as in: make check-number PHONE=+447700900001'],
    ['an empty PHONE', { PHONE: '' }, 'PHONE is missing'],
    ['an unknown LOOKUP', { PHONE: '+12025550101', LOOKUP: 'no' }, 'LOOKUP must be 0 or 1.'],
    ['an unknown JSON', { PHONE: '+12025550101', JSON: 'yes' }, 'JSON must be 0 or 1.'],
  ])('is refused before anything is opened: %s', async (_what, env, sentence) => {
    await expect(run(env)).rejects.toThrow(sentence);
  });
});
