import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import {
  startMemoryFirestore,
  type MemoryFirestore,
} from '../../../tools/local-stack/start-memory-firestore.ts';
import { findDeployment } from '../../../tools/cli/find-deployment.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { startGoogleProject, type GoogleProject } from '../../support/google-project.ts';

const TFVARS = 'infra/envs/dev.tfvars';
const VARIABLES = 'region = "europe-west1"\nprefix = "codes"\n';

describe('check-number of an installation', () => {
  let firestore: MemoryFirestore;
  let cli: CliHarness;

  beforeAll(async () => {
    firestore = await startMemoryFirestore();
  });
  afterAll(() => firestore.process.stop('SIGKILL'));

  beforeEach(() => {
    cli = createCliHarness();
    cli.files.set(TFVARS, VARIABLES);
    Object.assign(cli.env, {
      PROJECT: 'demo-project',
      FIRESTORE_EMULATOR_HOST: firestore.host,
      LOOKUP: '0',
    });
  });

  it('reads the database that rules writes to', async () => {
    await cli.run('rules', 'add', 'GB', '--yes');
    expect((await cli.run('rules', 'test', '+447700900123')).exitCode).toBe(1);
    const { exitCode, text } = await cli.run('check-number', '+447700900123');
    expect(text).toContain('read from  project demo-project, database codes-dev\n');
    expect([exitCode, text]).toEqual([2, expect.stringContaining('WOULD NOT BE SENT (403 blocked)')]);
  });

  it('reads the database that DATABASE names', async () => {
    await cli.run('rules', 'add', 'GB', '--yes');
    cli.env['DATABASE'] = 'another';
    const { exitCode, text } = await cli.run('check-number', '+447700900123');
    expect([exitCode, text]).toEqual([0, expect.stringContaining('database another\n')]);
  });

  it.each([
    [403, 'permission denied: ask for the role Cloud Datastore Viewer'],
    [404, 'there is no such database'],
  ])('says why the rules cannot be read where Firestore answers %d', async (status, reason) => {
    const refusing = createServer((_request, response) => void response.writeHead(status).end('{}'));
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const address = refusing.address();
    cli.env['FIRESTORE_EMULATOR_HOST'] =
      `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
    const { exitCode, text } = await cli.run('check-number', '+447700900123');
    await new Promise((resolve) => refusing.close(resolve));
    expect([exitCode, text]).toEqual([1, expect.stringContaining(`blocklist: ${reason}`)]);
  });

  it('says what is missing where there are no variables', async () => {
    cli.files.clear();
    const { exitCode, complaint } = await cli.run('check-number', '+447700900123');
    expect([exitCode, complaint]).toEqual([
      1,
      expect.stringMatching(/^There is no infra\/envs\/dev\.tfvars/),
    ]);
  });
});

describe('the installation that is meant', () => {
  let google: GoogleProject;

  beforeAll(async () => {
    google = await startGoogleProject();
  });
  afterAll(() => google.stop());
  beforeEach(() => {
    google.calls.length = 0;
    google.project.functions['codes-dev-gateway'] = {
      state: 'ACTIVE',
      runtime: 'nodejs24',
      url: '',
      environment: { ENABLED_CHANNELS: 'sms,call', FIRESTORE_DATABASE: 'codes-dev' },
      twilioSecretVersion: 'latest',
    };
  });

  const find = (env: Readonly<Record<string, string>>, variables: string | null = VARIABLES) =>
    findDeployment({ env, openGoogle: google.openGoogle, readText: () => variables });

  it('has the settings of its gateway as deployed', async () => {
    expect(await find({ PROJECT: 'demo-project', ENABLED_CHANNELS: 'email' })).toEqual({
      project: 'demo-project',
      database: 'codes-dev',
      settings: { ENABLED_CHANNELS: 'sms,call', FIRESTORE_DATABASE: 'codes-dev' },
    });
  });

  it('has those settings with another database too', async () => {
    const found = await find({ PROJECT: 'demo-project', DATABASE: 'another' });
    expect(found).toMatchObject({ database: 'another', settings: { ENABLED_CHANNELS: 'sms,call' } });
  });

  it('is not asked for where a database is named and nothing else is known of it', async () => {
    const found = await find({ PROJECT: 'demo-project', DATABASE: 'another' }, null);
    expect([found, google.calls]).toEqual([
      { project: 'demo-project', database: 'another', settings: null },
      [],
    ]);
  });

  it('is none without PROJECT', async () => {
    expect(await find({ PROJECT: '' })).toBeNull();
  });

  it('must be deployed', async () => {
    google.project.functions = {};
    await expect(find({ PROJECT: 'demo-project' })).rejects.toThrow(
      'gateway is not deployed: run make deploy.',
    );
  });
});
