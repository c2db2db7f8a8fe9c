/**
 * A program: Firestore in memory, without Java. REST on `PORT` (default: a free one), gRPC behind it on a free port.
 * Prints one line of JSON with its address when it answers.
 */
import { createServer } from 'node:http';
import process from 'node:process';
import { FirestoreServer } from '@firestore-emulator/server';
import { Firestore } from '@google-cloud/firestore';
import { createFirestoreRest } from './firestore-rest.ts';
import { findFreePort } from './find-free-port.ts';

const START_ATTEMPTS = 3;

async function startGrpc(attempt = 1): Promise<number> {
  const port = await findFreePort();
  try {
    await new FirestoreServer().start(port);
    return port;
  } catch (error) {
    // Another process may have taken the port in between.
    if (attempt === START_ATTEMPTS) throw error;
    return startGrpc(attempt + 1);
  }
}

const grpcPort = await startGrpc();
// The client asks for no credential when it finds this.
process.env['FIRESTORE_EMULATOR_HOST'] = `127.0.0.1:${grpcPort}`;

const databases = new Map<string, Firestore>();
const databaseOf = (projectId: string, databaseId: string): Firestore => {
  const key = `${projectId}/${databaseId}`;
  const database = databases.get(key) ?? new Firestore({ projectId, databaseId });
  databases.set(key, database);
  return database;
};

const answer = createFirestoreRest(databaseOf);
const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
server.listen(Number(process.env['PORT'] ?? '0'), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(
    `${JSON.stringify({ event: 'firestore.started', host: `127.0.0.1:${port ?? ''}` })}\n`,
  );
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
