import { StackProblem } from './stack-problem.ts';

/**
 * What is said where the stack is needed and does not answer.
 *
 * @param details - `instead`: what the person may do in place of starting it
 */
export function stackNotRunning(details: { instead?: string; cause?: unknown } = {}): StackProblem {
  const { instead, cause } = details;
  const end = instead === undefined ? '' : `, or ${instead}`;
  return new StackProblem(
    `The local stack is not running: run \`make dev\` in another terminal first${end}.`,
    { cause },
  );
}
