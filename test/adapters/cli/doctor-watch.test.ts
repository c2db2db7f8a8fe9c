import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SIMULATOR_DEFAULTS } from '../../../tools/twilio-simulator/settings.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { startGoogleProject, type GoogleProject } from '../../support/google-project.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from '../../support/simulated-twilio.ts';

const SECRET = 'verify-dev-watch-twilio-api-key-secret';
const KEY = { sid: `SK${'6'.repeat(32)}`, secret: 'the-secret-of-the-watch-key' };

interface Result {
  readonly id: string;
  readonly state: string;
  readonly detail: string;
  readonly fix: string | null;
}

describe('doctor and the optional function watch', () => {
  let google: GoogleProject;
  let twilio: SimulatedTwilio;
  let cli: CliHarness;

  beforeEach(async () => {
    twilio = await startSimulatedTwilio({
      apiKeys: [
        { ...KEY, permissions: ['attempt.list'] },
        { ...KEY, sid: `SK${'7'.repeat(32)}`, permissions: ['lookup'] },
        { ...KEY, sid: `SK${'8'.repeat(32)}` },
      ],
    });
    google = await startGoogleProject({ secrets: { [SECRET]: [KEY.secret] } });
    google.project.functions['verify-dev-watch'] = {
      state: 'ACTIVE',
      runtime: 'nodejs24',
      url: '',
      environment: {
        TWILIO_API_BASE_URL: twilio.url,
        TWILIO_API_KEY_SID: KEY.sid,
        TWILIO_VERIFY_SERVICE_SID: SIMULATOR_DEFAULTS.serviceSid,
      },
      twilioSecretVersion: 'latest',
    };
    google.project.jobs['verify-dev-watch'] = {
      state: 'ENABLED',
      lastAttemptTime: '2026-11-24T12:00:00Z',
      status: {},
    };
    cli = createCliHarness({ openGoogle: google.openGoogle, openSecrets: google.openSecrets });
    cli.files.set('infra/envs/dev.tfvars', 'region = "europe-west1"\n');
    cli.env['PROJECT'] = 'demo-project';
  });
  afterEach(async () => {
    await twilio.stop();
    await google.stop();
  });

  /** What is said of watch; whatever else is wrong with this installation does not matter here. */
  const saidOfWatch = async (): Promise<readonly Result[]> => {
    const { text } = await cli.run('doctor', '--only', 'functions,twilio', '--json');
    const { checks } = JSON.parse(text) as { checks: Result[] };
    return checks.filter(({ id }) => id.includes('watch'));
  };

  it('is said to be well', async () => {
    const results = await saidOfWatch();
    expect(results.map(({ id, state, detail }) => [id, state, detail])).toEqual([
      ['functions.watch', 'green', 'active, with a key of its own'],
      ['functions.watch-schedule', 'green', 'enabled, last called 2026-11-24T12:00:00Z'],
      ['twilio.watch-key', 'green', 'attempts'],
    ]);
  });

  it('is not mentioned where it is not deployed', async () => {
    google.project.functions = {};
    expect(await saidOfWatch()).toEqual([]);
    expect((await cli.run('doctor')).text).not.toContain('watch');
  });

  it.each<[string, () => void, string, RegExp]>([
    [
      'failed to deploy',
      () => {
        const found = google.project.functions['verify-dev-watch'];
        if (found !== undefined) found.state = 'FAILED';
      },
      'functions.watch',
      /^it is FAILED: make deploy PROJECT=demo-project ENV=dev$/,
    ],
    [
      'has no secret',
      () => (google.project.secrets = {}),
      'functions.watch',
      /WATCH_TWILIO_API_KEY_SECRET=… make secrets/,
    ],
    [
      'has no schedule',
      () => (google.project.jobs = {}),
      'functions.watch-schedule',
      /^there is none: make deploy/,
    ],
    [
      'is paused',
      () => (google.project.jobs['verify-dev-watch'] = { state: 'PAUSED' }),
      'functions.watch-schedule',
      /^it is PAUSED: gcloud scheduler jobs resume verify-dev-watch --location=europe-west1 --project=demo-project$/,
    ],
    [
      'fails when it is called',
      () =>
        (google.project.jobs['verify-dev-watch'] = {
          state: 'ENABLED',
          lastAttemptTime: '2026-11-24T12:00:00Z',
          status: { code: 13 },
        }),
      'functions.watch-schedule',
      /^its call of 2026-11-24T12:00:00Z failed: read its log: gcloud functions logs read verify-dev-watch/,
    ],
    [
      'may not read attempts',
      () => useKey('7'),
      'twilio.watch-key',
      /^it may not attempts: .*rotate twilio --function watch$/,
    ],
  ])('is red where it %s, with a fix', async (_name, spoil, id, sentence) => {
    spoil();
    const found = (await saidOfWatch()).find((result) => result.id === id);
    expect(found?.state).toBe('red');
    expect(`${found?.detail ?? ''}: ${found?.fix ?? ''}`).toMatch(sentence);
  });

  it('is told to take a narrower key where it could send', async () => {
    useKey('8');
    const found = (await saidOfWatch()).at(-1);
    expect([found?.state, found?.detail]).toEqual([
      'green',
      'it may also start verifications: a narrower key is safer',
    ]);
  });

  function useKey(digit: string): void {
    const environment = google.project.functions['verify-dev-watch']?.environment ?? {};
    environment['TWILIO_API_KEY_SID'] = `SK${digit.repeat(32)}`;
  }
});
