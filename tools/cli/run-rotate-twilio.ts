import { carryOut } from './carry-out.ts';
import { variableIn } from '../local-stack/variable-in.ts';
import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { DEPLOYED_NAMES, type DeployedFunction, type DeployedName } from './deployed-function.ts';
import { createFacts } from './facts.ts';
import { KEY_NEEDS, parsePermissions } from './key-needs.ts';
import { makeRestrictedKey } from './make-restricted-key.ts';
import { keyVariable } from './named-keys.ts';
import { baseUrlIn, operatorTwilio } from './operator-twilio.ts';
import type { Output } from './output.ts';
import { probeTwilioKey } from './probe-twilio-key.ts';
import type { SecretVersions } from './secret-versions.ts';
import { storeKeySecret } from './store-key-secret.ts';
import { createTwilioAdmin, type TwilioKey } from './twilio-admin.ts';
import { twilioEnvironment } from './twilio-environment.ts';

/** What was asked for. */
export interface RotateTwilioOptions {
  /** Whose key; default `gateway`. */
  readonly function?: string;
  readonly permissions?: readonly string[];
  readonly yes?: boolean;
}

/**
 * Stores the secret of a new Twilio key for one function, and says what to write into the variables: identifier and
 * version change together, in one deploy. Without an identifier a restricted key is made; with one its secret comes from
 * `NEW_TWILIO_API_KEY_SECRET` or is asked for, hidden.
 *
 * @throws CliProblem when the deployed function would read the new secret with the old identifier, the key is not enough,
 * or Twilio does not make one
 */
export async function runRotateTwilio(
  world: CliWorld,
  output: Output,
  sid: string | undefined,
  options: RotateTwilioOptions,
): Promise<void> {
  const name = DEPLOYED_NAMES.find((known) => known === (options.function ?? 'gateway'));
  if (name === undefined) throw new CliProblem(`--function must be one of ${DEPLOYED_NAMES.join(', ')}.`);
  if (sid !== undefined && !/^SK[0-9a-f]{32}$/i.test(sid))
    throw new CliProblem('The new key is named by its SID: SK and 32 digits.');
  const facts = createFacts(world);
  const target = facts.target();
  const secrets = world.openSecrets(target.project);
  try {
    const variable = keyVariable(name).replace(/_sid$/, '');
    const id = target.secretId(`${name}-twilio-api-key-secret`);
    const current = await secrets.read(id);
    const deployed = await facts.deployed(name);
    if (name === 'watch' && deployed === null)
      throw new CliProblem(
        'watch is not deployed: there is no key to replace. See watch_enabled in docs/operations.md.',
      );
    if (deployed?.twilioSecretVersion === 'latest')
      throw new CliProblem(
        `${name} reads the latest version: first set ${variable}_secret_version = "${current?.number ?? 1}" in infra/${target.variablesFile} and make deploy.`,
      );
    const turn: Turn = { world, output, name, id, secrets, deployed, options };
    const { change, newSid } =
      sid === undefined ? planMadeKey(turn, target.secretId(name)) : await planGivenKey(turn, sid);
    await carryOut([change], { output, isConfirmed: options.yes === true });
    const version = (await secrets.read(id))?.number ?? (current?.number ?? 0) + 1;
    const lines = [`${variable}_sid            = "${newSid()}"`, `${variable}_secret_version = "${version}"`];
    output.say(`Now write into twilio in infra/${target.variablesFile}:`);
    for (const line of lines) output.say(`  ${line}`);
    output.say(
      `and make deploy PROJECT=${target.project} ENV=${target.environment}. Then delete the old key at Twilio.`,
    );
    output.result({ secret: id, version, variables: lines });
  } finally {
    await secrets.close();
    await facts.close();
  }
}

interface Turn {
  readonly world: CliWorld;
  readonly output: Output;
  readonly name: DeployedName;
  /** Of the secret. */
  readonly id: string;
  readonly secrets: SecretVersions;
  readonly deployed: DeployedFunction | null;
  readonly options: RotateTwilioOptions;
}

interface PlannedKey {
  readonly change: Change;
  readonly newSid: () => string;
}

async function planGivenKey(turn: Turn, sid: string): Promise<PlannedKey> {
  const { world, output, id, secrets } = turn;
  const secret = variableIn(world.env, 'NEW_TWILIO_API_KEY_SECRET') ?? (await askSecret(output));
  await checkKey(turn, { sid, secret });
  const lines = [`the secret of ${sid}, as a new version`];
  return { change: { what: id, lines, apply: () => secrets.add(id, secret) }, newSid: () => sid };
}

function planMadeKey({ world, name, id, secrets, options }: Turn, title: string): PlannedKey {
  const env = twilioEnvironment(world);
  const permissions = parsePermissions(options.permissions ?? []).get(name) ?? KEY_NEEDS[name].permissions;
  let made = '';
  const apply = async (): Promise<void> => {
    const admin = operatorTwilio(env);
    try {
      const accountSid = env['TWILIO_ACCOUNT_SID'] ?? '';
      const key = await makeRestrictedKey(admin, { accountSid, name: title, owner: name, permissions });
      made = key.sid;
      await storeKeySecret(secrets, id, key);
    } finally {
      admin.close();
    }
  };
  const lines = [...permissions.map((one) => `may ${one}`), `its secret becomes a new version of ${id}`];
  return { change: { what: `new restricted Twilio key ${title}`, lines, apply }, newSid: () => made };
}

async function askSecret(output: Output): Promise<string> {
  if (!output.canAsk) throw new CliProblem('Set NEW_TWILIO_API_KEY_SECRET: there is nobody to ask.');
  return output.askHidden('Secret of the new key (not shown while you type): ');
}

async function checkKey({ world, name, deployed }: Turn, key: TwilioKey): Promise<void> {
  const environment = deployed?.environment ?? {};
  const admin = createTwilioAdmin(key, baseUrlIn(world.env) ?? baseUrlIn(environment));
  try {
    const may = await probeTwilioKey(admin, environment['TWILIO_VERIFY_SERVICE_SID'] ?? '');
    if (!KEY_NEEDS[name].may.every((permission) => may[permission]))
      throw new CliProblem(
        'Twilio refuses this key, or it may do too little: nothing was stored. See setup twilio.',
      );
  } finally {
    admin.close();
  }
}
