import { applyChanges, confirm } from './apply-changes.ts';
import { checkTools } from './check-tools.ts';
import { DeployFailure } from './deploy-failure.ts';
import type { PackagedFolder } from './package-folder.ts';
import type { RunCommand } from './run-command.ts';
import { hasStateBucket, makeStateBucket } from './state-bucket.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';
import { createTerraform, type Terraform } from './terraform.ts';

/** What can be asked for. */
export const DEPLOY_COMMANDS = ['plan', 'deploy', 'destroy', 'secrets', 'seed', 'smoke'] as const;

/** One of them. */
export type DeployCommand = (typeof DEPLOY_COMMANDS)[number];

/** What a deploy needs of the world. */
export interface DeployOptions {
  readonly target: Target;
  readonly run: RunCommand;
  readonly terminal: Terminal;
  /** Packs `dist/`. */
  readonly pack: () => PackagedFolder;
  /** Gives secrets without a value one. */
  readonly writeSecrets: () => Promise<void>;
  /** Creates sample rules where they are absent. */
  readonly seed: (database: string, onlyOnce: boolean) => Promise<void>;
  readonly smokeTest: (urls: Readonly<Record<string, string>>) => Promise<void>;
}

/**
 * Carries out one command. Each may be started again at any point: what is done already is found and left.
 *
 * @throws DeployFailure when a step cannot be done; nothing after it is started
 */
export async function deploy(command: DeployCommand, options: DeployOptions): Promise<void> {
  await checkTools(options.run, options.target.project);
  await COMMANDS[command](options);
}

const COMMANDS: Readonly<Record<DeployCommand, (options: DeployOptions) => Promise<void>>> = {
  plan: async (options) => {
    await requireBootstrap(options);
    await buildArchive(options);
    await (await openMain(options)).plan();
  },
  deploy: async (options) => {
    const { target, terminal, writeSecrets } = options;
    await buildArchive(options);
    terminal.say('==> State, APIs and secrets');
    await bootstrap(options);
    terminal.say('==> Values of the secrets');
    await writeSecrets();
    terminal.say('==> The functions and what they need');
    const main = await openMain(options);
    await applyChanges(main, target, terminal);
    const outputs = await main.outputs();
    terminal.say('==> Sample rules');
    await options.seed(textOf(outputs, 'database'), true);
    terminal.say('==> Smoke test');
    await options.smokeTest(urlsOf(outputs));
    terminal.say(describe(outputs));
  },
  destroy: async (options) => {
    const { target, terminal } = options;
    await requireBootstrap(options);
    const main = await openMain(options);
    if (!(await main.plan({ destroy: true }))) {
      terminal.say('There is nothing to destroy.');
      return;
    }
    const question = `Destroy all of this? Type the project, ${target.project}: `;
    await confirm(question, target.project, target, terminal);
    await main.apply();
    terminal.say(
      `Left as they were: the secrets, the state in gs://${target.stateBucket}, a protected database.`,
    );
  },
  secrets: async (options) => {
    await requireBootstrap(options);
    await options.writeSecrets();
  },
  seed: async (options) => {
    await requireBootstrap(options);
    await options.seed(textOf(await (await openMain(options)).outputs(), 'database'), false);
  },
  smoke: async (options) => {
    await requireBootstrap(options);
    await options.smokeTest(urlsOf(await (await openMain(options)).outputs()));
  },
};

async function buildArchive({ pack, run, terminal }: DeployOptions): Promise<void> {
  // The tests drive what was built.
  for (const step of ['build', 'check']) {
    terminal.say(`==> npm run ${step}`);
    const { code } = await run('npm', ['run', '-s', step], { isShown: true });
    if (code !== 0) throw new DeployFailure(`npm run ${step} failed: nothing was deployed.`);
  }
  const { bytes, sha256 } = pack();
  terminal.say(`The archive: ${bytes} bytes, sha256 ${sha256}`);
}

async function requireBootstrap({ run, target }: DeployOptions): Promise<void> {
  if (await hasStateBucket(run, target)) return;
  throw new DeployFailure(
    `${target.environment} was never deployed to ${target.project}: make deploy first makes the place for its state, gs://${target.stateBucket}.`,
  );
}

async function bootstrap(options: DeployOptions): Promise<void> {
  const { run, target, terminal } = options;
  if (!(await hasStateBucket(run, target))) {
    const question = `Begin in the project ${target.project} with the bucket ${target.stateBucket}? Type yes: `;
    await confirm(question, 'yes', target, terminal);
    await makeStateBucket(run, target);
  }
  const root = createTerraform({
    run,
    target,
    folder: 'infra/bootstrap',
    statePrefix: 'bootstrap',
    planFile: `../../build/bootstrap-${target.environment}.tfplan`,
    variables: [
      ...sharedVariables(target),
      '-var',
      `region=${target.region}`,
      '-var',
      `prefix=${target.prefix}`,
    ],
  });
  await root.init();
  const bucket = 'google_storage_bucket.state';
  if (!(await root.holds(bucket))) await root.adopt(bucket, target.stateBucket);
  await applyChanges(root, target, terminal);
}

async function openMain({ run, target }: DeployOptions): Promise<Terraform> {
  const main = createTerraform({
    run,
    target,
    folder: 'infra',
    statePrefix: 'infra',
    planFile: `../build/${target.environment}.tfplan`,
    variables: [...sharedVariables(target), `-var-file=${target.variablesFile}`],
  });
  await main.init();
  return main;
}

function sharedVariables({ environment, project }: Target): string[] {
  return ['-var', `project_id=${project}`, '-var', `environment=${environment}`];
}

function urlsOf(outputs: Readonly<Record<string, unknown>>): Record<string, string> {
  return { gateway: textOf(outputs, 'gateway_url'), 'log-stream': textOf(outputs, 'log_stream_url') };
}

function textOf(outputs: Readonly<Record<string, unknown>>, name: string): string {
  const value = outputs[name];
  if (typeof value === 'string') return value;
  throw new DeployFailure(`The state has no output ${name}: run make deploy.`);
}

function describe(outputs: Readonly<Record<string, unknown>>): string {
  const show = (name: string): string => JSON.stringify(outputs[name], null, 2);
  return [
    '==> Done. What is left is in Auth0.',
    `Merge into the options of the connection sms: ${show('auth0_connection_options')}`,
    `The key for it, gateway_authentication.secret: ${textOf(outputs, 'gateway_secret_command')}`,
    `Create the log stream: ${show('auth0_log_stream')}`,
    `Its authorization: ${textOf(outputs, 'log_stream_token_command')}`,
    `In the console: ${show('console_links')}`,
    `At worst, codes sent in an hour although a check failed: ${show('fail_open_sends_per_hour')}`,
  ].join('\n');
}
