import process from 'node:process';
import { createFirestoreDocumentCreator } from './seed/firestore-document-creator.ts';
import { seedDatabase } from './seed/seed-database.ts';

/** Seeds the database that the gateway of this environment reads: the emulator's, as a rule. */
const documents = createFirestoreDocumentCreator({
  project: process.env['GOOGLE_CLOUD_PROJECT'] ?? 'demo-gateway',
  database: process.env['FIRESTORE_DATABASE'] ?? '(default)',
});
try {
  await seedDatabase({ documents, say: (text) => console.log(text) });
} finally {
  await documents.close();
}
