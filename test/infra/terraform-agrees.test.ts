import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationFault } from '../../functions/adapters/environment.ts';
import { SECRET_ORIGINS } from '../../tools/deploy/write-secrets.ts';
import { readBlock, readRoot, readTexts, readVariables, resolveText } from '../support/terraform-text.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const infra = readRoot();
const mainSource = readFileSync(path.join(ROOT, 'functions', 'main.ts'), 'utf8');

/** What a function is given: by Terraform, or by whoever runs it here. */
const LOCAL_ONLY = new Set(['FIRESTORE_EMULATOR_HOST']);
/** What the code does not read: the framework does. */
const FRAMEWORK = new Set(['NODE_ENV', 'NODE_OPTIONS']);
/** The names of the code and of Terraform, whose own hold no hyphens. */
const FUNCTIONS = [
  { name: 'gateway', terraform: 'gateway' },
  { name: 'log-stream', terraform: 'log_stream' },
  { name: 'watch', terraform: 'watch' },
];

interface Reading {
  readonly names: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Starts a function with too little to start, and notes what it asks of its environment and what it misses. */
async function readEnvironmentOf(
  name: string,
  given: Readonly<Record<string, string>> = {},
): Promise<Reading> {
  const file = path.join(ROOT, 'functions', name, 'index.ts');
  const { start } = (await import(pathToFileURL(file).href)) as {
    start: (env: Record<string, string>) => void;
  };
  const names = new Set<string>();
  const env = new Proxy(
    { ...given },
    {
      get: (target, key) => {
        names.add(String(key));
        return Reflect.get(target, key) as unknown;
      },
    },
  );
  try {
    start(env);
  } catch (error) {
    if (error instanceof ConfigurationFault) return { names, problems: error.problems };
    throw error;
  }
  throw new Error(`${name} started without its secrets`);
}

function blockOf(terraform: string): string {
  return readBlock(infra, `resource "google_cloudfunctions2_function" "${terraform}"`);
}

/** Settings that an operator may change, with the forms of their values. */
function settingsOf(terraform: string): ReadonlyMap<string, RegExp> {
  const common = readVariables(readBlock(infra, '_common_settings'));
  const own = readVariables(readBlock(infra, `  ${terraform}_settings = merge`));
  const all = [...common, ...own].map(
    ([name, value]) => [name, new RegExp(resolveText(value, infra))] as const,
  );
  return new Map(all);
}

function parsed(variables: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  return new Map([...variables].map(([name, value]) => [name, JSON.parse(value) as string]));
}

function secretsOf(terraform: string): ReadonlyMap<string, string> {
  const block = readBlock(infra, `  ${terraform}_secrets = `);
  const own = readVariables(block);
  if (!block.includes('local._shared_secrets')) return parsed(own);
  const shared = readVariables(/_shared_secrets = \([^)]*\)/.exec(infra)?.[0].replace(/[{}]/g, '\n') ?? '');
  return parsed([...own, ...shared]);
}

function fixedOf(terraform: string): ReadonlySet<string> {
  return new Set(readVariables(readBlock(blockOf(terraform), 'environment_variables')).keys());
}

describe.each(FUNCTIONS)('the environment of $name', ({ name, terraform }) => {
  it('is given by Terraform, name by name, as the code reads it', async () => {
    const { names } = await readEnvironmentOf(name);
    const secrets = [...secretsOf(terraform).keys()].flatMap((secret) => [secret, `${secret}_FILE`]);
    const given = new Set([...settingsOf(terraform).keys(), ...fixedOf(terraform), ...secrets]);
    expect([...names].filter((asked) => !given.has(asked) && !LOCAL_ONLY.has(asked))).toEqual([]);
    expect([...given].filter((known) => !names.has(known) && !FRAMEWORK.has(known))).toEqual([]);
  });

  it('is complete: what the code cannot do without is set, secrets as files', async () => {
    const given = Object.fromEntries([...fixedOf(terraform)].map((key) => [key, sample(key)]));
    const { problems } = await readEnvironmentOf(name, given);
    const missing = problems.map((problem) => /^(\w+) is missing/.exec(problem)?.[1] ?? problem);
    expect(missing.sort()).toEqual(
      [...secretsOf(terraform).keys()].filter((key) => key !== 'NUMBER_HASH_KEY').sort(),
    );
  });
});

/** A value of the right form. */
function sample(name: string): string {
  const prefix = { TWILIO_ACCOUNT_SID: 'AC', TWILIO_API_KEY_SID: 'SK', TWILIO_VERIFY_SERVICE_SID: 'VA' }[
    name
  ];
  return prefix === undefined ? 'some-name' : prefix + '0'.repeat(32);
}

/** Values at the edge of what each setting takes: `good` must be taken by both sides, `bad` be refused by Terraform. */
const SAMPLES: Readonly<
  Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>
> = {
  BATCH_DEADLINE_MS: { good: ['1000', '20000'], bad: ['60000', '1s'] },
  BLOCKLIST_FAILURE: { good: ['allow', 'deny'], bad: ['Allow', ''] },
  BLOCKLIST_MAX_STALE_SECONDS: { good: ['0', '86400'], bad: ['-1', '1d'] },
  BLOCKLIST_TTL_SECONDS: { good: ['1', '3600'], bad: ['0', '1.5', '60s'] },
  BLOCK_RESPONSE: { good: ['error', 'silent'], bad: ['quiet'] },
  CODE_LENGTH: { good: ['4', '9', '10'], bad: ['3', '11', 'six'] },
  CODE_PATTERN: { good: ['code (\\d{6})'], bad: [''] },
  DEFAULT_CHANNEL: { good: ['sms'], bad: ['voice', 'sms,call'] },
  ENABLED_CHANNELS: { good: ['sms', 'sms,call', 'sms, whatsapp, email'], bad: ['', 'voice', 'sms,'] },
  FAIL_OPEN_PER_MINUTE: { good: ['0', '60'], bad: ['many', '-1'] },
  FEEDBACK_CONCURRENCY: { good: ['1', '16'], bad: ['0', 'all'] },
  FEEDBACK_MAX_AGE_SECONDS: { good: ['600'], bad: ['0', '10m'] },
  GATEWAY_JWT_AUDIENCE: { good: ['urn:mine'], bad: [''] },
  GATEWAY_JWT_MAX_AGE_SECONDS: { good: ['0', '300'], bad: ['5m'] },
  GATEWAY_JWT_REQUIRE_EXP: { good: ['true', 'false'], bad: ['1', 'yes'] },
  GATEWAY_JWT_SUBJECT: { good: ['urn:Auth0', ''], bad: [] },
  GATEWAY_SECRET_BASE64: { good: ['true', 'false'], bad: ['1'] },
  LOG_LEVEL: {
    good: ['debug', 'info', 'notice', 'warning', 'error', 'critical'],
    bad: ['warn', 'trace', 'INFO'],
  },
  LOOKUP_CACHE_SECONDS: { good: ['0', '86400'], bad: ['1d'] },
  LOOKUPS_PER_PREFIX_PER_MINUTE: { good: ['0', '20'], bad: ['-1', 'off'] },
  LOOKUP_FAILURE: { good: ['allow', 'deny'], bad: ['open'] },
  MAX_IN_FLIGHT: { good: ['1', '200'], bad: ['0', '-1'] },
  MAX_SENDS_PER_NUMBER: { good: ['1', '10'], bad: ['0', 'ten'] },
  OTP_CONNECTIONS: { good: ['sms', 'sms,email'], bad: ['', 'sms,'] },
  RATE_LIMITS: {
    good: ['', 'ip_and_phone:ip_and_phone', 'per-number:phone, all:global'],
    bad: ['phone', 'a:b', 'a:phone,'],
  },
  REQUEST_DEADLINE_MS: { good: ['1000', '15000', '16000'], bad: ['999', '16001', '20000', '30000'] },
  RESEND_STRATEGY: { good: ['cancel', 'reuse'], bad: ['hope'] },
  SUCCESS_EVENTS: { good: ['s', 's,scoa'], bad: ['', 's,,f'] },
  TWILIO_API_BASE_URL: {
    good: ['https://example.com'],
    bad: ['http://example.com', 'https://example.com/v2'],
  },
  UNKNOWN_CARRIER: { good: ['allow', 'deny'], bad: ['maybe'] },
  WATCH_CONVERSION_PERCENT: { good: ['0', '10', '100'], bad: ['101', '-1', '10%'] },
  WATCH_DEADLINE_MS: { good: ['1000', '60000', '109999'], bad: ['999', '110001', '1m'] },
  WATCH_INTERVAL_MINUTES: { good: ['1', '5', '30'], bad: ['0', '31', '1.5'] },
  WATCH_MIN_OTHER_ATTEMPTS: { good: ['1', '20'], bad: ['0', 'some'] },
  WATCH_MIN_SENDS: { good: ['1', '30', '99999'], bad: ['0', '-1'] },
  WATCH_OTHER_CONVERSION_PERCENT: { good: ['0', '30', '100'], bad: ['101', 'half'] },
};

describe('the settings of settings.tf', () => {
  it('all have samples', () => {
    const known = FUNCTIONS.flatMap(({ terraform }) => [...settingsOf(terraform).keys()]);
    expect([...new Set(known)].sort()).toEqual(Object.keys(SAMPLES).sort());
  });

  const rows = FUNCTIONS.flatMap(({ name, terraform }) =>
    [...settingsOf(terraform)].map(([setting, form]) => ({ name, setting, form })),
  );

  it.each(rows)('let $setting of $name have the values that they should', ({ setting, form }) => {
    const { good, bad } = SAMPLES[setting] ?? { good: [], bad: [] };
    expect(good.filter((value) => !form.test(value))).toEqual([]);
    expect(bad.filter((value) => form.test(value))).toEqual([]);
  });

  it.each(rows)('let $setting have only values that $name takes', async ({ name, setting }) => {
    for (const value of SAMPLES[setting]?.good ?? []) {
      const { problems } = await readEnvironmentOf(name, { [setting]: value });
      expect(problems.filter((problem) => problem.startsWith(`${setting} `))).toEqual([]);
    }
  });
});

describe('the deadline of a request', () => {
  const action = readFileSync(path.join(ROOT, 'auth0', 'custom-phone-provider.js'), 'utf8');
  const actionWaitsMs = Number(/^const CALL_LIMIT_MS = ([\d_]+);$/m.exec(action)?.[1]?.replaceAll('_', ''));
  const form = settingsOf('gateway').get('REQUEST_DEADLINE_MS') ?? /never/;

  it('cannot be set so late that the Action gives up first, calls again and has the code sent twice', () => {
    const settable = Array.from({ length: 100_000 }, (_, ms) => ms).filter((ms) => form.test(String(ms)));
    expect(Math.max(...settable)).toBeLessThan(actionWaitsMs);
  });

  it('is by default one that could be set', async () => {
    const { readGatewayConfig } = await import('../../functions/gateway/config.ts');
    const { readEnvironment } = await import('../../functions/adapters/environment.ts');
    expect(String(readGatewayConfig(readEnvironment({})).requestDeadlineMs)).toMatch(form);
  });
});

describe('the defaults of a deployment', () => {
  const defaults = parsed(readVariables(readBlock(infra, 'gateway_defaults =')));

  it('are settings of the gateway, with values that they may have, and come before what the operator sets', () => {
    const settings = settingsOf('gateway');
    expect([...defaults].filter(([name, value]) => settings.get(name)?.test(value) !== true)).toEqual([]);
    const environment = readBlock(blockOf('gateway'), 'environment_variables');
    expect(environment).toMatch(/^[^\n]*\n\s+local\.gateway_defaults,\n\s+var\.gateway_settings,/);
  });

  it('are the bound on Lookups for a prefix alone, which the code leaves off', async () => {
    const { readGatewayConfig } = await import('../../functions/gateway/config.ts');
    const { readEnvironment } = await import('../../functions/adapters/environment.ts');
    expect([...defaults]).toEqual([['LOOKUPS_PER_PREFIX_PER_MINUTE', '20']]);
    expect(readGatewayConfig(readEnvironment({})).lookupsPerPrefixPerMinute).toBe(0);
    expect(readGatewayConfig(readEnvironment(Object.fromEntries(defaults))).lookupsPerPrefixPerMinute).toBe(
      20,
    );
  });
});

describe('the functions in Terraform', () => {
  it.each(FUNCTIONS)('start $name, which the archive holds', ({ name, terraform }) => {
    expect(readTexts(/entry_point\s+=.*/.exec(blockOf(terraform))?.[0] ?? '')).toEqual([name]);
    expect(mainSource).toMatch(new RegExp(`refuseUnguarded as '?${name}'?[ ,]`));
  });

  it('are no more than those', () => {
    expect(infra.match(/resource "google_cloudfunctions2_function"/g)).toHaveLength(FUNCTIONS.length);
  });

  it('run on the version of Node that the tests run on', () => {
    const major = process.versions.node.split('.')[0] ?? '';
    expect(readBlock(infra, 'variable "runtime"')).toContain(`default     = "nodejs${major}"`);
  });

  it.each(FUNCTIONS)('get $name its secrets as files that lie where they are mounted', ({ terraform }) => {
    const block = blockOf(terraform);
    expect(block).toContain('"${name}_FILE" => "${local._secret_path}/${secret}/value"');
    expect(block).toContain('mount_path = "${local._secret_path}/${secret_volumes.value}"');
    expect(block).toMatch(/ path\s+= "value"/);
    expect(block).not.toContain('secret_environment_variables');
  });

  it.each(FUNCTIONS)('let $name alone read the secret of its Twilio key', ({ name, terraform }) => {
    expect(secretsOf(terraform).get('TWILIO_API_KEY_SECRET')).toBe(`${name}-twilio-api-key-secret`);
  });

  it.each(FUNCTIONS)(
    'wait with $name until its secrets have a value and all grants are in force',
    ({ terraform }) => {
      const waitsFor = readBlock(blockOf(terraform), 'depends_on =');
      expect(waitsFor.split(/[\s,]+/).filter(Boolean)).toEqual([
        'google_secret_manager_secret_version.this',
        'time_sleep.grants',
      ]);
    },
  );

  it('wait for every grant but those that follow them', () => {
    const grants = [...infra.matchAll(/^resource "(\w+_iam_member)" "(\w+)"/gm)].map(
      ([, type, name]) => `${type ?? ''}.${name ?? ''}`,
    );
    const waited = readBlock(infra, 'resource "time_sleep" "grants"');
    expect(grants.filter((grant) => !waited.includes(grant)).sort()).toEqual([
      'google_cloud_run_v2_service_iam_member.gateway_public',
      'google_cloud_run_v2_service_iam_member.log_stream_public',
      'google_cloud_run_v2_service_iam_member.watch_caller',
    ]);
  });

  it('end no earlier than they give up themselves', () => {
    expect(blockOf('gateway')).toMatch(/timeout_seconds\s+= 30\n/);
    expect(blockOf('log_stream')).toMatch(/timeout_seconds\s+= 60\n/);
    expect(blockOf('watch')).toMatch(/timeout_seconds\s+= 120\n/);
  });

  it('are opened to everybody in two places and nowhere else', () => {
    expect([...infra.matchAll(/"allUsers"/g)]).toHaveLength(2);
    expect([...infra.matchAll(/resource "google_cloud_run_v2_service_iam_member"/g)]).toHaveLength(3);
    expect(readBlock(infra, '"google_cloud_run_v2_service_iam_member" "watch_caller"')).toContain(
      'google_service_account.watch_caller[0].member',
    );
    expect(readRoot('bootstrap')).not.toMatch(/allUsers|allAuthenticatedUsers/);
    expect(infra).not.toContain('allAuthenticatedUsers');
  });
});

describe('the secrets', () => {
  const used = FUNCTIONS.flatMap(({ terraform }) => [...secretsOf(terraform).values()]);
  const names = [...new Set(used)].sort();

  it.each([
    ['the list of infra/secrets.tf', () => readTexts(readBlock(infra, 'secret_names ='))],
    [
      'the containers of infra/bootstrap',
      () =>
        readTexts(
          readBlock(readBlock(readRoot('bootstrap'), 'google_secret_manager_secret" "this"'), 'toset'),
        ),
    ],
    ['what make secrets fills', () => Object.keys(SECRET_ORIGINS)],
  ])('are the same in the functions and in %s', (_name, list) => {
    expect([...list()].sort()).toEqual(names);
  });
});

describe('what the outputs repeat', () => {
  it.each([
    ['GATEWAY_JWT_AUDIENCE', 'urn:sms-gateway'],
    ['GATEWAY_JWT_SUBJECT', 'urn:Auth0'],
    ['FAIL_OPEN_PER_MINUTE', '60'],
    ['GATEWAY_SECRET_BASE64', 'false'],
  ])('of the default of %s is what the code has', async (name, expected) => {
    const { readGatewayConfig } = await import('../../functions/gateway/config.ts');
    const { readEnvironment } = await import('../../functions/adapters/environment.ts');
    const { tokens, failOpenPerMinute, keysAreBase64 } = readGatewayConfig(readEnvironment({}));
    const defaults: Readonly<Record<string, unknown>> = {
      GATEWAY_JWT_AUDIENCE: tokens.audience,
      GATEWAY_JWT_SUBJECT: tokens.subject,
      FAIL_OPEN_PER_MINUTE: failOpenPerMinute,
      GATEWAY_SECRET_BASE64: keysAreBase64,
    };
    expect(String(defaults[name])).toBe(expected);
    expect(infra).toContain(`lookup(var.gateway_settings, "${name}", "${expected}")`);
  });
});

/** By the beginning of a resource's type: the role of bootstrap/ci.tf by which CI makes it. */
const CI_ROLES: Readonly<Record<string, string>> = {
  google_artifact_registry: 'roles/artifactregistry.admin',
  google_cloud_run: 'roles/run.admin',
  google_cloud_scheduler: 'roles/cloudscheduler.admin',
  google_cloudfunctions2: 'roles/cloudfunctions.admin',
  google_firestore: 'roles/datastore.owner',
  google_logging: 'roles/logging.configWriter',
  google_monitoring: 'roles/monitoring.editor',
  google_project_iam: 'roles/resourcemanager.projectIamAdmin',
  google_project_service: 'roles/serviceusage.serviceUsageAdmin',
  google_secret_manager: 'roles/secretmanager.admin',
  google_service_account: 'roles/iam.serviceAccountAdmin',
  google_storage: 'roles/storage.admin',
};

describe('the account that deploys from CI', () => {
  it('may make every kind of resource that there is', () => {
    const granted = readTexts(readBlock(readRoot('bootstrap'), '_ci_roles'));
    const types = new Set([...infra.matchAll(/^resource "(google_\w+)"/gm)].map(([, type = '']) => type));
    const withoutRole = [...types].filter((type) => {
      const role = Object.entries(CI_ROLES).find(([start]) => type.startsWith(start))?.[1];
      return role === undefined || !granted.includes(role);
    });
    expect(withoutRole).toEqual([]);
  });
});

describe('the examples in infra/envs', () => {
  it.each(['dev', 'prod'])('of %s set only variables that there are', (environment) => {
    const example = readFileSync(path.join(ROOT, 'infra', 'envs', `${environment}.tfvars.example`), 'utf8');
    const set = [...example.matchAll(/^(\w+)\s*=/gm)].map(([, name]) => name);
    const declared = [...infra.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name);
    expect(set.filter((name) => !declared.includes(name))).toEqual([]);
  });
});

describe('the variables and outputs', () => {
  it.each(['', 'bootstrap'])('stand in alphabetical order, each described: infra/%s', (folder) => {
    const root = readRoot(folder);
    for (const kind of ['variable', 'output']) {
      const names = [...root.matchAll(new RegExp(`^${kind} "(\\w+)"`, 'gm'))].map(([, name = '']) => name);
      expect(names).toEqual([...names].sort());
      expect(names.filter((name) => !readBlock(root, `${kind} "${name}"`).includes('description'))).toEqual(
        [],
      );
    }
  });
});
