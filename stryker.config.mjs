/**
 * Mutation tests of what decides and of what reads what others wrote: `make mutation`, outside `make check` because it
 * takes long. `MUTATE=functions/domain/decide.ts` limits it.
 */
const MUTATED = [
  'functions/domain/**/*.ts',
  'functions/gateway/{authenticate,bearer-token,one-time-code,request,signature,signing-key}.ts',
  'functions/log-stream/{batch,batch-parts,login,login-event,split-batch,split-list,scan-object,read-object}.ts',
];

export default {
  packageManager: 'npm',
  mutate: process.env.MUTATE ? process.env.MUTATE.split(',') : MUTATED,
  testRunner: 'jest',
  // jest runs ES modules with this flag only.
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    // The unit tests alone: the others start processes and know nothing of a mutant.
    configFile: 'stryker.jest.config.mjs',
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 10_000,
  // What is no source is not copied into the sandbox.
  ignorePatterns: ['dist', 'build', 'coverage', 'infra', 'bench', '.local'],
  tempDirName: 'build/stryker',
  reporters: ['clear-text', 'progress', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'build/mutation.json' },
  thresholds: { high: 95, low: 90, break: 85 },
};
