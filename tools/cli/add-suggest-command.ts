import type { Command } from 'commander';
import type { CliWorld } from './cli-world.ts';
import type { OutputOf } from './output.ts';
import { runSuggest, type SuggestOptions } from './suggest/run-suggest.ts';

/** Adds `suggest`: what the function `watch` would do now, seen and done by a person. */
export function addSuggestCommand(
  program: Command,
  world: CliWorld,
  output: OutputOf,
  accessToken: () => Promise<string>,
): void {
  program
    .command('suggest')
    .description(
      'find networks whose codes are not used, as the function watch does, and suggest rules; exits 3 where logins are not reported',
    )
    .option('--apply', 'write the rules, only where there is no document of a person')
    .option('--yes', 'make the changes without asking')
    .action((options: SuggestOptions) => runSuggest(world, output(), options, accessToken));
}
