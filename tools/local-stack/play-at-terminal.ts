import process from 'node:process';
import type { PlayAuth0Options } from './play-auth0.ts';
import { stackFileIn } from './stack-environment.ts';
import { openStackFile } from './stack-file.ts';
import { StackProblem } from './stack-problem.ts';

/** Plays Auth0 by what the environment says; what the person can mend is said in a sentence, and exits 1. */
export async function playAtTerminal(play: (options: PlayAuth0Options) => Promise<void>): Promise<void> {
  try {
    await play({
      env: process.env,
      stackFile: openStackFile(stackFileIn(process.env)),
      print: (text) => void process.stdout.write(`${text}\n`),
    });
  } catch (error) {
    if (!(error instanceof StackProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
