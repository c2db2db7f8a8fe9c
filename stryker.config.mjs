import { MUTATED } from './tools/mutation/own-tests.ts';

/**
 * Mutation tests of what decides and of what reads what others wrote: `make mutation`, outside `make check` because it
 * takes minutes. `MUTATE='functions/domain/*.ts functions/gateway/request.ts'` limits it. Each file is judged by its own
 * tests alone, which is stricter than asking all of them. Why the test runner is our own:
 * docs/adr/0010-mutation-tests-without-jest.md.
 */
export default {
  packageManager: 'npm',
  mutate: MUTATED,
  plugins: ['./tools/mutation/test-runner.mjs'],
  testRunner: 'own-tests',
  buildCommand: 'node tools/mutation/bundle-tests.ts',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Modules that were loaded for a mutant stay in memory.
  maxTestRunnerReuse: 300,
  // On a busy machine a short limit would count mutants as noticed that are not. The factor is of the time of all tests,
  // of which a mutant needs its own.
  timeoutMS: 30_000,
  timeoutFactor: 0.2,
  // What is no source is not copied into the sandbox.
  ignorePatterns: ['dist', 'build', 'coverage', 'infra', 'bench', 'docs', '.local'],
  tempDirName: 'build/stryker',
  reporters: ['clear-text', 'progress', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'build/mutation.json' },
  thresholds: { high: 95, low: 90, break: 85 },
};
