import { variableIn } from '../local-stack/variable-in.ts';

/** The database that an environment names, by `DATABASE` or else `FIRESTORE_DATABASE`; undefined for none. */
export function namedDatabase(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return variableIn(env, 'DATABASE') ?? variableIn(env, 'FIRESTORE_DATABASE');
}
