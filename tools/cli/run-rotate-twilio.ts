import { carryOut } from './carry-out.ts';
import { variableIn } from '../local-stack/variable-in.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { FUNCTION_NAMES, type FunctionName } from './deployed-function.ts';
import { createFacts, type Facts } from './facts.ts';
import { baseUrlIn } from './operator-twilio.ts';
import type { Output } from './output.ts';
import { probeTwilioKey } from './probe-twilio-key.ts';
import { createTwilioAdmin } from './twilio-admin.ts';

/** What was asked for. */
export interface RotateTwilioOptions {
  /** Whose key; default `gateway`. */
  readonly function?: string;
  readonly yes?: boolean;
}

/**
 * Stores the secret of a new Twilio key for one function, and says what to write into the variables: identifier and
 * version change together, in one deploy. The secret comes from `NEW_TWILIO_API_KEY_SECRET` or is asked for, hidden.
 *
 * @throws CliProblem when the deployed function would read the new secret with the old identifier, or the key is not enough
 */
export async function runRotateTwilio(
  world: CliWorld,
  output: Output,
  sid: string,
  options: RotateTwilioOptions,
): Promise<void> {
  const name = FUNCTION_NAMES.find((known) => known === (options.function ?? 'gateway'));
  if (name === undefined) throw new CliProblem(`--function must be one of ${FUNCTION_NAMES.join(', ')}.`);
  if (!/^SK[0-9a-f]{32}$/i.test(sid))
    throw new CliProblem('The new key is named by its SID: SK and 32 digits.');
  const facts = createFacts(world);
  const target = facts.target();
  const secrets = world.openSecrets(target.project);
  try {
    const variable = `${name.replace('-', '_')}_api_key`;
    const id = target.secretId(`${name}-twilio-api-key-secret`);
    const current = await secrets.read(id);
    if ((await facts.deployed(name))?.twilioSecretVersion === 'latest')
      throw new CliProblem(
        `${name} reads the latest version: first set ${variable}_secret_version = "${current?.number ?? 1}" in infra/${target.variablesFile} and make deploy.`,
      );
    const secret = variableIn(world.env, 'NEW_TWILIO_API_KEY_SECRET') ?? (await askSecret(output));
    await checkKey(facts, name, { sid, secret });
    const change = {
      what: id,
      lines: [`the secret of ${sid}, as a new version`],
      apply: () => secrets.add(id, secret),
    };
    await carryOut([change], { output, isConfirmed: options.yes === true });
    const version = (await secrets.read(id))?.number ?? (current?.number ?? 0) + 1;
    const lines = [`${variable}_sid            = "${sid}"`, `${variable}_secret_version = "${version}"`];
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

async function askSecret(output: Output): Promise<string> {
  if (!output.canAsk) throw new CliProblem('Set NEW_TWILIO_API_KEY_SECRET: there is nobody to ask.');
  return output.askHidden('Secret of the new key (not shown while you type): ');
}

async function checkKey(
  facts: Facts,
  name: FunctionName,
  key: { readonly sid: string; readonly secret: string },
): Promise<void> {
  const environment = (await facts.deployed(name))?.environment ?? {};
  const admin = createTwilioAdmin(key, baseUrlIn(facts.world.env) ?? baseUrlIn(environment));
  try {
    const may = await probeTwilioKey(admin, environment['TWILIO_VERIFY_SERVICE_SID'] ?? '');
    const isEnough = may.update && (name === 'log-stream' || (may.create && may.lookup));
    if (!isEnough)
      throw new CliProblem(
        'Twilio refuses this key, or it may do too little: nothing was stored. See setup twilio.',
      );
  } finally {
    admin.close();
  }
}
