import { checkTools } from '../../deploy/check-tools.ts';
import { DeployFailure } from '../../deploy/deploy-failure.ts';
import { operatorTwilio } from '../operator-twilio.ts';
import { CliProblem } from '../cli-problem.ts';
import { twilioEnvironment } from '../twilio-environment.ts';
import type { Check, Finding } from './check.ts';
import { green } from './green.ts';
import { red } from './red.ts';

/** The machine of the operator, and what it is told. */
export const TOOL_CHECKS: readonly Check[] = [
  {
    id: 'tools.target',
    group: 'tools',
    title: 'project and variables',
    needs: [],
    run: ({ target }) =>
      orRed('not complete', () => {
        const { project, variablesFile } = target();
        return Promise.resolve(green(`${project}, infra/${variablesFile}`));
      }),
  },
  {
    id: 'tools.installed',
    group: 'tools',
    title: 'terraform, gcloud, sign-in, billing',
    needs: ['tools.target'],
    run: ({ target, world }) =>
      orRed('something is missing', async () => {
        await checkTools(world.run, target().project);
        return green('all there');
      }),
  },
  {
    id: 'tools.twilio',
    group: 'tools',
    title: 'credential for Twilio',
    needs: [],
    run: ({ world }) =>
      orRed('not there', () => {
        operatorTwilio(twilioEnvironment(world)).close();
        return Promise.resolve(green('set'));
      }),
  },
  {
    id: 'tools.auth0',
    group: 'tools',
    title: 'credential for Auth0',
    needs: [],
    run: (facts) =>
      orRed('not there', () => {
        facts.auth0();
        return Promise.resolve(green('set'));
      }),
  },
];

/** What these find missing is for the person to bring: red, with the sentence that says how. */
async function orRed(detail: string, find: () => Promise<Finding>): Promise<Finding> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof CliProblem || error instanceof DeployFailure)
      return red(detail, error.message.replaceAll('\n', ' '));
    throw error;
  }
}
