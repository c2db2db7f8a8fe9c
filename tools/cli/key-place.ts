import { CliProblem } from './cli-problem.ts';
import type { DeployedName } from './deployed-function.ts';
import type { Output } from './output.ts';
import type { SecretVersions } from './secret-versions.ts';
import { storeKeySecret } from './store-key-secret.ts';
import type { TwilioKey } from './twilio-admin.ts';

/** Where the secret of a new key goes. */
export interface KeyPlace {
  /** The secret in Secret Manager; null where the value is shown once instead. */
  readonly id: string | null;
  /** Takes the value. Throws CliProblem naming the key when that fails, as nobody can ask for the value again. */
  readonly put: (key: TwilioKey) => Promise<void>;
}

/** What is known of the place. */
export interface KeyPlaceOptions {
  readonly owner: DeployedName;
  readonly output: Output;
  /** Null where no project is given. */
  readonly secrets: SecretVersions | null;
  /** Its whole id in that project. */
  readonly id: string;
}

/**
 * Finds the place: Secret Manager where there is a secret without a value, else the terminal of the person, once.
 *
 * @returns null where the secret has a value already: nothing must replace it while the function uses it
 * @throws CliProblem where there is neither, so that no value ends up in a log
 */
export async function findKeyPlace(options: KeyPlaceOptions): Promise<KeyPlace | null> {
  const { owner, output, secrets, id } = options;
  const state = secrets === null ? 'absent' : await secrets.stateOf(id);
  if (state === 'filled') return null;
  if (state === 'empty' && secrets !== null) return { id, put: (key) => storeKeySecret(secrets, id, key) };
  if (!output.canAsk)
    throw new CliProblem(
      `There is no secret ${id} for the value yet and no terminal to show it on once: run this in a terminal without --json, or after make deploy has made the secrets.`,
    );
  const put = ({ sid, secret }: TwilioKey): Promise<void> => {
    output.say(`The secret of ${sid} of ${owner}, shown this once; make deploy asks for it: ${secret}`);
    return Promise.resolve();
  };
  return { id: null, put };
}
