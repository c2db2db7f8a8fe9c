import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'infra/', '.local/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a message or a key reads as itself; only objects and nullish values are mistakes there.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => log(...)` and `(x) => void f(x)` are the plain way to write a callback that returns nothing.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Log lines carry vendor-neutral names through index signatures; tsc already enforces bracket access there.
      '@typescript-eslint/dot-notation': 'off',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-else-return': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['functions/**/*.ts'],
    rules: {
      // Log lines are written by http/log.ts alone: anything else on stdout breaks the JSON lines.
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      // A describe block is a list of sentences, not a function with a job: its length says nothing.
      'max-lines-per-function': 'off',
      // Tables of contract rows are long by nature.
      'max-lines': 'off',
      // Helpers that assert are named expect…; the rule is told so.
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
      // Where a part cannot run, test/support/describe-with.ts decides so at run time, and the reason is printed.
      'jest/no-disabled-tests': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', 'auth0/*.js', 'bench/**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        exports: 'writable',
        require: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        performance: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
);
