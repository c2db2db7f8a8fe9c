import type { Change } from './change.ts';
import type { DeployedName } from './deployed-function.ts';
import { KEY_NEEDS } from './key-needs.ts';
import type { KeyPlace } from './key-place.ts';
import { KEYS_PATH, keyProblemOf, makeRestrictedKey } from './make-restricted-key.ts';
import { textAt } from './text-at.ts';
import type { TwilioAdmin } from './twilio-admin.ts';

/** The Twilio key of a function. */
export interface FunctionKey {
  readonly function: DeployedName;
  readonly sid: string;
  /** The secret in Secret Manager that holds its value; null where it was there, or was shown. */
  readonly storedIn: string | null;
}

/** The keys that are made, and those that are there. */
export interface PlannedKeys {
  readonly changes: readonly Change[];
  /** What people should know of those that are not made. */
  readonly notes: readonly string[];
  /** Those that the variables do not name yet, also of changes that were just made. */
  readonly unnamed: () => readonly FunctionKey[];
}

/** Whose keys, and where their secrets go. */
export interface PlanTwilioKeysOptions {
  readonly admin: TwilioAdmin;
  readonly accountSid: string;
  /** First part of their names, such as `verify-dev`. */
  readonly prefix: string;
  readonly functions: readonly DeployedName[];
  /** The identifier that the variables name; undefined where they name none. */
  readonly named: (name: DeployedName) => string | undefined;
  readonly permissions: ReadonlyMap<DeployedName, readonly string[]>;
  /** Null where the function has a value already. Throws where there is no place for one. */
  readonly placeFor: (name: DeployedName) => Promise<KeyPlace | null>;
}

/** Finds the functions that have no key. Those that have one keep it: `rotate twilio` replaces it. */
export async function planTwilioKeys(options: PlanTwilioKeysOptions): Promise<PlannedKeys> {
  const [changes, notes, unnamed]: [Change[], string[], FunctionKey[]] = [[], [], []];
  const open = options.functions.filter((name) => options.named(name) === undefined);
  for (const name of options.functions)
    if (!open.includes(name)) notes.push(`${name} has the key ${options.named(name) ?? ''}, which stays.`);
  const there =
    open.length === 0 ? new Map<string, string>() : await keysByName(options, open[0] ?? 'gateway');
  for (const name of open) {
    const title = `${options.prefix}-${name}`;
    const sid = there.get(title);
    if (sid !== undefined) {
      notes.push(
        `There is a key ${title} at Twilio already. Is its secret lost? Delete it there and run this again.`,
      );
      unnamed.push({ function: name, sid, storedIn: null });
      continue;
    }
    const place = await options.placeFor(name);
    if (place === null)
      notes.push(
        `${name} has a secret already: npx verify-gateway rotate twilio --function ${name} replaces it.`,
      );
    else changes.push(planKey(name, title, place, { ...options, made: (key) => void unnamed.push(key) }));
  }
  return { changes, notes, unnamed: () => unnamed };
}

async function keysByName(
  { admin, accountSid, permissions }: PlanTwilioKeysOptions,
  owner: DeployedName,
): Promise<ReadonlyMap<string, string>> {
  try {
    const keys = await admin.list(`${KEYS_PATH}?AccountSid=${accountSid}`, 'keys');
    return new Map(keys.map((key) => [textAt(key, 'friendly_name'), textAt(key, 'sid')]));
  } catch (error) {
    throw keyProblemOf(error, owner, permissionsOf(owner, permissions));
  }
}

function planKey(
  owner: DeployedName,
  name: string,
  place: KeyPlace,
  options: PlanTwilioKeysOptions & { readonly made: (key: FunctionKey) => void },
): Change {
  const permissions = permissionsOf(owner, options.permissions);
  const apply = async (): Promise<void> => {
    const { admin, accountSid } = options;
    const key = await makeRestrictedKey(admin, { accountSid, name, owner, permissions });
    await place.put(key);
    options.made({ function: owner, sid: key.sid, storedIn: place.id });
  };
  const where = place.id === null ? 'its secret is shown here, once' : `its secret goes into ${place.id}`;
  return {
    what: `new restricted Twilio key ${name}`,
    lines: [...permissions.map((one) => `may ${one}`), where],
    apply,
  };
}

function permissionsOf(
  name: DeployedName,
  given: ReadonlyMap<DeployedName, readonly string[]>,
): readonly string[] {
  return given.get(name) ?? KEY_NEEDS[name].permissions;
}
