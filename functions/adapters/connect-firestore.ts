import { createFirestoreDocuments, type FirestoreDocuments } from './firestore-documents.ts';
import { createGoogleAccessToken } from './google-access-token.ts';
import { createHttpClient } from './http-client.ts';
import { readRulesAhead } from './read-rules-ahead.ts';

/** Which database holds the rules. */
export interface FirestoreConnection {
  readonly project: string;
  readonly firestore: { readonly database: string; readonly emulatorHost: string | undefined };
}

/** Connects to the database of the rules, and begins to read them. */
export function connectFirestore({ project, firestore }: FirestoreConnection): FirestoreDocuments {
  const httpClient = createHttpClient({ maxSockets: 4 });
  const documents = createFirestoreDocuments({
    httpClient,
    project,
    database: firestore.database,
    emulatorHost: firestore.emulatorHost,
    accessToken: createGoogleAccessToken({ httpClient }),
  });
  return readRulesAhead(documents);
}
