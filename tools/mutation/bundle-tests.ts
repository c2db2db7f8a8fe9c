/**
 * Runs in Stryker's copy of the project, when its mutants are in place: makes one file of each unit test of the mutated
 * folders and all that it imports, without jest, which takes a second of CPU for each mutant.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { MUTATED, ownTestsOf } from './own-tests.ts';

// Thousands of random inputs for each mutant would take hours.
const INPUTS = 50;
const FEW_INPUTS = `
import { configureGlobal } from 'fast-check';
configureGlobal({ numRuns: ${INPUTS} });
`;
const COLLECTED = `
export { collected } from '@jest/globals';
`;

// Files that hold types only have no tests.
const tests = new Set(MUTATED.flatMap((pattern) => globSync(pattern)).flatMap(ownTestsOf));
for (const test of [...tests].filter((file) => existsSync(file))) {
  const text = readFileSync(test, 'utf8');
  await build({
    stdin: {
      contents: withFewInputs(text) + COLLECTED,
      sourcefile: test,
      resolveDir: path.dirname(test),
      loader: 'ts',
    },
    // Beside the test, where it finds what it reads.
    outfile: test.replace(/\.ts$/, '.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { '@jest/globals': path.resolve('tools/mutation/test-collector.ts') },
    // Loaded once for all mutants.
    packages: 'external',
    logLevel: 'error',
  });
}

function withFewInputs(text: string): string {
  if (!text.includes("from 'fast-check'")) return text;
  return FEW_INPUTS + text.replaceAll(/numRuns: \d+/g, `numRuns: ${INPUTS}`);
}
