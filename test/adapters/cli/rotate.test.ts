import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SIMULATOR_DEFAULTS } from '../../../tools/twilio-simulator/settings.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { startGoogleProject, type GoogleProject } from '../../support/google-project.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from '../../support/simulated-twilio.ts';

const GATEWAY = 'verify-dev-gateway-secrets';
const TWILIO = 'verify-dev-gateway-twilio-api-key-secret';
const OLD = 'an-old-key-of-at-least-thirty-two-bytes';

describe('rotate', () => {
  let google: GoogleProject;
  let cli: CliHarness;

  beforeEach(async () => {
    google = await startGoogleProject({ secrets: { [GATEWAY]: [OLD], [TWILIO]: ['the-secret-in-use'] } });
    cli = createCliHarness({ openGoogle: google.openGoogle, openSecrets: google.openSecrets });
    cli.files.set('infra/envs/dev.tfvars', 'region = "europe-west1"\n');
    cli.env['PROJECT'] = 'demo-project';
  });
  afterEach(() => google.stop());

  const newest = (id: string): string => google.project.secrets[id]?.at(-1) ?? '';

  it('puts a new key before the old one, and says what to change in Auth0, without showing either', async () => {
    const { exitCode, text } = await cli.run('rotate', 'gateway', '--yes');
    const [first = '', second] = newest(GATEWAY).split('\n');
    expect([exitCode, second]).toEqual([0, OLD]);
    expect(Buffer.from(first, 'base64url')).toHaveLength(48);
    expect(text).toContain('npx verify-gateway setup auth0');
    expect(text).not.toContain(first);
    expect(text).not.toContain(OLD);
  });

  it('takes the old one away at the end', async () => {
    await cli.run('rotate', 'gateway', '--yes');
    const [first = ''] = newest(GATEWAY).split('\n');
    await cli.run('rotate', 'gateway', '--finish', '--yes');
    expect(newest(GATEWAY)).toBe(first);
  });

  it.each([
    ['finish what was not begun', ['--finish'], 'there is nothing to finish'],
    ['begin while nobody says yes', [], 'There is nobody to ask'],
  ])('does not %s', async (_name, options, sentence) => {
    const { exitCode, complaint } = await cli.run('rotate', 'gateway', ...options);
    expect([exitCode, complaint]).toEqual([2, expect.stringContaining(sentence)]);
    expect(google.project.secrets[GATEWAY]).toEqual([OLD]);
  });

  it('does not begin a second rotation before the first is finished', async () => {
    await cli.run('rotate', 'gateway', '--yes');
    const { complaint } = await cli.run('rotate', 'gateway', '--yes');
    expect(complaint).toContain('finish it first');
    expect(google.project.secrets[GATEWAY]).toHaveLength(2);
  });

  it('says how to make a secret that is not there', async () => {
    const { complaint } = await cli.run('rotate', 'log-stream', '--yes');
    expect(complaint).toContain('run make secrets');
  });

  it('replaces the key of pseudonyms', async () => {
    google.project.secrets['verify-dev-number-hash-key'] = [OLD];
    await cli.run('rotate', 'number-hash-key', '--yes');
    expect(newest('verify-dev-number-hash-key')).toMatch(/^[\w-]{64}$/);
  });

  describe('of a Twilio key', () => {
    const NEW = { sid: `SK${'7'.repeat(32)}`, secret: 'the-secret-of-the-new-key' };
    let twilio: SimulatedTwilio;

    beforeEach(async () => {
      const narrow = {
        sid: `SK${'8'.repeat(32)}`,
        secret: NEW.secret,
        permissions: ['verification.update'] as const,
      };
      twilio = await startSimulatedTwilio({ apiKeys: [NEW, narrow] });
      google.project.functions['verify-dev-gateway'] = {
        state: 'ACTIVE',
        runtime: 'nodejs24',
        url: 'https://gateway.example.com',
        environment: {
          TWILIO_API_BASE_URL: twilio.url,
          TWILIO_VERIFY_SERVICE_SID: SIMULATOR_DEFAULTS.serviceSid,
        },
        twilioSecretVersion: '1',
      };
      cli.env['NEW_TWILIO_API_KEY_SECRET'] = NEW.secret;
    });
    afterEach(() => twilio.stop());

    it('stores the secret of a key that works, and says which lines to write', async () => {
      const { text } = await cli.run('rotate', 'twilio', NEW.sid, '--yes', '--json');
      expect(newest(TWILIO)).toBe(NEW.secret);
      expect(JSON.parse(text)).toMatchObject({
        version: 2,
        variables: [`gateway_api_key_sid            = "${NEW.sid}"`, 'gateway_api_key_secret_version = "2"'],
      });
      expect(text).not.toContain(NEW.secret);
      expect(twilio.simulator.delivered).toEqual([]);
    });

    it.each([
      ['that Twilio refuses', `SK${'9'.repeat(32)}`],
      ['that may do too little', `SK${'8'.repeat(32)}`],
    ])('stores nothing of a key %s', async (_name, sid) => {
      const { exitCode, complaint } = await cli.run('rotate', 'twilio', sid, '--yes');
      expect([exitCode, complaint]).toEqual([2, expect.stringContaining('nothing was stored')]);
      expect(google.project.secrets[TWILIO]).toEqual(['the-secret-in-use']);
    });

    describe('that is made', () => {
      const MAIN = { sid: `SK${'4'.repeat(32)}`, secret: 'the-secret-of-a-main-key', isMain: true };

      beforeEach(async () => {
        await twilio.stop();
        twilio = await startSimulatedTwilio({ apiKeys: [MAIN] });
        const { accountSid } = SIMULATOR_DEFAULTS;
        Object.assign(cli.env, {
          TWILIO_ACCOUNT_SID: accountSid,
          TWILIO_API_KEY_SID: MAIN.sid,
          TWILIO_API_KEY_SECRET: MAIN.secret,
          TWILIO_API_BASE_URL: twilio.url,
        });
      });

      it('stores its secret without showing it, and says which lines to write', async () => {
        const { exitCode, text } = await cli.run('rotate', 'twilio', '--yes', '--json');
        const { variables } = JSON.parse(text) as { variables: string[] };
        expect([exitCode, variables]).toEqual([
          0,
          [
            expect.stringMatching(/^gateway_api_key_sid {12}= "SK[0-9a-f]{32}"$/),
            'gateway_api_key_secret_version = "2"',
          ],
        ]);
        expect(google.project.secrets[TWILIO]).toHaveLength(2);
        expect(text).not.toContain(newest(TWILIO));
      });

      it('is made only after a yes', async () => {
        const { exitCode } = await cli.run('rotate', 'twilio');
        expect([exitCode, twilio.simulator.seen]).toEqual([2, []]);
      });
    });

    it('knows nothing of watch where it is not deployed', async () => {
      const { exitCode, complaint } = await cli.run(
        'rotate',
        'twilio',
        NEW.sid,
        '--function',
        'watch',
        '--yes',
      );
      expect([exitCode, complaint]).toEqual([2, expect.stringContaining('watch is not deployed')]);
    });

    it('stores the secret of a key for watch, where it is deployed, if that may read attempts', async () => {
      const id = 'verify-dev-watch-twilio-api-key-secret';
      google.project.secrets[id] = ['the-secret-in-use'];
      const gateway = google.project.functions['verify-dev-gateway'];
      if (gateway !== undefined) google.project.functions['verify-dev-watch'] = { ...gateway };
      const narrow = await cli.run('rotate', 'twilio', `SK${'8'.repeat(32)}`, '--function', 'watch', '--yes');
      expect([narrow.exitCode, google.project.secrets[id]]).toEqual([2, ['the-secret-in-use']]);
      await cli.run('rotate', 'twilio', NEW.sid, '--function', 'watch', '--yes');
      expect(google.project.secrets[id]).toEqual(['the-secret-in-use', NEW.secret]);
    });

    it('stores nothing while the function would read the new secret with the old identifier', async () => {
      const deployed = google.project.functions['verify-dev-gateway'];
      if (deployed !== undefined) deployed.twilioSecretVersion = 'latest';
      const { complaint } = await cli.run('rotate', 'twilio', NEW.sid, '--yes');
      expect(complaint).toContain('first set gateway_api_key_secret_version = "1"');
      expect(google.project.secrets[TWILIO]).toEqual(['the-secret-in-use']);
    });
  });
});
