import type { IncomingMessage } from 'node:http';

/**
 * Reads the whole body of a request.
 *
 * @param maxBytes - what it may measure
 * @returns null when it is longer, or when the client went away
 */
export function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
    });
    incoming.once('end', () => resolve(length > maxBytes ? null : Buffer.concat(chunks).toString('utf8')));
    // Settles a request that breaks off; after `end` it changes nothing.
    incoming.once('close', () => resolve(null));
  });
}
