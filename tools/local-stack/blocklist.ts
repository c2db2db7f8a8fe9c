import { decodeFirestoreFields } from '../../functions/adapters/firestore-value.ts';
import { createEmulatorDocuments, type EmulatorDatabase, type RawFields } from './emulator-documents.ts';

/** A document of the collection `blocklist`. */
export interface BlocklistDocument {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The collection `blocklist` of an emulator, for people. Every call throws when Firestore does not answer as it should. */
export interface Blocklist {
  /** All documents, by id. */
  list(): Promise<readonly BlocklistDocument[]>;
  /** Adds a document unless there is one of that id: then false. */
  create(id: string, fields: TextFields): Promise<boolean>;
  /** Writes a document, whatever was there. */
  put(id: string, fields: TextFields): Promise<void>;
  /** Deletes a document; none is fine. */
  remove(id: string): Promise<void>;
}

type TextFields = Readonly<Record<string, string>>;

const COLLECTION = 'blocklist';

/** Opens the collection; nothing is asked yet. */
export function createBlocklist(database: EmulatorDatabase): Blocklist {
  const documents = createEmulatorDocuments(database);
  return {
    list: async () => {
      const found = await documents.list(COLLECTION);
      return [...found].map(([id, fields]) => ({ id, fields: decodeFirestoreFields(fields) }));
    },
    create: (id, fields) => documents.create(COLLECTION, id, encode(fields)),
    put: (id, fields) => documents.put(COLLECTION, id, encode(fields)),
    remove: (id) => documents.remove(COLLECTION, id),
  };
}

function encode(fields: TextFields): RawFields {
  return Object.fromEntries(Object.entries(fields).map(([name, stringValue]) => [name, { stringValue }]));
}
