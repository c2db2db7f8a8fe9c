import { runCheck } from '../check-number/run-check.ts';
import { stackFileIn } from '../local-stack/stack-environment.ts';
import { openStackFile } from '../local-stack/stack-file.ts';
import type { CliWorld } from './cli-world.ts';
import { findDeployment } from './find-deployment.ts';
import type { Output } from './output.ts';

/** Explains what the gateway would do with a number; the exit code is that of `make check-number`. */
export async function checkNumber(
  world: CliWorld,
  output: Output,
  accessToken: () => Promise<string>,
  phone: string,
): Promise<void> {
  const code = await runCheck({
    env: { ...world.env, PHONE: phone, ...(output.isJson ? { JSON: '1' } : {}) },
    stack: () => openStackFile(stackFileIn(world.env)).running(),
    deployment: () => findDeployment(world),
    accessToken,
    print: world.terminal.say,
  });
  world.exit(code);
}
