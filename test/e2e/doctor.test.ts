import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { loadEnvironment } from '../../tools/cli/load-environment.ts';
import {
  startMemoryFirestore,
  type MemoryFirestore,
} from '../../tools/local-stack/start-memory-firestore.ts';
import { createTwilioSimulator } from '../../tools/twilio-simulator/create-twilio-simulator.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { startAuth0, type Auth0StandIn } from '../support/auth0-management.ts';
import { createCliHarness, type CliHarness, type CliRun } from '../support/cli-harness.ts';
import { startFunction, type FunctionProcess } from '../support/function-process.ts';
import { startGoogleProject, type GoogleProject } from '../support/google-project.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const TRANSCRIPT = path.join(ROOT, 'docs', 'first-steps.md');
const OPERATOR = { sid: `SK${'1'.repeat(32)}`, secret: 'the-secret-of-the-operator-key', isMain: true };
const GATEWAY_KEY = 'kD7yT0qfWm3ZpVb9sLx2RjHcUa5NeGi8';
const STREAM_TOKEN = 'Yw4uQ8oKz1MnBt6PvXe0RdHs7JgLfCa2';
const HASH_KEY = 'pF3xZr9LqTn5WvKb0YcJm7HsUd1GeAi4';
const TFVARS = 'infra/envs/dev.tfvars';
const MAX_ROUNDS = 12;

/** What a person does who knows nothing but the line that doctor prints. */
type Step = readonly [fix: RegExp, act: () => Promise<CliRun | null>, typed: string];

describe('doctor, from an empty project to green', () => {
  const functions: FunctionProcess[] = [];
  const twilio = createTwilioSimulator({ apiKeys: [OPERATOR] });
  let twilioUrl: string;
  let auth0: Auth0StandIn;
  let google: GoogleProject;
  let firestore: MemoryFirestore;
  let cli: CliHarness;

  beforeAll(async () => {
    twilioUrl = await twilio.listen();
    auth0 = await startAuth0();
    google = await startGoogleProject();
    firestore = await startMemoryFirestore();
    const files = (file: string): string | null => {
      const own = cli.files.get(file);
      if (own !== undefined) return own;
      // The repository's own files, but nobody's variables.
      const isShipped = file.startsWith('auth0/') && existsSync(path.join(ROOT, file));
      return isShipped ? readFileSync(path.join(ROOT, file), 'utf8') : null;
    };
    cli = createCliHarness({
      readText: files,
      openGoogle: google.openGoogle,
      openSecrets: google.openSecrets,
    });
    cli.env['TWILIO_API_BASE_URL'] = twilioUrl;
  });

  afterAll(async () => {
    for (const running of functions) await running.stop();
    await firestore.process.stop('SIGKILL');
    await google.stop();
    await auth0.stop();
    await twilio.close();
    rmSync(folder, { recursive: true });
  });

  /** `make deploy`, as far as anybody outside can tell. */
  const deploy = async (): Promise<null> => {
    const variables = cli.files.get(TFVARS) ?? '';
    const serviceSid = /verify_service_sid\s*= "(\w+)"/.exec(variables)?.[1] ?? '';
    const sidOf = (name: string): string =>
      new RegExp(`${name}_api_key_sid\\s*= "(\\w+)"`).exec(variables)?.[1] ?? '';
    const common = {
      TWILIO_ACCOUNT_SID: SIMULATOR_DEFAULTS.accountSid,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
      TWILIO_API_BASE_URL: twilioUrl,
    };
    const environments = {
      gateway: { ...common, TWILIO_API_KEY_SID: sidOf('gateway'), FIRESTORE_DATABASE: 'verify-dev' },
      'log-stream': { ...common, TWILIO_API_KEY_SID: sidOf('log_stream') },
    };
    google.project.secrets = {
      'verify-dev-gateway-secrets': [GATEWAY_KEY],
      'verify-dev-log-stream-tokens': [STREAM_TOKEN],
      'verify-dev-number-hash-key': [HASH_KEY],
      'verify-dev-gateway-twilio-api-key-secret': [shownSecrets.get('gateway') ?? ''],
      'verify-dev-log-stream-twilio-api-key-secret': [shownSecrets.get('log-stream') ?? ''],
    };
    const secrets = {
      gateway: {
        GATEWAY_SECRETS: GATEWAY_KEY,
        TWILIO_API_KEY_SECRET: shownSecrets.get('gateway') ?? '',
        GOOGLE_CLOUD_PROJECT: 'demo-project',
        FIRESTORE_EMULATOR_HOST: firestore.host,
      },
      'log-stream': {
        LOG_STREAM_TOKENS: STREAM_TOKEN,
        TWILIO_API_KEY_SECRET: shownSecrets.get('log-stream') ?? '',
      },
    };
    for (const target of ['gateway', 'log-stream'] as const) {
      const started = await startFunction({ target, env: { ...environments[target], ...secrets[target] } });
      functions.push(started);
      google.project.functions[`verify-dev-${target}`] = {
        state: 'ACTIVE',
        runtime: 'nodejs24',
        url: started.url,
        environment: environments[target],
        twilioSecretVersion: 'latest',
      };
    }
    google.project.databases = { 'verify-dev': { type: 'FIRESTORE_NATIVE', hasTtl: true } };
    google.project.apis =
      'artifactregistry cloudbuild cloudfunctions firestore iam iamcredentials logging monitoring run secretmanager storage'.split(
        ' ',
      );
    return null;
  };

  const folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));
  const set = (values: Readonly<Record<string, string>>) => (): Promise<null> => {
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
    appendFileSync(path.join(folder, '.env.operator'), lines.join(''));
    loadEnvironment(cli.env, folder, true);
    return Promise.resolve(null);
  };

  let madeService = '';
  const setupTwilio = async (): Promise<CliRun> => {
    const ran = await cli.run('setup', 'twilio', '--name', 'My app', '--yes');
    madeService = /The new service is (VA\w+)/.exec(ran.text)?.[1] ?? '';
    return ran;
  };

  const shownSecrets = new Map<string, string>();
  const makeKeys = async (): Promise<CliRun> => {
    // A person is there, who reads the secrets.
    cli.answers.push('yes');
    const ran = await cli.run('setup', 'twilio', '--keys');
    for (const [, name = '', secret = ''] of ran.text.matchAll(/of SK\w+ of ([a-z-]+), shown.*: (\w+)$/gm))
      shownSecrets.set(name, secret);
    const variables = cli.files.get(TFVARS) ?? '';
    const lines = [...ran.text.matchAll(/^ {2}\w+_api_key_sid = "SK\w+"$/gm)].map(([line]) => line);
    cli.files.set(TFVARS, variables.replace('twilio = {\n', `twilio = {\n${lines.join('\n')}\n`));
    return ran;
  };

  const STEPS: readonly Step[] = [
    [/^PROJECT is not set/, set({ PROJECT: 'demo-project' }), 'vi .env.operator   # PROJECT=demo-project'],
    [
      /^Set TWILIO_API_KEY_SID/,
      set({ TWILIO_API_KEY_SID: OPERATOR.sid, TWILIO_API_KEY_SECRET: OPERATOR.secret }),
      'vi .env.operator   # TWILIO_API_KEY_SID=SK…, TWILIO_API_KEY_SECRET=…',
    ],
    [
      /^Say which tenant: set AUTH0_DOMAIN/,
      () => set(auth0.env)(),
      'vi .env.operator   # AUTH0_DOMAIN=…, AUTH0_CLIENT_ID=…, AUTH0_CLIENT_SECRET=…',
    ],
    [
      /^There is no infra\/envs\/dev\.tfvars: copy infra\/envs\/dev\.tfvars\.example/,
      () => {
        cli.files.set(TFVARS, readFileSync(path.join(ROOT, 'infra', 'envs', 'dev.tfvars.example'), 'utf8'));
        return Promise.resolve(null);
      },
      'cp infra/envs/dev.tfvars.example infra/envs/dev.tfvars',
    ],
    [
      /^npx verify-gateway setup twilio --name/,
      setupTwilio,
      'npx verify-gateway setup twilio --name "My app" --yes',
    ],
    [
      /^infra\/envs\/dev\.tfvars still holds the identifiers of the example/,
      () => {
        cli.files.set(TFVARS, variablesWith(madeService));
        return Promise.resolve(null);
      },
      'vi infra/envs/dev.tfvars   # the account, the new service',
    ],
    [
      /^npx verify-gateway setup twilio --keys, which makes them and prints what to write into infra\/envs\/dev\.tfvars$/,
      makeKeys,
      'npx verify-gateway setup twilio --keys   # then its two lines go into infra/envs/dev.tfvars',
    ],
    [/^make deploy PROJECT=demo-project ENV=dev$/, deploy, 'make deploy PROJECT=demo-project ENV=dev'],
    [
      /^npx verify-gateway setup auth0 --door action, or --door legacy/,
      () => cli.run('setup', 'auth0', '--door', 'legacy', '--yes'),
      'npx verify-gateway setup auth0 --door legacy --yes',
    ],
    [
      /^npx verify-gateway setup auth0$/,
      () => cli.run('setup', 'auth0', '--yes'),
      'npx verify-gateway setup auth0 --yes',
    ],
  ];

  it('turns green by following nothing but the fixes that it prints, and the transcript is the documented one', async () => {
    const transcript: string[] = [];
    const colours = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const ran = await cli.run('doctor');
      transcript.push('$ npx verify-gateway doctor', shortened(ran.text));
      colours.push(ran.exitCode);
      if (ran.exitCode === 0) break;
      for (const [, fix = ''] of ran.text.matchAll(/fix: (.*)/g)) {
        const step = STEPS.find(([pattern]) => pattern.test(fix));
        if (step === undefined) throw new Error(`no step follows from: ${fix}`);
        const acted = await step[1]();
        expect([acted?.exitCode ?? 0, acted?.complaint ?? '']).toEqual([0, '']);
        transcript.push(`$ ${step[2]}`, ...(acted === null ? [] : [acted.text]));
      }
    }
    expect(colours.slice(0, -1).every((code) => code === 1)).toBe(true);
    expect(colours.at(-1)).toBe(0);
    const text = `\`\`\`console\n${transcript.map((line) => mask(line)).join('\n')}\n\`\`\``;
    // UPDATE_TRANSCRIPT=1 writes what the commands say now.
    if (process.env['UPDATE_TRANSCRIPT'] === '1') writeTranscript(text);
    expect(readFileSync(TRANSCRIPT, 'utf8')).toContain(text);
  }, 120_000);

  it('has sent nothing on the way', () => {
    expect(twilio.delivered).toEqual([]);
  });

  it('turns red again, with exit code 1, when the stream is paused and the key is lost, and says which', async () => {
    auth0.tenant.logStreams[0] = { ...auth0.tenant.logStreams[0], status: 'paused' };
    google.project.secrets['verify-dev-gateway-secrets'] = ['another-key-of-at-least-32-bytes-0123456789'];
    const { exitCode, text } = await cli.run('doctor');
    expect(exitCode).toBe(1);
    expect(text).toContain('RED      report of logins: it is paused');
    expect(text).toContain('RED      gateway takes our key and no other: a signed request');
    expect(text).toContain('RED      connection or Action: gateway_authentication.secret: (secret) changes');
  });

  it('exits 2 when something cannot be found out and nothing is red', async () => {
    auth0.tenant.failWith = 503;
    const { exitCode, text } = await cli.run('doctor', '--only', 'auth0', '--json');
    expect(exitCode).toBe(2);
    const { ok, checks } = JSON.parse(text) as { ok: boolean; checks: { state: string }[] };
    expect([ok, checks.map(({ state }) => state)]).toEqual([
      false,
      ['unknown', 'skipped', 'skipped', 'unknown'],
    ]);
    expect(text).not.toContain('a text of the vendor');
  });

  it('shows no secret', async () => {
    auth0.tenant.failWith = null;
    const { text } = await cli.run('doctor', '--json');
    for (const secret of [GATEWAY_KEY, STREAM_TOKEN, HASH_KEY, OPERATOR.secret, ...shownSecrets.values()])
      expect(text).not.toContain(secret);
  });
});

function variablesWith(serviceSid: string): string {
  const { accountSid } = SIMULATOR_DEFAULTS;
  return `region = "europe-west1"\ntwilio = {\n  account_sid = "${accountSid}"\n  verify_service_sid = "${serviceSid}"\n}\n`;
}

function writeTranscript(text: string): void {
  const documented = readFileSync(TRANSCRIPT, 'utf8');
  writeFileSync(
    TRANSCRIPT,
    documented.replace(/```console\n[\s\S]*?\n```/, () => text),
  );
}

/** What waits for something else says nothing new. */
function shortened(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('-  '))
    .join('\n');
}

/** What differs from run to run. */
function mask(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:(\d+)/g, 'https://FUNCTION')
    .replace(/\b(VA|SK)[0-9a-f]{32}\b/g, '$1…')
    .replace(/(shown this once; make deploy asks for it: )\w+/g, '$1…')
    .replace(/\d+ s apart/g, '0 s apart');
}
