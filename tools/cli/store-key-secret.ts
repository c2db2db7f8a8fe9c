import { CliProblem } from './cli-problem.ts';
import type { SecretVersions } from './secret-versions.ts';
import type { TwilioKey } from './twilio-admin.ts';

/**
 * Puts the secret of a key that was just made into Secret Manager.
 *
 * @param id - the secret there
 * @throws CliProblem naming the key, as nobody can ask Twilio for its secret again
 */
export async function storeKeySecret(secrets: SecretVersions, id: string, key: TwilioKey): Promise<void> {
  try {
    await secrets.add(id, key.secret);
  } catch (cause) {
    throw new CliProblem(
      `${key.sid} was made, but ${id} does not take its secret: delete the key at Twilio, ask for the role Secret Manager Secret Version Adder, and run this again.`,
      { cause },
    );
  }
}
