import process from 'node:process';
import {
  findEmulatorFiles,
  startGoogleFirestoreEmulator,
} from '../../tools/local-stack/google-firestore-emulator.ts';
import { saySkipped } from './say-skipped.ts';

/** One database of an emulator. */
export interface EmulatorDatabase {
  /** Removes every document. */
  reset(): Promise<void>;
  /** Writes a document: text, numbers, booleans, null, `Date`, arrays, maps, or `raw(…)` for anything else. */
  put(path: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Google's Firestore emulator, with the database `(default)` of one project at hand. */
export interface FirestoreEmulator extends EmulatorDatabase {
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`. */
  readonly host: string;
  /** To be stopped and continued by signals, which makes a Firestore that hangs. */
  readonly pid: number;
  readonly project: string;
  /** Another database; there is no need to create it. */
  database(name: string): EmulatorDatabase;
  stop(): Promise<void>;
}

/** A value exactly as Firestore's REST interface writes it, such as `{ geoPointValue: … }`. */
export function raw(value: Readonly<Record<string, unknown>>): RawValue {
  return new RawValue(value);
}

class RawValue {
  readonly value: Readonly<Record<string, unknown>>;

  constructor(value: Readonly<Record<string, unknown>>) {
    this.value = value;
  }
}

/**
 * Starts the emulator, once per test file: `const emulator = await startFirestoreEmulator()` at its top, `stop` in
 * `afterAll`.
 *
 * @returns null, after printing why, where this machine has no emulator or no Java
 * @throws Error for the same reason with `CI=true`, where every test must run
 */
export async function startFirestoreEmulator(project = 'demo-gateway'): Promise<FirestoreEmulator | null> {
  const files = findEmulatorFiles();
  if (typeof files === 'string') {
    if (process.env['CI'] === 'true') throw new Error(`Tests against Firestore cannot run: ${files}`);
    saySkipped(`tests against Firestore cannot run: ${files}`);
    return null;
  }
  const { host, pid, ...started } = await startGoogleFirestoreEmulator(files);
  const database = (name: string): EmulatorDatabase => {
    const documents = `projects/${project}/databases/${encodeURIComponent(name)}/documents`;
    const root = `http://${host}/v1/${documents}/`;
    return {
      reset: () => call('DELETE', `http://${host}/emulator/v1/${documents}`),
      put: (path, fields) => call('PATCH', root + encodePath(path), { fields: encodeFields(fields) }),
      remove: (path) => call('DELETE', root + encodePath(path)),
    };
  };
  return { host, pid, project, stop: () => started.stop(), database, ...database('(default)') };
}

async function call(method: string, url: string, body?: unknown): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`The Firestore emulator answered ${response.status}: ${answer}`);
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function encodeFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encodeValue(value)]));
}

function encodeValue(value: unknown): unknown {
  if (value === null) return { nullValue: null };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  }
  if (value instanceof RawValue) return value.value;
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
  if (typeof value === 'object') return { mapValue: { fields: encodeFields(value) } };
  throw new TypeError(`Firestore has no ${typeof value}`);
}
