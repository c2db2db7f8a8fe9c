import { variableIn } from '../local-stack/variable-in.ts';
import type { CliWorld } from './cli-world.ts';

/** The text of `infra/envs/ENV.tfvars`; empty where there is none. */
export function variablesText({ env, readText }: Pick<CliWorld, 'env' | 'readText'>): string {
  return readText(`infra/envs/${variableIn(env, 'ENV') ?? 'dev'}.tfvars`) ?? '';
}
