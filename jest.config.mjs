const common = {
  testEnvironment: 'node',
  restoreMocks: true,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
};

/** Processes start and stop in these; they take turns better when there are few of them. */
const project = (name) => ({ ...common, displayName: name, roots: [`<rootDir>/test/${name}`] });

export default {
  projects: [project('unit'), project('adapters'), project('e2e'), project('infra')],
  testTimeout: 30_000,
  collectCoverage: true,
  coverageProvider: 'v8',
  // main.ts and the compositions run in the framework's process, where the e2e tests drive them.
  collectCoverageFrom: [
    'functions/**/*.ts',
    '!functions/main.ts',
    '!functions/*/index.ts',
    '!functions/**/ports.ts',
  ],
  coverageThreshold: { global: { statements: 95, lines: 95, functions: 95, branches: 90 } },
  coverageReporters: ['text-summary', 'lcovonly'],
};
