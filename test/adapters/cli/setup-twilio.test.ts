import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SIMULATOR_DEFAULTS } from '../../../tools/twilio-simulator/settings.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { startGoogleProject, type GoogleProject } from '../../support/google-project.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from '../../support/simulated-twilio.ts';

const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;

describe('setup twilio', () => {
  let twilio: SimulatedTwilio;
  let cli: CliHarness;

  beforeEach(async () => {
    twilio = await startSimulatedTwilio({ customCodeEnabled: false, lookupEnabled: true, rateLimits: [] });
    cli = createCliHarness();
    Object.assign(cli.env, {
      TWILIO_API_BASE_URL: twilio.url,
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
    });
  });
  afterEach(() => twilio.stop());

  const writes = () => twilio.simulator.seen.filter(({ method }) => method === 'POST').length;
  const bucketsOf = async (): Promise<string[]> => {
    const limits = (await twilio.ask(`/v2/Services/${serviceSid}/RateLimits`)).body['rate_limits'] as {
      sid: string;
      unique_name: string;
    }[];
    const found: string[] = [];
    for (const { sid, unique_name: name } of limits) {
      const answer = await twilio.ask(`/v2/Services/${serviceSid}/RateLimits/${sid}/Buckets`);
      for (const { max, interval } of answer.body['buckets'] as { max: number; interval: number }[])
        found.push(`${name} ${max}/${interval}`);
    }
    return found.sort();
  };

  it('enables custom codes, switches the service’s Lookup off and makes the limit with its buckets', async () => {
    const { exitCode, text } = await cli.run('setup', 'twilio', '--yes');
    expect(exitCode).toBe(0);
    expect(text).toContain('CustomCodeEnabled: true');
    const service = await twilio.ask(`/v2/Services/${serviceSid}`);
    expect(service.body).toMatchObject({ custom_code_enabled: true, lookup_enabled: false });
    expect(await bucketsOf()).toEqual(['ip_and_phone 20/86400', 'ip_and_phone 5/600']);
  });

  it('changes nothing the second time', async () => {
    await cli.run('setup', 'twilio', '--yes');
    const before = writes();
    const { text } = await cli.run('setup', 'twilio', '--yes');
    expect(text).toContain('Nothing to change.');
    expect(writes()).toBe(before);
  });

  it('names what only the Console can do', async () => {
    const { text } = await cli.run('setup', 'twilio', '--yes');
    expect(text).toMatch(/Fraud Guard[\s\S]*Geo permissions[\s\S]*--keys[\s\S]*restricted key/);
  });

  it('changes nothing without a yes', async () => {
    cli.answers.push('no');
    const { exitCode, complaint } = await cli.run('setup', 'twilio');
    expect([exitCode, complaint, writes()]).toEqual([2, 'Stopped: nothing was changed.', 0]);
  });

  it('changes nothing where there is nobody to ask', async () => {
    const { exitCode, complaint } = await cli.run('setup', 'twilio');
    expect([exitCode, complaint, writes()]).toEqual([
      2,
      'There is nobody to ask: add --yes to make these changes.',
      0,
    ]);
  });

  it('makes a service where none is named, and prints its SID', async () => {
    delete cli.env['TWILIO_VERIFY_SERVICE_SID'];
    const { text } = await cli.run('setup', 'twilio', '--yes', '--name', 'My app', '--json');
    const { serviceSid: made } = JSON.parse(text) as { serviceSid: string };
    const service = await twilio.ask(`/v2/Services/${made}`);
    expect(service.body).toMatchObject({ friendly_name: 'My app', custom_code_enabled: true });
  });

  it('leaves the operator’s own bucket, and changes it where it is named', async () => {
    await cli.run('setup', 'twilio', '--yes', '--bucket', 'ip_and_phone=9/600');
    expect(await bucketsOf()).toEqual(['ip_and_phone 9/600']);
    await cli.run('setup', 'twilio', '--yes');
    expect(await bucketsOf()).toEqual(['ip_and_phone 9/600']);
    await cli.run('setup', 'twilio', '--yes', '--bucket', 'ip_and_phone=7/600', 'ip_and_phone=30/86400');
    expect(await bucketsOf()).toEqual(['ip_and_phone 30/86400', 'ip_and_phone 7/600']);
  });

  it.each([
    ['ip_and_phone', 'There is no limit ip_and_fone: RATE_LIMITS names ip_and_phone.'],
    ['', 'There is no limit ip_and_fone: RATE_LIMITS names none.'],
  ])('refuses a bucket of a limit that is not there, where the limits are "%s"', async (name, sentence) => {
    cli.env['RATE_LIMITS'] = name === '' ? '' : `${name}:ip_and_phone`;
    const { exitCode, complaint } = await cli.run(
      'setup',
      'twilio',
      '--yes',
      '--bucket',
      'ip_and_fone=1/600',
    );
    expect([exitCode, complaint, writes()]).toEqual([2, sentence, 0]);
  });

  it('asks for the bucket of a limit whose size depends on the traffic', async () => {
    cli.env['RATE_LIMITS'] = 'all:global';
    expect((await cli.run('setup', 'twilio', '--yes')).text).toContain('--bucket all=MAX/SECONDS');
    await cli.run('setup', 'twilio', '--yes', '--bucket', 'all=1000/3600');
    expect(await bucketsOf()).toEqual(['all 1000/3600']);
  });

  it.each([
    ['a key that is refused', { TWILIO_API_KEY_SECRET: 'another' }, /refuses the key/],
    [
      'a service that is not there',
      { TWILIO_VERIFY_SERVICE_SID: `VA${'0'.repeat(31)}1` },
      /no such Verify service/,
    ],
    ['no key', { TWILIO_API_KEY_SID: '' }, /Set TWILIO_API_KEY_SID/],
    ['limits of another form', { RATE_LIMITS: 'phone' }, /RATE_LIMITS must list/],
    ['an address that is not safe', { TWILIO_API_BASE_URL: 'http://example.com' }, /https/],
  ])('says what to do about %s', async (_name, env, sentence) => {
    Object.assign(cli.env, env);
    const { exitCode, complaint } = await cli.run('setup', 'twilio', '--yes');
    expect(complaint).toMatch(sentence);
    expect([exitCode, writes()]).toEqual([2, 0]);
  });

  describe('--keys', () => {
    const MAIN = { sid: `SK${'4'.repeat(32)}`, secret: 'the-secret-of-a-main-key', isMain: true };
    const GATEWAY = 'verify-dev-gateway-twilio-api-key-secret';
    const LOG_STREAM = 'verify-dev-log-stream-twilio-api-key-secret';
    const WATCH = 'verify-dev-watch-twilio-api-key-secret';
    let google: GoogleProject;

    const aTfvars = (more = ''): string =>
      `region = "europe-west1"\ntwilio = {\n  account_sid = "${accountSid}"\n  verify_service_sid = "${serviceSid}"\n` +
      `  gateway_api_key_sid = "SK00000000000000000000000000000001"\n}\n${more}`;
    const keysOf = (text: string) =>
      (JSON.parse(text) as { keys: { function: string; sid: string; storedIn: string | null }[] }).keys;
    const made = () =>
      twilio.simulator.seen.filter(({ operation, status }) => operation === 'key.create' && status === 201);

    beforeEach(async () => {
      await twilio.stop();
      twilio = await startSimulatedTwilio({ apiKeys: [apiKey, MAIN] });
      google = await startGoogleProject({ secrets: { [GATEWAY]: [], [LOG_STREAM]: [], [WATCH]: [] } });
      cli = createCliHarness({ openGoogle: google.openGoogle, openSecrets: google.openSecrets });
      cli.files.set('infra/envs/dev.tfvars', aTfvars());
      Object.assign(cli.env, {
        PROJECT: 'demo-project',
        TWILIO_API_BASE_URL: twilio.url,
        TWILIO_API_KEY_SID: MAIN.sid,
        TWILIO_API_KEY_SECRET: MAIN.secret,
      });
    });
    afterEach(() => google.stop());

    it('makes a key for each function that may do what it needs, its secret in Secret Manager and nowhere else', async () => {
      const { exitCode, text } = await cli.run('setup', 'twilio', '--keys', '--yes', '--json');
      expect(exitCode).toBe(0);
      expect(keysOf(text)).toMatchObject([
        { function: 'gateway', storedIn: GATEWAY },
        { function: 'log-stream', storedIn: LOG_STREAM },
      ]);
      expect(
        made().map(({ params }) => [
          params['FriendlyName'],
          params['KeyType'],
          JSON.parse(params['Policy'] ?? '') as unknown,
        ]),
      ).toEqual([
        [
          'verify-dev-gateway',
          'restricted',
          {
            allow: [
              '/twilio/verify/verification/create',
              '/twilio/verify/verification/update',
              '/twilio/lookup/phone-numbers/read',
            ],
          },
        ],
        ['verify-dev-log-stream', 'restricted', { allow: ['/twilio/verify/verification/update'] }],
      ]);
      const [gateway, logStream] = [google.project.secrets[GATEWAY], google.project.secrets[LOG_STREAM]];
      expect([gateway?.length, logStream?.length]).toEqual([1, 1]);
      for (const secret of [...(gateway ?? []), ...(logStream ?? [])]) expect(text).not.toContain(secret);
    });

    it('asks for a key as the real client does', async () => {
      await cli.run('setup', 'twilio', '--keys', '--yes');
      const [ours] = made();
      await twilio.client(MAIN).iam.v1.newApiKey.create({
        accountSid,
        friendlyName: 'verify-dev-gateway',
        keyType: 'restricted',
        policy: JSON.parse(ours?.params['Policy'] ?? '') as unknown,
      });
      expect(made().at(-1)?.params).toEqual(ours?.params);
      expect(made().at(-1)?.path).toBe(ours?.path);
    });

    it('changes nothing the second time, before and after the variables name the keys', async () => {
      const first = keysOf((await cli.run('setup', 'twilio', '--keys', '--yes', '--json')).text);
      const second = await cli.run('setup', 'twilio', '--keys', '--yes');
      expect(second.text).toContain('Nothing to change.');
      for (const { function: name, sid } of first)
        expect(second.text).toContain(`  ${name.replace('-', '_')}_api_key_sid = "${sid}"`);
      const [gateway, logStream] = first;
      const named = aTfvars().replace('SK00000000000000000000000000000001', gateway?.sid ?? '');
      cli.files.set(
        'infra/envs/dev.tfvars',
        `${named}  log_stream_api_key_sid = "${logStream?.sid ?? ''}"\n`,
      );
      const third = await cli.run('setup', 'twilio', '--keys', '--yes');
      expect(third.text).toContain(`gateway has the key ${gateway?.sid ?? ''}, which stays.`);
      expect([third.text.includes('Write into'), made().length]).toEqual([false, 2]);
    });

    it('makes one for watch where that is enabled', async () => {
      cli.files.set('infra/envs/dev.tfvars', aTfvars('watch_enabled = true\n'));
      const { text } = await cli.run('setup', 'twilio', '--keys', '--yes', '--json');
      expect(keysOf(text).at(-1)).toMatchObject({ function: 'watch', storedIn: WATCH });
      expect(made().at(-1)?.params['Policy']).toBe('{"allow":["/twilio/verify/verification-attempt/list"]}');
    });

    it('leaves a function whose secret has a value', async () => {
      google.project.secrets[GATEWAY] = ['the-secret-in-use'];
      const { text } = await cli.run('setup', 'twilio', '--keys', '--yes');
      expect(text).toContain(
        'gateway has a secret already: npx verify-gateway rotate twilio --function gateway',
      );
      expect([made().length, google.project.secrets[GATEWAY]]).toEqual([1, ['the-secret-in-use']]);
    });

    it('shows a secret on the terminal, once, where there is no place for it yet', async () => {
      google.project.secrets = {};
      cli.answers.push('yes');
      const { text } = await cli.run('setup', 'twilio', '--keys');
      expect(
        text.match(/The secret of SK[0-9a-f]{32} of (?:gateway|log-stream), shown this once/g),
      ).toHaveLength(2);
    });

    it.each([
      ['as JSON', ['--json']],
      ['where nobody reads', []],
    ])('makes none %s where there is no place for the secret', async (_name, options) => {
      google.project.secrets = {};
      const { exitCode, text, complaint } = await cli.run('setup', 'twilio', '--keys', '--yes', ...options);
      expect([exitCode, text + complaint, made()]).toEqual([
        2,
        expect.stringContaining('no terminal to show it on'),
        [],
      ]);
    });

    it('makes none without a yes', async () => {
      const { exitCode } = await cli.run('setup', 'twilio', '--keys');
      expect([exitCode, made()]).toEqual([2, []]);
    });

    it.each([
      [
        'a key that is no Main key',
        [],
        apiKey,
        /nothing but a Main key.*gateway: Verify verifications create and update/,
      ],
      [
        'permissions that Twilio does not know',
        ['--permissions', 'gateway=/twilio/no/such'],
        MAIN,
        /does not take the permissions \/twilio\/no\/such/,
      ],
      ['permissions of nobody', ['--permissions', 'nobody=/twilio/a/b'], MAIN, /--permissions is FUNCTION=/],
    ])('says how to do it by hand with %s', async (_name, options, key, sentence) => {
      Object.assign(cli.env, { TWILIO_API_KEY_SID: key.sid, TWILIO_API_KEY_SECRET: key.secret });
      const { exitCode, complaint } = await cli.run('setup', 'twilio', '--keys', '--yes', ...options);
      expect([exitCode, complaint, made()]).toEqual([2, expect.stringMatching(sentence), []]);
    });

    it('names the key when its secret cannot be stored', async () => {
      google.project.refusesValues = true;
      const { exitCode, complaint } = await cli.run('setup', 'twilio', '--keys', '--yes');
      expect([exitCode, complaint]).toEqual([
        2,
        expect.stringMatching(/^SK[0-9a-f]{32} was made, but .* delete the key at Twilio/),
      ]);
    });
  });

  it.each(['', 'name 12345 of digits', 'a name that is longer than thirty characters'])(
    'refuses a name that Verify would refuse: %j',
    async (name) => {
      const { exitCode, complaint } = await cli.run('setup', 'twilio', '--yes', '--name', name);
      expect([exitCode, complaint]).toEqual([2, expect.stringContaining('no five digits in a row')]);
    },
  );
});
