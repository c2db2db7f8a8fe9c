import { DeployFailure } from './deploy-failure.ts';
import type { RunCommand } from './run-command.ts';
import type { Target } from './target.ts';

/** What the first command of Terraform needs; it enables the others itself. */
const FIRST_APIS = ['cloudresourcemanager', 'iam', 'secretmanager', 'serviceusage', 'storage', 'sts'];

/** Whether the bucket for the state is there, which is the first thing that a deploy makes. */
export async function hasStateBucket(run: RunCommand, { project, stateBucket }: Target): Promise<boolean> {
  const args = ['storage', 'buckets', 'describe', `gs://${stateBucket}`, '--format=value(name)'];
  const { code } = await run('gcloud', [...args, `--project=${project}`, '--quiet']);
  return code === 0;
}

/**
 * Makes the bucket for the state, and enables the first APIs.
 *
 * Not Terraform: its state must have a place before it does anything, or an interrupted first run would leave things
 * behind that no state knows.
 *
 * @throws DeployFailure when gcloud cannot
 */
export async function makeStateBucket(
  run: RunCommand,
  { project, region, stateBucket }: Target,
): Promise<void> {
  const services = FIRST_APIS.map((name) => `${name}.googleapis.com`);
  const forProject = [`--project=${project}`, '--quiet'];
  await mustSucceed(run, ['services', 'enable', ...services, ...forProject]);
  await mustSucceed(run, [
    'storage',
    'buckets',
    'create',
    `gs://${stateBucket}`,
    `--location=${region}`,
    '--uniform-bucket-level-access',
    '--public-access-prevention',
    ...forProject,
  ]);
}

async function mustSucceed(run: RunCommand, args: readonly string[]): Promise<void> {
  const { code } = await run('gcloud', args, { isShown: true });
  if (code !== 0) throw new DeployFailure(`gcloud ${args.slice(0, 3).join(' ')} failed.`);
}
