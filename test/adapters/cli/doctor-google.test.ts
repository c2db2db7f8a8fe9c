import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { startGoogleProject, type GoogleProject } from '../../support/google-project.ts';

const NEEDED =
  'artifactregistry cloudbuild cloudfunctions firestore iam iamcredentials logging monitoring run secretmanager storage';
const OTHERS = Array.from({ length: 450 }, (_, index) => `api${index}`);

describe('doctor and the APIs of a project', () => {
  let google: GoogleProject;
  let cli: CliHarness;

  beforeEach(async () => {
    google = await startGoogleProject();
    cli = createCliHarness({ openGoogle: google.openGoogle, openSecrets: google.openSecrets });
    cli.files.set('infra/envs/dev.tfvars', 'region = "europe-west1"\n');
    cli.env['PROJECT'] = 'demo-project';
  });
  afterEach(() => google.stop());

  const saidOfApis = async (): Promise<string | undefined> =>
    (await cli.run('doctor', '--only', 'google')).text
      .split('\n')
      .find((line) => line.includes('APIs of the project'));

  it('finds those that Google lists last', async () => {
    google.project.apis = [...OTHERS, ...NEEDED.split(' ')];
    expect(await saidOfApis()).toBe('ok       APIs of the project: all enabled');
  });

  it('names the one that is missing among many', async () => {
    google.project.apis = [...OTHERS, ...NEEDED.replace('run ', '').split(' ')];
    expect(await saidOfApis()).toBe('RED      APIs of the project: not enabled: run');
  });
});
