import { TwilioFailure } from '../../functions/adapters/twilio-transport.ts';
import { CliProblem } from './cli-problem.ts';
import type { DeployedName } from './deployed-function.ts';
import { KEY_NEEDS } from './key-needs.ts';
import { textAt } from './text-at.ts';
import { isRefusedCredential, type TwilioAdmin, type TwilioKey } from './twilio-admin.ts';

/** Where Twilio keeps API keys; there is no other place to make restricted ones. */
export const KEYS_PATH = '/v1/Keys';

/** Which key. */
export interface RestrictedKeyOptions {
  /** `AC…` */
  readonly accountSid: string;
  /** How people find it in the Console. */
  readonly name: string;
  /** Whose key it is to be. */
  readonly owner: DeployedName;
  /** The names of Twilio; at most 100. */
  readonly permissions: readonly string[];
}

/**
 * Makes a key that may do what is named and nothing else. Its secret is in this one answer of Twilio's and never again.
 *
 * @throws CliProblem when Twilio does not make it, saying how to do it by hand
 * @see https://www.twilio.com/docs/iam/api-keys/key-resource-v1
 */
export async function makeRestrictedKey(
  admin: TwilioAdmin,
  { accountSid, name, owner, permissions }: RestrictedKeyOptions,
): Promise<TwilioKey> {
  try {
    const made = await admin.post(KEYS_PATH, {
      AccountSid: accountSid,
      FriendlyName: name,
      KeyType: 'restricted',
      Policy: JSON.stringify({ allow: permissions }),
    });
    return { sid: textAt(made, 'sid'), secret: textAt(made, 'secret') };
  } catch (error) {
    throw keyProblemOf(error, owner, permissions);
  }
}

/** What to do when Twilio refuses to make or list keys; anything else is passed on. */
export function keyProblemOf(error: unknown, owner: DeployedName, permissions: readonly string[]): unknown {
  if (!(error instanceof TwilioFailure)) return error;
  const byHand = `Or by hand: Twilio Console → Account → API keys → Create API key → Restricted; ${owner}: ${KEY_NEEDS[owner].inConsole}.`;
  if (isRefusedCredential(error))
    return new CliProblem(
      `Twilio lets nothing but a Main key make keys, and restricted ones in the US region alone: put one (Console → Account → API keys → Main) into TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET for this command. ${byHand}`,
    );
  if (error.status === 400)
    return new CliProblem(
      `Twilio does not take the permissions ${permissions.join(', ')}: give those of its list with --permissions ${owner}=NAME,NAME. ${byHand}`,
    );
  return new CliProblem(`Twilio makes no key: ${error.message}. ${byHand}`);
}
