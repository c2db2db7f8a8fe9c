import { ConfigurationFault } from '../../functions/adapters/environment.ts';
import { CheckProblem } from '../check-number/check-problem.ts';
import { DeployFailure } from '../deploy/deploy-failure.ts';
import { StackProblem } from '../local-stack/stack-problem.ts';
import { CliProblem } from './cli-problem.ts';

const KINDS = [CliProblem, CheckProblem, ConfigurationFault, DeployFailure, StackProblem];

/** Whether an error is a sentence for the person at the terminal, who can do something about it. */
export function isForPeople(error: unknown): error is Error {
  return KINDS.some((kind) => error instanceof kind);
}
