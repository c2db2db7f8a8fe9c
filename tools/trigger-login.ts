import process from 'node:process';
import { playLogin } from './local-stack/play-login.ts';
import { stackFileIn } from './local-stack/stack-environment.ts';
import { openStackFile } from './local-stack/stack-file.ts';
import { StackProblem } from './local-stack/stack-problem.ts';

// Plays Auth0's log stream against the local stack: PHONE=+447700900001 has logged in with its code.

try {
  await playLogin({
    env: process.env,
    stackFile: openStackFile(stackFileIn(process.env)),
    print: (text) => void process.stdout.write(`${text}\n`),
  });
} catch (error) {
  if (!(error instanceof StackProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
