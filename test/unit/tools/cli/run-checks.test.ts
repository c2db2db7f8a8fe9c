import { describe, expect, it } from '@jest/globals';
import { CliProblem } from '../../../../tools/cli/cli-problem.ts';
import type { Check, CheckResult, Finding } from '../../../../tools/cli/doctor/check.ts';
import { runChecks } from '../../../../tools/cli/doctor/run-checks.ts';
import { CHECKS } from '../../../../tools/cli/doctor/run-doctor.ts';
import { createFacts } from '../../../../tools/cli/facts.ts';
import type { CliWorld } from '../../../../tools/cli/cli-world.ts';

const facts = createFacts({ env: {}, readText: () => null } as unknown as CliWorld);

function aCheck(id: string, needs: readonly string[], find: () => Promise<Finding>): Check {
  return { id, group: 'tools', title: `title of ${id}`, needs, run: find };
}

const good = (): Promise<Finding> => Promise.resolve({ isGood: true, detail: 'well' });
const bad = (): Promise<Finding> => Promise.resolve({ isGood: false, detail: 'ill', fix: 'mend it' });
const notAsked = (): Promise<Finding> => Promise.reject(new Error('must not be asked'));

async function run(...checks: readonly Check[]): Promise<readonly CheckResult[]> {
  const reported: CheckResult[] = [];
  const results = await runChecks(checks, facts, (result) => void reported.push(result));
  expect(reported).toEqual(results);
  return results;
}

describe('runChecks', () => {
  it('skips what needs a check that is not green, and what needs a skipped one', async () => {
    const results = await run(
      aCheck('a', [], bad),
      aCheck('b', ['a'], notAsked),
      aCheck('c', ['b'], notAsked),
    );
    expect(results.map(({ state, detail }) => `${state} ${detail}`)).toEqual([
      'red ill',
      'skipped waits for: title of a',
      'skipped waits for: title of b',
    ]);
  });

  it('says nothing of an unwanted check, nor asks what needs it', async () => {
    const unwanted = { ...aCheck('a', [], notAsked), isWanted: () => Promise.resolve(false) };
    const results = await run(unwanted, {
      ...aCheck('b', ['a'], notAsked),
      isWanted: () => Promise.resolve(true),
    });
    expect(results).toEqual([]);
  });

  it('does not ask whether a check is wanted while what it needs is not green', async () => {
    const check = {
      ...aCheck('b', ['a'], notAsked),
      isWanted: () => Promise.reject(new Error('must not be asked')),
    };
    expect((await run(aCheck('a', [], bad), check)).map(({ id }) => id)).toEqual(['a']);
  });

  it('does not know what it cannot find out of whether a check is wanted', async () => {
    const check = {
      ...aCheck('a', [], notAsked),
      isWanted: () => Promise.reject(new CliProblem('Look there.')),
    };
    expect(await run(check)).toMatchObject([{ state: 'unknown', fix: 'Look there.' }]);
  });

  it('runs what needs a check that was not asked for', async () => {
    expect(await run(aCheck('b', ['a'], good))).toMatchObject([{ state: 'green' }]);
  });

  it('takes a sentence for a person as the fix of what could not be found out', async () => {
    const sentence = (): Promise<Finding> => Promise.reject(new CliProblem('Do this.'));
    expect(await run(aCheck('a', [], sentence))).toMatchObject([{ state: 'unknown', fix: 'Do this.' }]);
  });

  it('shows no text of an error that it does not know', async () => {
    const failing = (): Promise<Finding> => Promise.reject(new RangeError('+447700900001 and a secret'));
    const [result] = await run(aCheck('a', [], failing));
    expect(result).toMatchObject({ state: 'unknown', detail: 'could not be found out (RangeError)' });
  });
});

describe('the checks', () => {
  it('have ids of their own, and need only those before them', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const early = CHECKS.flatMap(({ id, needs }, index) =>
      needs.filter((need) => !ids.slice(0, index).includes(need)).map((need) => `${id} needs ${need}`),
    );
    expect(early).toEqual([]);
  });
});
