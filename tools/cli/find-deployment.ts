import type { Deployment } from '../check-number/deployment.ts';
import { variableIn } from '../local-stack/variable-in.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { readDeployedFunction } from './deployed-function.ts';
import { namedDatabase } from './named-database.ts';
import { targetOf } from './target-of.ts';
import { variablesText } from './variables-text.ts';

/**
 * The installation of `PROJECT` and `ENV`, as `rules` and `doctor` find it: its database, and the settings that its gateway
 * was deployed with. `DATABASE` names another database; it is enough where there are no variables of an environment. With
 * an emulator nothing is deployed.
 *
 * @returns null where no project is named
 * @throws DeployFailure, CliProblem when it is not complete, not deployed or not to be seen
 */
export async function findDeployment(
  world: Pick<CliWorld, 'env' | 'readText' | 'openGoogle'>,
): Promise<Deployment | null> {
  const { env } = world;
  const project = variableIn(env, 'PROJECT');
  if (project === undefined) return null;
  const named = namedDatabase(env);
  if (named !== undefined && variablesText(world) === '') return { project, database: named, settings: null };
  const target = targetOf(world);
  const database = named ?? `${target.prefix}-${target.environment}`;
  if (variableIn(env, 'FIRESTORE_EMULATOR_HOST') !== undefined) return { project, database, settings: null };
  const gateway = await readDeployedFunction(world.openGoogle(project), target, 'gateway');
  if (gateway === null) throw new CliProblem('gateway is not deployed: run make deploy.');
  return { project, database, settings: gateway.environment };
}
