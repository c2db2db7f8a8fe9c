import { TwilioFailure } from '../../functions/adapters/twilio-transport.ts';
import { variableIn } from '../local-stack/variable-in.ts';
import { carryOut } from './carry-out.ts';
import type { CliWorld } from './cli-world.ts';
import { CliProblem } from './cli-problem.ts';
import { gatewaySettingsIn } from './gateway-settings.ts';
import { keyVariable } from './named-keys.ts';
import { operatorTwilio } from './operator-twilio.ts';
import type { Output } from './output.ts';
import { planRateLimits } from './plan-rate-limits.ts';
import { planSetupKeys, secretsOfTarget } from './plan-setup-keys.ts';
import type { FunctionKey, PlannedKeys } from './plan-twilio-keys.ts';
import { planTwilioService } from './plan-twilio-service.ts';
import { parseBucket, type Bucket } from './rate-limit-buckets.ts';
import { twilioConsoleSteps } from './twilio-console-steps.ts';
import { twilioEnvironment } from './twilio-environment.ts';

/** What was asked for. */
export interface SetupTwilioOptions {
  readonly yes?: boolean;
  readonly name?: string;
  readonly bucket?: readonly string[];
  /** Whether a restricted key is made for each function that has none. */
  readonly keys?: boolean;
  readonly permissions?: readonly string[];
}

const NO_KEYS: PlannedKeys = { changes: [], notes: [], unnamed: () => [] };

/**
 * Sets up the Verify service: custom codes, the limits of `RATE_LIMITS` and their buckets; where asked for, the keys of the
 * functions. Done twice, it changes nothing.
 *
 * @throws CliProblem in a sentence
 */
export async function runSetupTwilio(
  world: CliWorld,
  output: Output,
  options: SetupTwilioOptions,
): Promise<void> {
  const env = twilioEnvironment(world);
  const limits = gatewaySettingsIn({ RATE_LIMITS: env['RATE_LIMITS'] }).policy.rateLimits;
  const buckets = bucketsIn(
    options.bucket ?? [],
    limits.map(({ name }) => name),
  );
  const serviceSid = variableIn(env, 'TWILIO_VERIFY_SERVICE_SID') ?? null;
  const admin = operatorTwilio(env);
  const secrets = options.keys === true ? secretsOfTarget(world) : null;
  try {
    const service = await planTwilioService({ admin, serviceSid, name: options.name });
    const planned = await planRateLimits({
      admin,
      serviceSid,
      sidWhenApplied: service.sid,
      limits,
      buckets,
    });
    const { permissions = [] } = options;
    const keys =
      options.keys === true ? await planSetupKeys({ world, output, admin, permissions, secrets }) : NO_KEYS;
    const changes = [...service.changes, ...planned.changes, ...keys.changes];
    const isChanged = await carryOut(changes, { output, isConfirmed: options.yes === true });
    const byHand = twilioConsoleSteps(options.keys === true);
    sayWhatIsLeft(output, planned.withoutBucket, serviceSid === null ? service.sid() : null);
    sayKeys(output, keys);
    sayByHand(output, byHand);
    output.result({
      changed: isChanged,
      changes: changes.map(({ what, lines }) => ({ what, lines })),
      serviceSid: service.sid(),
      withoutBucket: planned.withoutBucket,
      keys: keys.unnamed(),
      byHand,
    });
  } catch (error) {
    throw error instanceof TwilioFailure ? problemOf(error) : error;
  } finally {
    admin.close();
    await secrets?.close();
  }
}

function bucketsIn(
  texts: readonly string[],
  limits: readonly string[],
): ReadonlyMap<string, readonly Bucket[]> {
  const found = new Map<string, Bucket[]>();
  for (const [name, bucket] of texts.map(parseBucket)) {
    if (!limits.includes(name))
      throw new CliProblem(
        `There is no limit ${name}: RATE_LIMITS names ${limits.length === 0 ? 'none' : limits.join(', ')}.`,
      );
    found.set(name, [...(found.get(name) ?? []), bucket]);
  }
  return found;
}

function sayWhatIsLeft(output: Output, withoutBucket: readonly string[], newSid: string | null): void {
  if (newSid !== null)
    output.say(`The new service is ${newSid}: put it into infra/envs/ENV.tfvars as verify_service_sid.`);
  for (const name of withoutBucket)
    output.say(`The limit ${name} has no bucket and limits nothing: add --bucket ${name}=MAX/SECONDS.`);
}

function sayKeys(output: Output, { notes, unnamed }: PlannedKeys): void {
  notes.forEach(output.say);
  if (unnamed().length === 0) return;
  output.say('Write into twilio in infra/envs/ENV.tfvars:');
  unnamed().forEach((key) => output.say(`  ${lineOf(key)}`));
}

function lineOf(key: FunctionKey): string {
  return `${keyVariable(key.function)} = "${key.sid}"`;
}

function sayByHand(output: Output, steps: readonly string[]): void {
  output.say('Only the Console of Twilio can do the rest:');
  steps.forEach((step, index) => output.say(`  ${index + 1}. ${step}`));
}

function problemOf({ status, code }: TwilioFailure): CliProblem {
  if (status === 401 || status === 403)
    return new CliProblem(
      'Twilio refuses the key, or does not let it set up services: use one that is not restricted, for this only.',
    );
  if (status === 404)
    return new CliProblem(
      'There is no such Verify service in this account: look at TWILIO_VERIFY_SERVICE_SID.',
    );
  return new CliProblem(`Twilio answers ${status}${code === null ? '' : ` (error ${code})`}.`);
}
