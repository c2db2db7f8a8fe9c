import process from 'node:process';
import { createBlocklist } from './local-stack/blocklist.ts';
import { changeRules } from './local-stack/change-rules.ts';
import { stackFileIn } from './local-stack/stack-environment.ts';
import { openStackFile } from './local-stack/stack-file.ts';
import { stackNotRunning } from './local-stack/stack-not-running.ts';
import { StackProblem } from './local-stack/stack-problem.ts';

// Changes the rules of the local stack: add, delete (RULE=234-51, or a second argument) or list.

try {
  const stack = openStackFile(stackFileIn(process.env)).running();
  if (stack === null) throw stackNotRunning();
  const [, , command, rule = process.env['RULE']] = process.argv;
  const blocklist = createBlocklist({ host: stack.firestoreHost, project: stack.project });
  await changeRules({ command, rule, blocklist, print: (text) => void process.stdout.write(`${text}\n`) });
} catch (error) {
  const sentence = sentenceFor(error);
  if (sentence === null) throw error;
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

function sentenceFor(error: unknown): string | null {
  if (error instanceof StackProblem) return error.message;
  // What fetch throws when nobody listens any more.
  return error instanceof TypeError && error.message === 'fetch failed' ? stackNotRunning().message : null;
}
