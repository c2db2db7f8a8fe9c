import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import type { Output } from './output.ts';

/** How changes are made. */
export interface CarryOutOptions {
  readonly output: Output;
  /** Whether the person has said yes beforehand (`--yes`). */
  readonly isConfirmed: boolean;
}

/**
 * Shows what would change, asks, and makes the changes in their order, each with a line when it is done.
 *
 * @returns whether there was anything to change
 * @throws CliProblem when the person says no, or there is nobody to ask
 */
export async function carryOut(
  changes: readonly Change[],
  { output, isConfirmed }: CarryOutOptions,
): Promise<boolean> {
  if (changes.length === 0) {
    output.say('Nothing to change.');
    return false;
  }
  for (const { what, lines } of changes) {
    output.say(what);
    for (const line of lines) output.say(`  ${line}`);
  }
  if (!isConfirmed) await confirm(output);
  for (const { what, apply } of changes) {
    await apply();
    output.say(`done: ${what}`);
  }
  return true;
}

async function confirm(output: Output): Promise<void> {
  if (!output.canAsk) throw new CliProblem('There is nobody to ask: add --yes to make these changes.');
  const answer = await output.ask('Make these changes? Type yes: ');
  if (answer !== 'yes') throw new CliProblem('Stopped: nothing was changed.');
}
