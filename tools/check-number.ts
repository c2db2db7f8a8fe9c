import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { CheckProblem } from './check-number/check-problem.ts';
import { runCheck } from './check-number/run-check.ts';
import { stackFileIn } from './local-stack/stack-environment.ts';
import { openStackFile } from './local-stack/stack-file.ts';
import { StackProblem } from './local-stack/stack-problem.ts';

// Explains what the gateway would do with a number, without sending: PHONE=+447700900001 [LOOKUP=0] [JSON=1], against
// the local stack, or with PROJECT=… [DATABASE=…] against the rules that are deployed there. All by the environment, so
// that no shell reads a number twice.

const ENV_FILE = path.resolve(import.meta.dirname, '..', '.env');

try {
  // What is set already stays.
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  const exitCode = await runCheck({
    env: process.env,
    stack: () => openStackFile(stackFileIn(process.env)).running(),
    print: (text) => void process.stdout.write(`${text}\n`),
  });
  // A read that took too long is not waited for.
  process.exit(exitCode);
} catch (error) {
  if (!(error instanceof CheckProblem) && !(error instanceof StackProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
