import { randomInt } from 'node:crypto';
import { isPortFree } from './is-port-free.ts';

// Below the ports that systems give to outgoing connections (Linux from 32768, macOS and Windows from 49152): one of those
// that is free now may be somebody's the next moment.
const LEAST_PORT = 12_000;
const MOST_PORT = 32_000;
const MAX_ATTEMPTS = 50;

/**
 * Finds a port of this machine's loopback address that nothing listens on.
 *
 * Another process may take it before the caller does: whoever needs to be sure tries again.
 *
 * @param offsets - distances to further ports that must be free as well, at most 1000; default: none
 */
export async function findFreePort(offsets: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const port = randomInt(LEAST_PORT, MOST_PORT - 1000);
    const isFree = await Promise.all([0, ...offsets].map((offset) => isPortFree(port + offset)));
    if (isFree.every(Boolean)) return port;
  }
  throw new Error('no free port');
}
