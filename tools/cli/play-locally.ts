import { playAuth0 } from '../local-stack/play-auth0.ts';
import { playLogin } from '../local-stack/play-login.ts';
import { stackFileIn } from '../local-stack/stack-environment.ts';
import { openStackFile } from '../local-stack/stack-file.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import type { Output } from './output.ts';

/**
 * Plays Auth0 against the local stack.
 *
 * @param what - `otp`: a code is asked for; `login`: somebody has logged in with one
 * @throws CliProblem for anything else, StackProblem where the stack does not run
 */
export async function playLocally(
  world: CliWorld,
  output: Output,
  what: string,
  phone: string,
): Promise<void> {
  if (what !== 'otp' && what !== 'login') throw new CliProblem('trigger takes otp or login.');
  const lines: string[] = [];
  const options = {
    env: { ...world.env, PHONE: phone },
    stackFile: openStackFile(stackFileIn(world.env)),
    print: (text: string): void => {
      lines.push(...text.split('\n'));
      output.say(text);
    },
  };
  await (what === 'otp' ? playAuth0(options) : playLogin(options));
  output.result({ what, lines });
}
