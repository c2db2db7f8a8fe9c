import type { Target } from '../deploy/target.ts';
import type { GoogleCloud } from './google-cloud.ts';
import { listAt } from './list-at.ts';
import { memberAt } from './member-at.ts';
import { textAt } from './text-at.ts';

/** The functions that Auth0 calls. */
export const FUNCTION_NAMES = ['gateway', 'log-stream'] as const;

/** One of them. */
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** All that can be deployed, each with a Twilio key of its own. `watch` is off by default. */
export const DEPLOYED_NAMES = [...FUNCTION_NAMES, 'watch'] as const;

/** One of them. */
export type DeployedName = (typeof DEPLOYED_NAMES)[number];

/** A function as Google runs it. */
export interface DeployedFunction {
  /** `ACTIVE`, `FAILED`, `DEPLOYING` … */
  readonly state: string;
  /** Such as `nodejs24`. */
  readonly runtime: string;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Which version of the secret of its Twilio key it reads: `latest` or a number. */
  readonly twilioSecretVersion: string;
}

/**
 * Reads one.
 *
 * @returns null where it is not deployed
 * @see https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions
 */
export async function readDeployedFunction(
  google: GoogleCloud,
  target: Target,
  name: DeployedName,
): Promise<DeployedFunction | null> {
  const whole = `${target.prefix}-${target.environment}-${name}`;
  const path = `/v2/projects/${target.project}/locations/${target.region}/functions/${whole}`;
  const found = await google.get('cloudfunctions', path);
  if (found === null) return null;
  const service = memberAt(found, 'serviceConfig');
  const variables = Object.entries(memberAt(service, 'environmentVariables') ?? {}) as [string, unknown][];
  const secret = target.secretId(`${name}-twilio-api-key-secret`);
  const volume = listAt(service, 'secretVolumes').find((one) => textAt(one, 'secret').endsWith(secret));
  return {
    state: textAt(found, 'state'),
    runtime: textAt(found, 'buildConfig', 'runtime'),
    url: textAt(service, 'uri'),
    environment: Object.fromEntries(
      variables.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    twilioSecretVersion: textAt(listAt(volume, 'versions')[0], 'version') || 'latest',
  };
}
