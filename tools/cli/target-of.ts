import { parseTarget, type Target } from '../deploy/target.ts';
import type { CliWorld } from './cli-world.ts';

/**
 * Which project and environment are meant (`PROJECT`, `ENV`).
 *
 * @throws DeployFailure with a sentence for each thing that is wrong
 */
export function targetOf({ env, readText }: Pick<CliWorld, 'env' | 'readText'>): Target {
  return parseTarget(env, (file) => readText(`infra/${file}`));
}
