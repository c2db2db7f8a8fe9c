import type { CliWorld } from './cli-world.ts';
import { FUNCTION_NAMES, type DeployedName } from './deployed-function.ts';
import { identifierInFile } from './identifier-in-file.ts';
import { variablesText } from './variables-text.ts';

/** The Twilio keys that the variables of an environment name. */
export interface NamedKeys {
  /** The functions that need one: `watch` only where it is enabled. */
  readonly owners: readonly DeployedName[];
  /** The identifier; undefined where there is none, or that of the example. */
  readonly sidOf: (name: DeployedName) => string | undefined;
}

/** Reads them from `infra/envs/ENV.tfvars`. */
export function readNamedKeys(world: Pick<CliWorld, 'env' | 'readText'>): NamedKeys {
  const text = variablesText(world);
  const isWatched = /^watch_enabled\s*=\s*true\b/m.test(text);
  return {
    owners: isWatched ? [...FUNCTION_NAMES, 'watch'] : FUNCTION_NAMES,
    sidOf: (name) => identifierInFile(text, keyVariable(name)),
  };
}

/** The variable that names the key of a function. */
export function keyVariable(name: DeployedName): string {
  return `${name.replace('-', '_')}_api_key_sid`;
}
