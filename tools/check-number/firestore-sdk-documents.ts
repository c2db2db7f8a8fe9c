import { Firestore, Timestamp, type QueryDocumentSnapshot } from '@google-cloud/firestore';
import {
  FirestoreFailure,
  MAX_DOCUMENTS,
  type FirestoreDocument,
  type FirestoreDocuments,
} from '../../functions/adapters/firestore-documents.ts';
import { UNSUPPORTED_VALUE } from '../../functions/adapters/firestore-value.ts';
import { whileProgressing, type ProgressLimits } from '../../functions/adapters/while-progressing.ts';
import { TimeLimitPassed } from '../../functions/adapters/within-time.ts';

/** Which database. */
export interface FirestoreSdkOptions {
  readonly project: string;
  readonly database: string;
  /** A list ends with so many; default as the gateway's own. */
  readonly maxDocuments?: number;
}

/** A reader of documents that must be closed. */
export interface FirestoreSdkDocuments extends FirestoreDocuments {
  /**
   * Ends the connection, unless a read that took too long is still under way: ended within one, Firestore's client
   * rejects where nobody can catch it. It then ends with the process.
   */
  close(): Promise<void>;
}

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const REASONS: ReadonlyMap<unknown, string> = new Map([
  [5, 'there is no such database: DATABASE names it'],
  [7, 'permission denied'],
  [16, 'not signed in: run gcloud auth application-default login'],
]);

/**
 * Reads documents with the credentials of the person (`gcloud auth application-default login`), or those of the emulator
 * that `FIRESTORE_EMULATOR_HOST` names, and gives them exactly as the gateway's own reader does.
 */
export function createFirestoreSdkDocuments({
  project,
  database,
  maxDocuments = MAX_DOCUMENTS,
}: FirestoreSdkOptions): FirestoreSdkDocuments {
  const firestore = new Firestore({ projectId: project, databaseId: database });
  let underWay = 0;

  const count = async <T>(reading: Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await reading;
    } finally {
      underWay -= 1;
    }
  };
  const read = async <T>(
    what: string,
    limits: ProgressLimits,
    ask: (onProgress: () => void) => Promise<T>,
  ): Promise<T> => {
    try {
      return await whileProgressing((onProgress) => count(ask(onProgress)), limits);
    } catch (cause) {
      throw new FirestoreFailure(`${what}: ${reasonOf(cause)}`, { cause });
    }
  };

  return {
    maxDocuments,
    list: (collection, timeoutMs, progress) => {
      const limits = { silenceMs: progress?.silenceMs ?? timeoutMs, totalMs: timeoutMs };
      return read(collection, limits, async (onProgress) => {
        const stream = firestore.collection(collection).limit(maxDocuments).stream();
        return collect(stream as AsyncIterable<QueryDocumentSnapshot>, () => {
          onProgress();
          progress?.onProgress?.();
        });
      });
    },
    get: (path, timeoutMs) =>
      read(path, { silenceMs: timeoutMs, totalMs: timeoutMs }, async () => {
        const document = await firestore.doc(path).get();
        const fields = document.data();
        return fields === undefined ? null : { id: document.id, fields: plainFields(fields) };
      }),
    close: async () => {
      if (underWay === 0) await firestore.terminate();
    },
  };
}

async function collect(
  snapshots: AsyncIterable<QueryDocumentSnapshot>,
  onProgress: () => void,
): Promise<FirestoreDocument[]> {
  const documents: FirestoreDocument[] = [];
  for await (const snapshot of snapshots) {
    documents.push({ id: snapshot.id, fields: plainFields(snapshot.data()) });
    onProgress();
  }
  return documents;
}

function reasonOf(error: unknown): string {
  if (error instanceof TimeLimitPassed) return 'timeout';
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return REASONS.get(code) ?? 'no answer';
}

function plainFields(fields: object): Record<string, unknown> {
  // fromEntries defines members, so that a field called __proto__ is a member like any other.
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNSUPPORTED_VALUE;
  if (value instanceof Timestamp) return value.toDate();
  if (Array.isArray(value)) return value.map(plainValue);
  return isMap(value) ? plainFields(value) : UNSUPPORTED_VALUE;
}

/** Bytes, references, places and vectors have classes of their own. */
function isMap(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
