import { createServer } from 'node:net';

/**
 * Finds a port of this machine's loopback address that nothing listens on.
 *
 * Another process may take it before the caller does: whoever needs to be sure tries again.
 */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
