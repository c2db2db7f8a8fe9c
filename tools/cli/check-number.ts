import { runCheck } from '../check-number/run-check.ts';
import { stackFileIn } from '../local-stack/stack-environment.ts';
import { openStackFile } from '../local-stack/stack-file.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { findDeployment } from './find-deployment.ts';
import { isForPeople } from './is-for-people.ts';
import type { Output } from './output.ts';

/** Explains what the gateway would do with a number; the exit code is that of `make check-number`. */
export async function checkNumber(
  world: CliWorld,
  output: Output,
  accessToken: () => Promise<string>,
  phone: string,
): Promise<void> {
  const code = await found({
    env: { ...world.env, PHONE: phone, ...(output.isJson ? { JSON: '1' } : {}) },
    stack: () => openStackFile(stackFileIn(world.env)).running(),
    deployment: () => findDeployment(world),
    accessToken,
    print: world.terminal.say,
  });
  world.exit(code);
}

/** Its 2 says that nothing would be sent: what could not be found out is 1. */
async function found(options: Parameters<typeof runCheck>[0]): Promise<number> {
  try {
    return await runCheck(options);
  } catch (error) {
    if (isForPeople(error)) throw new CliProblem(error.message, { exitCode: 1, cause: error });
    throw error;
  }
}
