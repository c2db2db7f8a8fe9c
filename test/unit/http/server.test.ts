import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answerSuccess } from '../../../functions/http/answer.ts';
import { createGuard } from '../../../functions/http/guard.ts';
import { takeOverServer } from '../../../functions/http/server.ts';
import { watchProcessListeners, type ProcessListeners } from '../../support/process-listeners.ts';
import { recordLog } from '../../support/recorded-log.ts';
import { turns } from '../../support/turns.ts';
import { send } from '../../support/wire.ts';

const SIGNALS_AND_CRASHES = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection'] as const;

let listeners: ProcessListeners;
const ends: (() => unknown)[] = [];

beforeEach(() => {
  listeners = watchProcessListeners();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  listeners.restore();
});

function takeOver(): () => void {
  const { log } = recordLog();
  const guard = createGuard({
    handler: () => Promise.resolve(() => Promise.resolve(answerSuccess('sent', 'id'))),
    maxBodyBytes: 10,
    bodyTimeoutMs: 1000,
    maxInFlight: 1,
    log,
  });
  const stop = takeOverServer({ guard, log });
  ends.push(stop);
  return stop;
}

async function listen(server: Server | NetServer, then: () => void = () => undefined): Promise<number> {
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  server.listen(0, '127.0.0.1', then);
  await once(server, 'listening');
  await turns();
  return (server.address() as AddressInfo).port;
}

/** A server whose owner says so. */
function anOwnServer(): Server {
  return createServer((_request, response) => response.end('own'));
}

describe('takeOverServer', () => {
  it('puts the guard in place of the listener of the next server', async () => {
    takeOver();
    const port = await listen(anOwnServer());

    await expect(send(port, { body: 'x' })).resolves.toMatchObject({
      text: '{"code":"sent","requestId":"id"}',
    });
    await expect(send(port, { method: 'GET', path: '/health' })).resolves.toMatchObject({ text: 'ok' });
  });

  it('takes over one server, and no other after it', async () => {
    takeOver();
    await listen(anOwnServer());
    const port = await listen(anOwnServer());

    await expect(send(port, { body: 'x' })).resolves.toMatchObject({ text: 'own' });
  });

  it('takes over the first of two servers that start together', async () => {
    takeOver();
    const ports = await Promise.all([listen(anOwnServer()), listen(anOwnServer())]);
    const answers = await Promise.all(ports.map((port) => send(port, { body: 'x' })));

    expect(answers.map(({ text }) => text)).toEqual(['{"code":"sent","requestId":"id"}', 'own']);
  });

  it('waits for a server that speaks HTTP', async () => {
    takeOver();
    const net = createNetServer((socket) => socket.end());
    await listen(net);

    expect(net.listenerCount('connection')).toBe(1);

    const port = await listen(anOwnServer());

    await expect(send(port, { body: 'x' })).resolves.toMatchObject({ body: { code: 'sent' } });
  });

  it('takes over nothing once the wait was ended', async () => {
    const stop = takeOver();
    stop();
    const port = await listen(anOwnServer());

    await expect(send(port, { body: 'x' })).resolves.toMatchObject({ text: 'own' });
    expect(SIGNALS_AND_CRASHES.map((event) => listeners.added(event).length)).toEqual([0, 0, 0, 0]);
  });

  it('bounds how long heads and bodies may take', async () => {
    takeOver();
    const server = anOwnServer();
    await listen(server);

    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 15_000 });
  });

  it('replaces the handlers that the owner installs once it listens, and no others', async () => {
    const before = () => undefined;
    const owners = () => undefined;
    for (const event of SIGNALS_AND_CRASHES) process.on(event, before);
    takeOver();
    const server = anOwnServer();
    await listen(server, () => {
      for (const event of [...SIGNALS_AND_CRASHES, 'exit']) process.on(event, owners);
    });
    const kept = SIGNALS_AND_CRASHES.map((event) => process.rawListeners(event));

    expect(kept.every((all) => all.includes(before) && !all.includes(owners))).toBe(true);
    expect(SIGNALS_AND_CRASHES.map((event) => listeners.added(event).length)).toEqual([2, 2, 2, 2]);
    expect(listeners.added('exit')).toEqual([]);
  });
});
