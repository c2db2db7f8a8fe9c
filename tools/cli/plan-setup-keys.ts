import { variableIn } from '../local-stack/variable-in.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { findKeyPlace } from './key-place.ts';
import { parsePermissions } from './key-needs.ts';
import { readNamedKeys } from './named-keys.ts';
import type { Output } from './output.ts';
import { planTwilioKeys, type PlannedKeys } from './plan-twilio-keys.ts';
import type { SecretVersions } from './secret-versions.ts';
import { targetOf } from './target-of.ts';
import type { TwilioAdmin } from './twilio-admin.ts';
import { twilioEnvironment } from './twilio-environment.ts';
import { variableInFile } from './variable-in-file.ts';
import { variablesText } from './variables-text.ts';

/** What the planning works with. */
export interface PlanSetupKeysOptions {
  readonly world: CliWorld;
  readonly output: Output;
  readonly admin: TwilioAdmin;
  /** As given to `--permissions`. */
  readonly permissions: readonly string[];
  /** Secret Manager; null where no project is named. */
  readonly secrets: SecretVersions | null;
}

/**
 * Finds the restricted keys that an environment lacks.
 *
 * @throws CliProblem when the account is not known, or Twilio does not let this key look at keys
 */
export async function planSetupKeys(options: PlanSetupKeysOptions): Promise<PlannedKeys> {
  const { world, output, admin, secrets } = options;
  const accountSid = twilioEnvironment(world)['TWILIO_ACCOUNT_SID'];
  if (accountSid === undefined || !/^AC[0-9a-f]{32}$/i.test(accountSid))
    throw new CliProblem('Say whose keys: set TWILIO_ACCOUNT_SID, or account_sid in the variables.');
  const prefix = `${variableInFile(variablesText(world), 'prefix') ?? 'verify'}-${variableIn(world.env, 'ENV') ?? 'dev'}`;
  const { owners, sidOf } = readNamedKeys(world);
  return planTwilioKeys({
    admin,
    accountSid,
    prefix,
    functions: owners,
    named: sidOf,
    permissions: parsePermissions(options.permissions),
    placeFor: (owner) =>
      findKeyPlace({ owner, output, secrets, id: `${prefix}-${owner}-twilio-api-key-secret` }),
  });
}

/** Opens the secrets of the project that is meant; null where none is named. */
export function secretsOfTarget(world: CliWorld): SecretVersions | null {
  return variableIn(world.env, 'PROJECT') === undefined ? null : world.openSecrets(targetOf(world).project);
}
