import {
  createEmulatorDocuments,
  type EmulatorDatabase,
  type RawFields,
} from '../local-stack/emulator-documents.ts';

/** What operators edit, in the database itself: not over the wire that a scenario may cut. */
export interface OperatorDocuments {
  /** The fields of each document of `blocklist`, by id. */
  rules(): Promise<ReadonlyMap<string, RawFields>>;
  /** Null where there is no such document. */
  settings(): Promise<RawFields | null>;
  /** Writes a rule whole; null deletes it. */
  writeRule(id: string, fields: RawFields | null): Promise<void>;
  /** Writes the settings whole; null deletes them. */
  writeSettings(fields: RawFields | null): Promise<void>;
}

/** Opens the documents; nothing is asked yet. Every call throws StackProblem when Firestore does not answer as it should. */
export function createOperatorDocuments(database: EmulatorDatabase): OperatorDocuments {
  const documents = createEmulatorDocuments(database);
  const write = (collection: string, id: string, fields: RawFields | null): Promise<void> =>
    fields === null ? documents.remove(collection, id) : documents.put(collection, id, fields);
  return {
    rules: () => documents.list('blocklist'),
    settings: () => documents.get('settings', 'gateway'),
    writeRule: (id, fields) => write('blocklist', id, fields),
    writeSettings: (fields) => write('settings', 'gateway', fields),
  };
}
