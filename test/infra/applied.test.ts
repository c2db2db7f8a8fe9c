import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import {
  prepareInfra,
  type AppliedInfra,
  type BootedFunction,
  type TerraformRun,
} from '../support/applied-infra.ts';
import { startFirestoreEmulator } from '../support/firestore-emulator.ts';
import { aGatewayBody, signToken } from '../support/gateway-stack.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from '../support/simulated-twilio.ts';
import { describeWith } from '../support/describe-with.ts';

const STEP_MS = 120_000;
const PROJECT = 'demo-project';
const { accountSid, serviceSid } = SIMULATOR_DEFAULTS;
const KEYS = {
  gateway: { sid: `SK${'1'.repeat(32)}`, secret: 'secret-of-the-gateways-twilio-key' },
  logStream: { sid: `SK${'2'.repeat(32)}`, secret: 'secret-of-the-log-streams-twilio-key' },
  watch: { sid: `SK${'3'.repeat(32)}`, secret: 'secret-of-the-twilio-key-of-watch' },
};
const VARIABLES = ['-var', `project_id=${PROJECT}`, '-var', 'environment=dev', '-var', 'region=europe-west1'];
const VARIABLES_OF_MAIN = [
  ...VARIABLES,
  ...variable('twilio', {
    account_sid: accountSid,
    verify_service_sid: serviceSid,
    gateway_api_key_sid: KEYS.gateway.sid,
    log_stream_api_key_sid: KEYS.logStream.sid,
    watch_api_key_sid: KEYS.watch.sid,
  }),
  ...variable('watch_enabled', true),
  ...variable('gateway_settings', { BLOCKLIST_TTL_SECONDS: '1' }),
  ...variable('secret_versions', {
    'gateway-secrets': 1,
    'gateway-twilio-api-key-secret': 1,
    'log-stream-tokens': 1,
    'log-stream-twilio-api-key-secret': 1,
    'number-hash-key': 1,
    'watch-twilio-api-key-secret': 1,
  }),
  ...variable('secret_values', {
    'gateway-twilio-api-key-secret': KEYS.gateway.secret,
    'log-stream-twilio-api-key-secret': KEYS.logStream.secret,
    'watch-twilio-api-key-secret': KEYS.watch.secret,
  }),
];
const NO_CHANGES = 0;
const CHANGES = 2;

function variable(name: string, value: boolean | Readonly<Record<string, string | number>>): string[] {
  return ['-var', `${name}=${JSON.stringify(value)}`];
}

const prepared = prepareInfra();
const firestore = prepared === null ? null : await startFirestoreEmulator(PROJECT);
const describeApplied = describeWith(prepared);
/** Where there is nothing to read rules from, these are left out, and say so. */
const describeWithRules = describeWith(firestore);
const applied = new Map<string, TerraformRun>();

function infra(): AppliedInfra {
  if (prepared === null) throw new Error('there is nothing applied');
  return prepared;
}

function secret(name: string): string {
  return infra().secrets().get(`verify-dev-${name}`) ?? '';
}

beforeAll(async () => {
  if (prepared === null) return;
  const apply = ['apply', '-auto-approve'];
  applied.set('infra/bootstrap', await prepared.terraform('infra/bootstrap', ...apply, ...VARIABLES));
  applied.set('infra', await prepared.terraform('infra', ...apply, ...VARIABLES_OF_MAIN));
}, 2 * STEP_MS);

afterAll(async () => {
  prepared?.stop();
  await firestore?.stop();
});

describeApplied('infra/ in an empty project', () => {
  it.each(['infra/bootstrap', 'infra'])('is applied in one go: %s', (folder) => {
    const { code, output = '' } = applied.get(folder) ?? {};
    expect({ code, errors: output.match(/Error: .*/g) }).toEqual({ code: 0, errors: null });
    expect(output).toMatch(/Apply complete! Resources: [1-9]\d* added, 0 changed, 0 destroyed/);
  });

  it.each([
    ['infra/bootstrap', VARIABLES],
    ['infra', VARIABLES_OF_MAIN],
  ])(
    'has nothing to change afterwards: %s',
    async (folder, variables) => {
      const { code } = await infra().terraform(folder, 'plan', '-detailed-exitcode', ...variables);
      expect(code).toBe(NO_CHANGES);
    },
    STEP_MS,
  );

  it(
    'holds no value of a secret in its state, in a plan or in what it prints',
    async () => {
      const { terraform, state, secrets } = infra();
      const again = '-replace=google_secret_manager_secret_version.this["gateway-secrets"]';
      const planned = await terraform('infra', 'plan', '-out=kept', again, ...VARIABLES_OF_MAIN);
      const shown = await terraform('infra', 'show', '-json', 'kept');
      expect(shown.output).toContain('google_secret_manager_secret_version');

      const values = [...secrets().values()];
      expect(values).toHaveLength(6);
      const printed = [...applied.values()].map(({ output }) => output);
      const places = [state('infra'), state('infra/bootstrap'), planned.output, shown.output, ...printed];
      expect(values.filter((value) => places.some((text) => text.includes(value)))).toEqual([]);
    },
    STEP_MS,
  );

  it('generates keys that are long enough, each another', () => {
    const ours = ['gateway-secrets', 'log-stream-tokens', 'number-hash-key'].map(secret);
    expect(ours.map((value) => value.length)).toEqual([64, 64, 64]);
    expect(new Set(ours).size).toBe(3);
  });

  it('is open to everybody at the two functions and nowhere else', () => {
    const open = infra()
      .journal()
      .filter(({ after }) => /allUsers|allAuthenticatedUsers/.test(JSON.stringify(after)));
    const grants = open.map(
      ({ type, after }) => `${type} ${String(after?.['name'])} ${String(after?.['role'])}`,
    );
    expect(grants.sort()).toEqual([
      'google_cloud_run_v2_service_iam_member verify-dev-gateway roles/run.invoker',
      'google_cloud_run_v2_service_iam_member verify-dev-log-stream roles/run.invoker',
    ]);
  });

  it('has watch called by the scheduler, with an identity that nobody else has, and that may do nothing else', () => {
    const caller = 'verify-dev-watch-caller@demo-project.iam.gserviceaccount.com';
    const job = infra()
      .journal()
      .find(({ type }) => type === 'google_cloud_scheduler_job');
    expect(job?.after).toMatchObject({
      schedule: '*/5 * * * *',
      http_target: [{ http_method: 'POST', oidc_token: [{ service_account_email: caller }] }],
    });
    const grants = infra()
      .journal()
      .filter(({ type, after }) => type.endsWith('_iam_member') && JSON.stringify(after).includes(caller));
    expect(grants.map(({ after }) => [after?.['name'], after?.['role'], after?.['member']])).toEqual([
      ['verify-dev-watch', 'roles/run.invoker', `serviceAccount:${caller}`],
    ]);
  });

  it('grants no role that could do more than its owner needs', () => {
    const grants = infra()
      .journal()
      .filter(({ type }) => type.endsWith('_iam_member'));
    expect([...new Set(grants.map(({ after }) => String(after?.['role'])))].sort()).toEqual([
      'roles/artifactregistry.writer',
      'roles/datastore.user',
      'roles/datastore.viewer',
      'roles/logging.logWriter',
      'roles/run.invoker',
      'roles/secretmanager.secretAccessor',
      'roles/storage.objectViewer',
    ]);
  });

  it(
    'deploys again what changed, and only when the archive did',
    async () => {
      const { terraform, changeArchive } = infra();
      changeArchive();
      const { code, output } = await terraform('infra', 'plan', '-detailed-exitcode', ...VARIABLES_OF_MAIN);
      const changed = [...output.matchAll(/^ {2}# (\S+) (?:will|must) be (\S+)/gm)].map(
        ([, name = '', how = '']) => `${name} ${how}`,
      );
      expect({ code, changed: changed.sort() }).toEqual({
        code: CHANGES,
        changed: [
          'google_cloudfunctions2_function.gateway updated',
          'google_cloudfunctions2_function.log_stream updated',
          'google_cloudfunctions2_function.watch[0] updated',
          'google_storage_bucket_object.source replaced',
        ],
      });
    },
    STEP_MS,
  );

  it('uploads the archive under its hash', () => {
    const object = infra()
      .journal()
      .find(({ type }) => type === 'google_storage_bucket_object');
    expect(object?.after?.['name']).toBe(`source-${infra().archive.sha256}.zip`);
  });
});

describeApplied('the functions that were applied', () => {
  let twilio: SimulatedTwilio;
  const env = (): Record<string, string> => ({
    TWILIO_API_BASE_URL: twilio.url,
    ...(firestore === null ? {} : { FIRESTORE_EMULATOR_HOST: firestore.host }),
  });

  beforeAll(async () => {
    twilio = await startSimulatedTwilio({ apiKeys: Object.values(KEYS) });
  }, STEP_MS);

  afterAll(async () => {
    await twilio.stop();
  });

  describeWithRules('the gateway', () => {
    let gateway: BootedFunction;
    const send = (headers: Readonly<Record<string, string>>, body: unknown): Promise<Response> =>
      fetch(gateway.url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });

    beforeAll(async () => {
      // In the named database: a rule in the default one would block nothing.
      await firestore?.database('verify-dev').put('blocklist/FR', {});
      gateway = await infra().boot('verify-dev-gateway', env());
    }, STEP_MS);

    it('answers a signed request by sending the code, with a Twilio key of its own', async () => {
      const authorization = `Bearer ${await signToken(secret('gateway-secrets'))}`;
      const answer = await send({ authorization }, aGatewayBody({ recipient: testNumber(1) }));
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 200,
        body: { code: 'sent' },
      });
      expect(twilio.simulator.delivered).toEqual([
        expect.objectContaining({ to: testNumber(1), code: '123456' }),
      ]);
      expect(new Set(twilio.simulator.seen.map(({ apiKeySid }) => apiKeySid))).toEqual(
        new Set([KEYS.gateway.sid]),
      );
    });

    it('refuses a key that is not the mounted one, and asks nobody', async () => {
      twilio.simulator.reset();
      const authorization = `Bearer ${await signToken(secret('log-stream-tokens'))}`;
      expect((await send({ authorization }, aGatewayBody())).status).toBe(401);
      expect(twilio.simulator.seen).toEqual([]);
    });

    it('is asked for its health', async () => {
      expect(await (await fetch(`${gateway.url}/health`)).text()).toContain('ok');
    });

    it('reads the rules of its own database', async () => {
      const authorization = `Bearer ${await signToken(secret('gateway-secrets'))}`;
      expect((await send({ authorization }, aGatewayBody({ recipient: '+33639980001' }))).status).toBe(403);
    });

    it('writes nothing of the secrets into its log', () => {
      const log = gateway.output();
      expect(log).toContain('otp.sent');
      expect([...infra().secrets().values()].filter((value) => log.includes(value))).toEqual([]);
    });
  });

  describe('the log stream', () => {
    let logStream: BootedFunction;
    const batch = (number: string): string =>
      JSON.stringify([
        {
          log_id: 'log-1',
          data: {
            log_id: 'log-1',
            date: new Date().toISOString(),
            type: 's',
            connection: 'sms',
            strategy: 'sms',
            user_id: 'sms|1',
            user_name: number,
          },
        },
      ]);
    const post = (authorization: string, body: string): Promise<Response> =>
      fetch(logStream.url, {
        method: 'POST',
        headers: { authorization },
        body,
        signal: AbortSignal.timeout(20_000),
      });

    beforeAll(async () => {
      logStream = await infra().boot('verify-dev-log-stream', env());
    }, STEP_MS);

    it('reports the login of a batch as approved, with a Twilio key of its own', async () => {
      twilio.simulator.reset();
      await twilio.create(
        { To: testNumber(2) },
        {
          headers: {
            authorization: `Basic ${Buffer.from(`${KEYS.gateway.sid}:${KEYS.gateway.secret}`).toString('base64')}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
        },
      );
      expect((await post(secret('log-stream-tokens'), batch(testNumber(2)))).status).toBe(200);
      expect(twilio.simulator.seen.at(-1)).toMatchObject({
        operation: 'verification.update',
        apiKeySid: KEYS.logStream.sid,
        params: { Status: 'approved' },
        status: 200,
      });
    });

    it('refuses a token that is not the mounted one, and asks nobody', async () => {
      twilio.simulator.reset();
      expect((await post(secret('gateway-secrets'), batch(testNumber(2)))).status).toBe(401);
      expect(twilio.simulator.seen).toEqual([]);
    });
  });

  describeWithRules('watch', () => {
    let watch: BootedFunction;
    const run = (): Promise<Response> =>
      fetch(watch.url, { method: 'POST', signal: AbortSignal.timeout(20_000) });

    beforeAll(async () => {
      watch = await infra().boot('verify-dev-watch', env());
    }, STEP_MS);

    it('asks Verify what was sent, with a Twilio key of its own', async () => {
      twilio.simulator.reset();
      expect((await run()).status).toBe(200);
      expect(twilio.simulator.seen.map(({ operation, apiKeySid }) => [operation, apiKeySid])).toEqual([
        ['attempt.list', KEYS.watch.sid],
      ]);
    });

    it('reads the settings of its own database', async () => {
      await firestore?.database('verify-dev').put('settings/gateway', { watch: { mode: 'off' } });
      twilio.simulator.reset();
      expect((await run()).status).toBe(200);
      expect(twilio.simulator.seen).toEqual([]);
    });
  });
});
