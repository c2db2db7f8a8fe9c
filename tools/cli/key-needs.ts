import { CliProblem } from './cli-problem.ts';
import { DEPLOYED_NAMES, type DeployedName } from './deployed-function.ts';
import type { TwilioPermissions } from './probe-twilio-key.ts';

/** What the Twilio key of a function is for, and nothing more. */
export interface KeyNeeds {
  /** As a probe finds it out. */
  readonly may: readonly (keyof TwilioPermissions)[];
  /** As the policy of a restricted key names it. */
  readonly permissions: readonly string[];
  /** As a person finds it in the Console. */
  readonly inConsole: string;
}

/**
 * The least that each function needs.
 *
 * Twilio publishes the names of permissions as a download for people, so `--permissions` can replace them.
 *
 * @see https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
 */
export const KEY_NEEDS: Readonly<Record<DeployedName, KeyNeeds>> = {
  gateway: {
    may: ['create', 'update', 'lookup'],
    permissions: [
      '/twilio/verify/verification/create',
      '/twilio/verify/verification/update',
      '/twilio/lookup/phone-numbers/read',
    ],
    inConsole: 'Verify verifications create and update, Lookup read',
  },
  'log-stream': {
    may: ['update'],
    permissions: ['/twilio/verify/verification/update'],
    inConsole: 'Verify verifications update',
  },
  watch: {
    may: ['attempts'],
    permissions: ['/twilio/verify/verification-attempt/list'],
    inConsole: 'Verify verification attempts list',
  },
};

const PERMISSION = /^\/twilio\/[a-z0-9./-]+$/;

/**
 * Reads `FUNCTION=NAME,NAME`, as given to `--permissions`.
 *
 * @returns what each function that is named may do, in place of the default
 * @throws CliProblem for anything else
 */
export function parsePermissions(texts: readonly string[]): ReadonlyMap<DeployedName, readonly string[]> {
  return new Map(
    texts.map((text) => {
      const [, given, list = ''] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
      const name = DEPLOYED_NAMES.find((known) => known === given);
      const permissions = list.split(',').map((one) => one.trim());
      if (name === undefined || !permissions.every((one) => PERMISSION.test(one)))
        throw new CliProblem(
          '--permissions is FUNCTION=NAME,NAME with the names of Twilio, such as watch=/twilio/verify/verification-attempt/list.',
        );
      return [name, permissions];
    }),
  );
}
