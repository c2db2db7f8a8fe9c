import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { runStack } from './run-stack.ts';
import { readStackEnvironment } from './stack-environment.ts';
import { StackProblem } from './stack-problem.ts';

// Runs the local stack: the functions of dist/, the Twilio simulator (or Twilio itself) and Firestore, until Ctrl-C.

const ENV_FILE = path.resolve(import.meta.dirname, '..', '..', '.env');

const { promise: endAsked, resolve } = Promise.withResolvers<string>();
// `on`, not `once`: npm passes Ctrl-C on although the terminal has sent it already, and a second one must not kill us
// while the parts end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));

try {
  // What is set already stays.
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  const environment = readStackEnvironment(process.env);
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  void endAsked.then(() => print('\nStopping everything …'));
  await runStack({ ...environment, inherited: { ...process.env }, print, endAsked });
  process.exit(0);
} catch (error) {
  if (!(error instanceof StackProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
