import { globSync } from 'node:fs';
import path from 'node:path';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { ownTestsOf } from './own-tests.ts';

// JavaScript, as the typings of Stryker's API do not pass our compiler.

const BUNDLED = '.test.mjs';

/** What the mutated code looks at. */
const context = {};
globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] = context;

let loads = 0;
/** Loads a file anew, with all that is bundled in it. */
async function load(bundle) {
  loads += 1;
  const module = await import(`${path.resolve(bundle)}?load=${loads}`);
  return module.collected;
}

/**
 * Runs the bundled tests in this process: a mutant is judged by the own tests of its file, the quick ones first, up to
 * the first that fails.
 * The tests stay loaded, but for mutants of what runs while a module is loaded.
 *
 * @see docs/adr/0010-mutation-tests-without-jest.md
 */
class OwnTestsRunner {
  #loaded = new Map();
  #tookMs = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    context.mutantCoverage = { static: {}, perTest: {} };
    const tests = [];
    for (const bundle of globSync(`test/unit/*/*${BUNDLED}`)) {
      for (const [index, { name, run }] of (await this.#testsIn(bundle)).entries()) {
        const id = idOf(bundle, index);
        context.currentTestId = id;
        tests.push({ ...(await resultOf(run)), id, name });
        delete context.currentTestId;
      }
    }
    const { mutantCoverage } = context;
    delete context.mutantCoverage;
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun({ activeMutant, hitLimit, testFilter, sandboxFileName, mutantActivation }) {
    Object.assign(context, { hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
    const isAsked = (id) => testFilter === undefined || testFilter.includes(id);
    const bundles = ownTestsOf(path.relative('', sandboxFileName)).map((test) =>
      test.replace(/\.test\.ts$/, BUNDLED),
    );
    if (mutantActivation === 'runtime') for (const bundle of bundles) await this.#testsIn(bundle);
    const tests = [];
    context.activeMutant = activeMutant.id;
    try {
      const own = [];
      for (const bundle of bundles) {
        const loaded = mutantActivation === 'runtime' ? await this.#testsIn(bundle) : await load(bundle);
        own.push(...loaded.map(({ name, run }, index) => ({ id: idOf(bundle, index), name, run })));
      }
      tests.push(...(await this.#runToFirstFailure(own.filter(({ id }) => isAsked(id)))));
    } catch (error) {
      // A module that cannot even be loaded with the mutant in it.
      tests.push({ ...failed(error), id: 'load', name: 'load' });
    } finally {
      delete context.activeMutant;
    }
    const tooOften = determineHitLimitReached(context.hitCount, context.hitLimit);
    return toMutantRunResult(tooOften ?? { status: DryRunStatus.Complete, tests });
  }

  async #runToFirstFailure(own) {
    const took = ({ id }) => this.#tookMs.get(id) ?? 0;
    const results = [];
    for (const { id, name, run } of own.toSorted((a, b) => took(a) - took(b))) {
      const result = await resultOf(run);
      results.push({ ...result, id, name });
      if (result.status === TestStatus.Failed) break;
      this.#tookMs.set(id, result.timeSpentMs);
    }
    return results;
  }

  async #testsIn(bundle) {
    const tests = this.#loaded.get(bundle) ?? (await load(bundle));
    this.#loaded.set(bundle, tests);
    return tests;
  }
}

function idOf(bundle, index) {
  return `${bundle}#${index}`;
}

async function resultOf(run) {
  const startedAt = performance.now();
  try {
    await run();
    return { status: TestStatus.Success, timeSpentMs: performance.now() - startedAt };
  } catch (error) {
    return failed(error);
  }
}

function failed(error) {
  const failureMessage = error instanceof Error ? error.message : String(error);
  return { status: TestStatus.Failed, timeSpentMs: 0, failureMessage };
}

/** For Stryker, which asks for this name. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'own-tests', OwnTestsRunner)];
