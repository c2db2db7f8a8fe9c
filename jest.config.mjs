export default {
  testEnvironment: 'node', roots: ['<rootDir>/test'], restoreMocks: true,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
  collectCoverage: true, coverageProvider: 'v8', collectCoverageFrom: ['functions/**/*.ts'],
};
