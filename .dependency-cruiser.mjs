/** The import rules of the product: data flows http → handler → use case → adapters → answer. */
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle hides which side decides.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file that nothing imports is dead, or an entry point that belongs in the list.',
      from: { orphan: true, path: '^functions/' },
      to: {},
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      comment: 'domain/ is values and pure decisions: itself and libphonenumber only.',
      from: { path: '^functions/domain/' },
      to: { pathNot: '^functions/domain/|^node_modules/libphonenumber-js' },
    },
    {
      name: 'functions-are-strangers',
      severity: 'error',
      comment: 'The functions do not import each other.',
      from: { path: '^functions/(gateway|log-stream|watch)/' },
      to: { path: '^functions/(gateway|log-stream|watch)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'only-index-knows-adapters',
      severity: 'error',
      comment:
        'Use cases declare ports, adapters implement them, index.ts (and compose.ts, the half of it that loads after the start) joins the two. Configuration reads the environment through its adapter.',
      from: { path: '^functions/(gateway|log-stream|watch)/', pathNot: '/(index|compose|config)\\.ts$' },
      to: { path: '^functions/adapters/' },
    },
    {
      name: 'use-cases-import-no-vendor',
      severity: 'error',
      comment: 'What decides imports neither a vendor package nor the edge.',
      from: {
        path: '^functions/(gateway/send-code|gateway/ports|log-stream/approve-logins|watch/find-idle-networks|watch/plan-watch-rules|watch/survey-networks|watch/watch-networks)\\.ts$',
      },
      to: { path: '^node_modules/|^functions/http/|^functions/adapters/' },
    },
    {
      name: 'adapters-know-no-function-but-its-ports',
      severity: 'error',
      comment: 'An adapter implements a port and knows nothing of who composes it.',
      from: { path: '^functions/adapters/' },
      to: {
        path: '^functions/(gateway|log-stream|watch)/',
        pathNot: '/(ports|send-code|approve-logins|find-idle-networks)\\.ts$',
      },
    },
    {
      name: 'http-knows-no-use-case',
      severity: 'error',
      comment: 'The edge is shared: it knows codes and bytes, not what they are for.',
      from: { path: '^functions/http/' },
      to: { path: '^functions/(gateway|log-stream|watch|adapters)/' },
    },
    {
      name: 'the-cloud-runs-no-tools',
      severity: 'error',
      comment: 'What is deployed never depends on what is for people or tests.',
      from: { path: '^functions/' },
      to: { path: '^(tools|test|bench)/' },
    },
    {
      name: 'names-of-networks-stay-with-the-tools',
      severity: 'error',
      comment: 'The list is CC BY-SA (NOTICE): it is never part of what is deployed.',
      from: { pathNot: '^tools/' },
      to: { path: '^node_modules/mcc-mnc-list' },
    },
    {
      name: 'nothing-but-tests-imports-tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      from: { path: '^functions/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
