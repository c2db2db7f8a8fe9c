import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { createLiveStream } from '../../../../tools/playground/live-stream.ts';

const MEGABYTE = 1_000_000;
const live = createLiveStream(() => undefined);
const server = createServer((_incoming, outgoing) => live.add(outgoing));
await once(server.listen(0, '127.0.0.1'), 'listening');

afterEach(() => {
  live.stop();
  server.closeAllConnections();
  server.close();
});

it('lets go of a page that does not read, instead of keeping all that it has missed', async () => {
  let added: ServerResponse | undefined;
  server.once('request', (_incoming, outgoing: ServerResponse) => {
    added = outgoing;
  });
  const { port } = server.address() as AddressInfo;
  const asked = get({ host: '127.0.0.1', port }).on('error', () => undefined);
  const [page] = (await once(asked, 'response')) as [IncomingMessage];
  page.on('error', () => undefined).pause();
  expect(live.isWatched()).toBe(true);

  for (let told = 0; told < 40; told += 1) {
    const title = `${told}${'x'.repeat(MEGABYTE)}`;
    live.tell('scenario', { id: 'long', title, state: 'running', steps: [] });
  }

  expect(added?.destroyed).toBe(true);
  expect(added?.writableLength).toBeLessThan(20 * MEGABYTE);
});
