import { parseTarget, type Target } from '../deploy/target.ts';
import type { CliWorld } from './cli-world.ts';

/**
 * Which project and environment are meant (`PROJECT`, `ENV`). The keys of the functions may be those of the example: it is
 * from here that the real ones come.
 *
 * @throws DeployFailure with a sentence for each thing that is wrong
 */
export function targetOf({ env, readText }: Pick<CliWorld, 'env' | 'readText'>): Target {
  return parseTarget(env, (file) => readText(`infra/${file}`), { isBeforeKeys: true });
}
