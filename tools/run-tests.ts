import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** What jest counts, as its JSON has it. */
interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  /** Files that could not even start: their tests are in neither of the other numbers. */
  readonly numRuntimeErrorTestSuites: number;
}

// Runs all tests and ends with one line, `N passed, N failed`, taken from jest's own JSON; where tests were left out, a line
// before it says how many.

if (!process.version.startsWith('v24.')) {
  // Without its install script the package `node` has no binary, and the system's Node would be tested instead.
  console.error(`The tests run on Node 24, the runtime that is deployed; this is ${process.version}.`);
  console.error('Install the packages with their scripts: npm ci');
  process.exit(1);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'verify-gateway-tests-'));
const resultFile = path.join(folder, 'result.json');
const jest = path.resolve(import.meta.dirname, '..', 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const args = [jest, '--json', `--outputFile=${resultFile}`, ...process.argv.slice(2)];

// jest prints its JSON on standard output as well, where nobody wants to read it.
const run = spawnSync(process.execPath, [...flags, ...args], { stdio: ['inherit', 'ignore', 'inherit'] });
const result = readResult();
rmSync(folder, { recursive: true, force: true });
const failed = result === null ? 1 : result.numFailedTests + result.numRuntimeErrorTestSuites;
const skipped = result?.numPendingTests ?? 0;
if (skipped > 0) console.log(`${skipped} skipped: each reason stands above, after SKIPPED`);
console.log(`${result?.numPassedTests ?? 0} passed, ${failed} failed`);
process.exitCode = run.status === 0 && failed === 0 ? 0 : 1;

function readResult(): JestResult | null {
  try {
    return JSON.parse(readFileSync(resultFile, 'utf8')) as JestResult;
  } catch {
    return null;
  }
}
