import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard, type Guard, type GuardOptions } from '../../functions/http/guard.ts';
import { takeOverServer } from '../../functions/http/server.ts';
import { watchProcessListeners } from './process-listeners.ts';
import { recordLog, type RecordedLog } from './recorded-log.ts';
import { turns } from './turns.ts';

/** A listening server behind a guard. */
export interface GuardedServer extends RecordedLog {
  readonly port: number;
  readonly guard: Guard;
  readonly server: Server;
  /** Requests that came through to the listener that the guard has replaced: there must be none. */
  readonly unguarded: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts a server as the framework does, after it was told that it will be taken over. */
export async function startGuardedServer(
  options: Pick<GuardOptions, 'handler'> & Partial<GuardOptions>,
): Promise<GuardedServer> {
  const listeners = watchProcessListeners();
  const recorded = recordLog();
  const guard = createGuard({
    maxBodyBytes: 1000,
    bodyTimeoutMs: 10_000,
    maxInFlight: 10,
    log: recorded.log,
    ...options,
  });
  const stopWaiting = takeOverServer({ guard, log: recorded.log });
  let unguarded = 0;
  const server = createServer((_request, response) => {
    unguarded += 1;
    response.end('unguarded');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await turns();
  return {
    ...recorded,
    port: (server.address() as AddressInfo).port,
    guard,
    server,
    unguarded: () => unguarded,
    stop: async () => {
      stopWaiting();
      listeners.restore();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
