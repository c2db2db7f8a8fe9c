import process from 'node:process';
import { playAuth0 } from './local-stack/play-auth0.ts';
import { stackFileIn } from './local-stack/stack-environment.ts';
import { openStackFile } from './local-stack/stack-file.ts';
import { StackProblem } from './local-stack/stack-problem.ts';

// Plays Auth0 against the local stack: PHONE=+447700900001 [CODE=…] [TEMPLATE=…] [CHANNEL=…], all by the environment,
// so that no shell reads them twice.

try {
  await playAuth0({
    env: process.env,
    stackFile: openStackFile(stackFileIn(process.env)),
    print: (text) => void process.stdout.write(`${text}\n`),
  });
} catch (error) {
  if (!(error instanceof StackProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
