import { CommanderError } from 'commander';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { createProgram } from './create-program.ts';
import { isForPeople } from './is-for-people.ts';

/** Exit code for what could not be run. */
const NOT_RUN = 2;

/**
 * Runs one command line. Whatever a person can mend is said in a sentence, and exits 2 unless the command says otherwise;
 * with `--json` it is a value too.
 *
 * @param args - without the program's own name
 * @param complain - takes sentences for standard error
 */
export async function runCli(
  args: readonly string[],
  world: CliWorld,
  options: { readonly accessToken: () => Promise<string>; readonly complain: (text: string) => void },
): Promise<void> {
  try {
    await createProgram(world, options.accessToken).parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said it by then; help and version are no failures.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return;
      if (args.includes('--json')) sayProblem(world, error.message);
      world.exit(NOT_RUN);
      return;
    }
    if (!isForPeople(error)) throw error;
    if (args.includes('--json')) sayProblem(world, error.message);
    else options.complain(error.message);
    world.exit(error instanceof CliProblem ? error.exitCode : NOT_RUN);
  }
}

function sayProblem(world: CliWorld, problem: string): void {
  world.terminal.say(JSON.stringify({ error: problem }, null, 2));
}
