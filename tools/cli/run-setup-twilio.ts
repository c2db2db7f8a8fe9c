import { TwilioFailure } from '../../functions/adapters/twilio-transport.ts';
import { variableIn } from '../local-stack/variable-in.ts';
import { carryOut } from './carry-out.ts';
import type { CliWorld } from './cli-world.ts';
import { CliProblem } from './cli-problem.ts';
import { gatewaySettingsIn } from './gateway-settings.ts';
import { operatorTwilio } from './operator-twilio.ts';
import type { Output } from './output.ts';
import { planRateLimits } from './plan-rate-limits.ts';
import { planTwilioService } from './plan-twilio-service.ts';
import { parseBucket, type Bucket } from './rate-limit-buckets.ts';
import { TWILIO_CONSOLE_STEPS } from './twilio-console-steps.ts';
import { twilioEnvironment } from './twilio-environment.ts';

/** What was asked for. */
export interface SetupTwilioOptions {
  readonly yes?: boolean;
  readonly name?: string;
  readonly bucket?: readonly string[];
}

/**
 * Sets up the Verify service: custom codes, the limits of `RATE_LIMITS` and their buckets. Done twice, it changes nothing.
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
  const serviceSid = variableIn(env, 'TWILIO_VERIFY_SERVICE_SID') ?? null;
  const admin = operatorTwilio(env);
  try {
    const service = await planTwilioService({ admin, serviceSid, name: options.name });
    const planned = await planRateLimits({
      admin,
      serviceSid,
      sidWhenApplied: service.sid,
      limits,
      buckets: bucketsIn(options.bucket ?? []),
    });
    const changes = [...service.changes, ...planned.changes];
    const isChanged = await carryOut(changes, { output, isConfirmed: options.yes === true });
    sayWhatIsLeft(output, planned.withoutBucket, serviceSid === null ? service.sid() : null);
    output.result({
      changed: isChanged,
      changes: changes.map(({ what, lines }) => ({ what, lines })),
      serviceSid: service.sid(),
      withoutBucket: planned.withoutBucket,
      byHand: TWILIO_CONSOLE_STEPS,
    });
  } catch (error) {
    throw error instanceof TwilioFailure ? problemOf(error) : error;
  } finally {
    admin.close();
  }
}

function bucketsIn(texts: readonly string[]): ReadonlyMap<string, readonly Bucket[]> {
  const found = new Map<string, Bucket[]>();
  for (const [name, bucket] of texts.map(parseBucket)) found.set(name, [...(found.get(name) ?? []), bucket]);
  return found;
}

function sayWhatIsLeft(output: Output, withoutBucket: readonly string[], newSid: string | null): void {
  if (newSid !== null)
    output.say(`The new service is ${newSid}: put it into infra/envs/ENV.tfvars as verify_service_sid.`);
  for (const name of withoutBucket)
    output.say(`The limit ${name} has no bucket and limits nothing: add --bucket ${name}=MAX/SECONDS.`);
  output.say('Only the Console of Twilio can do the rest:');
  TWILIO_CONSOLE_STEPS.forEach((step, index) => output.say(`  ${index + 1}. ${step}`));
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
