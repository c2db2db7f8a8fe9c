import type { RunCommand } from './run-command.ts';
import { DeployFailure } from './deploy-failure.ts';

const OLDEST_TERRAFORM = [1, 11] as const;
const GET_TERRAFORM = 'get 1.11 or newer from https://developer.hashicorp.com/terraform/install';
const GET_GCLOUD = 'get it from https://cloud.google.com/sdk/docs/install';

/**
 * Checks that everything that a deploy needs is there, before anything is started.
 *
 * @throws DeployFailure with one sentence for each thing that is missing, and how to get it
 */
export async function checkTools(run: RunCommand, project: string): Promise<void> {
  const problems = [await findTerraformProblem(run), ...(await findGoogleProblems(run, project))];
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new DeployFailure(...found);
}

async function findTerraformProblem(run: RunCommand): Promise<string | null> {
  const { code, stdout } = await run('terraform', ['version']);
  if (code === null) return `terraform is not installed: ${GET_TERRAFORM}.`;
  const [, major, minor] = /Terraform v(\d+)\.(\d+)\./.exec(stdout) ?? [];
  const version = [Number(major), Number(minor)] as const;
  if (code !== 0 || Number.isNaN(version[0])) return `terraform does not say its version: ${GET_TERRAFORM}.`;
  const isNewEnough =
    version[0] > OLDEST_TERRAFORM[0] ||
    (version[0] === OLDEST_TERRAFORM[0] && version[1] >= OLDEST_TERRAFORM[1]);
  return isNewEnough ? null : `terraform ${version.join('.')} is too old: ${GET_TERRAFORM}.`;
}

async function findGoogleProblems(run: RunCommand, project: string): Promise<(string | null)[]> {
  const { code } = await run('gcloud', ['--version']);
  if (code === null) return [`gcloud is not installed: ${GET_GCLOUD}.`];
  const account = await run('gcloud', ['auth', 'list', '--filter=status:ACTIVE', '--format=value(account)']);
  // What it prints is a token: it goes no further than this.
  const token = await run('gcloud', ['auth', 'application-default', 'print-access-token', '--quiet']);
  const withoutToken =
    token.code === 0
      ? null
      : 'There are no credentials for Terraform: run gcloud auth application-default login.';
  if (account.code !== 0 || account.stdout.trim() === '') {
    return ['gcloud is not signed in: run gcloud auth login.', withoutToken];
  }
  return [withoutToken, await findProjectProblem(run, project)];
}

async function findProjectProblem(run: RunCommand, project: string): Promise<string | null> {
  const { code } = await run('gcloud', [
    'projects',
    'describe',
    project,
    '--format=value(projectId)',
    '--quiet',
  ]);
  if (code !== 0) {
    return `The project ${project} is not there, or this account may not see it: create it with gcloud projects create ${project}, or ask for access.`;
  }
  const billing = await run('gcloud', [
    'billing',
    'projects',
    'describe',
    project,
    '--format=value(billingEnabled)',
    '--quiet',
  ]);
  // Who may deploy need not be allowed to see this; then the deploy itself will tell.
  return billing.code === 0 && billing.stdout.trim() === 'False'
    ? `The project ${project} has no billing account, without which Google builds no functions: link one with gcloud billing projects link ${project}.`
    : null;
}
