import {
  findEmulatorFiles,
  startGoogleFirestoreEmulator,
  type GoogleFirestoreEmulator,
} from '../tools/local-stack/google-firestore-emulator.ts';
import { PROJECT } from './variant.ts';

/** How many rules the database holds. */
export const RULES = 200;
/** A rule of the database: nothing is sent to this country. */
export const BLOCKED_COUNTRY = 'UZ';
/** A rule of the database: nothing is sent to numbers that start like this. */
export const BLOCKED_PREFIX = '+441632960';

const FIRST_MCC = 700;
const PER_MCC = 10;

/**
 * Starts Google's emulator and writes the rules: networks, none of which serves the numbers of the load.
 *
 * @throws Error when there is no emulator, or it does not take them
 */
export async function startFirestore(): Promise<GoogleFirestoreEmulator> {
  const files = findEmulatorFiles();
  if (typeof files === 'string') throw new Error(files);
  const emulator = await startGoogleFirestoreEmulator(files);
  const networks = Array.from({ length: RULES - 2 }, (_value, index) => {
    const mcc = String(FIRST_MCC + Math.floor(index / PER_MCC));
    const mnc = String(index % PER_MCC).padStart(2, '0');
    return [`${mcc}-${mnc}`, { mcc, mnc, reason: 'one of many' }] as const;
  });
  await writeRules(emulator, [
    ...networks,
    [BLOCKED_COUNTRY, { reason: 'a country' }],
    [BLOCKED_PREFIX, { reason: 'a prefix' }],
  ]);
  return emulator;
}

/** Writes rules, each by its id with fields that are text. */
async function writeRules(
  { host }: { readonly host: string },
  rules: readonly (readonly [string, Readonly<Record<string, string>>])[],
): Promise<void> {
  const documents = `projects/${PROJECT}/databases/(default)/documents`;
  const writes = rules.map(([id, fields]) => ({
    update: {
      name: `${documents}/blocklist/${id}`,
      fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, { stringValue: text }])),
    },
  }));
  const response = await fetch(`http://${host}/v1/${documents}:commit`, {
    method: 'POST',
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    body: JSON.stringify({ writes }),
  });
  if (!response.ok) throw new Error(`the emulator did not take the rules: ${response.status}`);
}
