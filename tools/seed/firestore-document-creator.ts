import { Firestore } from '@google-cloud/firestore';
import type { DocumentCreator } from './seed-database.ts';

/** Which database. */
export interface FirestoreTarget {
  readonly project: string;
  readonly database: string;
}

const ALREADY_THERE = 6;

/**
 * Opens a database with the credentials of the person, or the emulator that `FIRESTORE_EMULATOR_HOST` names.
 *
 * @returns the creator, and how to end the connection
 */
export function createFirestoreDocumentCreator({
  project,
  database,
}: FirestoreTarget): DocumentCreator & { close(): Promise<void> } {
  const firestore = new Firestore({ projectId: project, databaseId: database });
  return {
    has: async (path) => (await firestore.doc(path).get()).exists,
    create: async (path, fields) => {
      try {
        await firestore.doc(path).create({ ...fields });
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === ALREADY_THERE) return false;
        throw error;
      }
    },
    close: () => firestore.terminate(),
  };
}
