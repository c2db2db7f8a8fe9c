/** What Stryker runs against each mutant: the unit tests of functions/, without coverage. */
export default {
  testEnvironment: 'node',
  restoreMocks: true,
  roots: ['<rootDir>/test/unit'],
  testPathIgnorePatterns: ['/test/unit/(?:tools|support|http|adapters)/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
};
