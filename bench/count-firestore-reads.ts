import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands between a function and the emulator, and counts what Google would charge for. */
export interface FirestoreReads {
  /** Host and port, in place of the emulator's. */
  readonly host: string;
  /** Documents that were read so far; one that is absent is charged as well. */
  documents(): number;
  /** From now on each answer is held back so long, in milliseconds. */
  delay(ms: number): void;
  close(): void;
}

/** Starts it on loopback. REST only, which is what the product uses. */
export async function countFirestoreReads(emulatorHost: string): Promise<FirestoreReads> {
  let documents = 0;
  let delayMs = 0;
  const ask = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`http://${emulatorHost}${path}`, {
      headers: { authorization: 'Bearer owner' },
    });
    const text = await response.text();
    const answer = JSON.parse(text) as { documents?: readonly unknown[] };
    documents += answer.documents?.length ?? 1;
    await sleep(delayMs);
    return { status: response.status, text };
  };
  const server = createServer((request, response) => {
    ask(request.url ?? '/').then(
      ({ status, text }) => response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: `127.0.0.1:${address.port}`,
    documents: () => documents,
    delay: (ms) => {
      delayMs = ms;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
