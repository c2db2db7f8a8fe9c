import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { createDrain, type Drain } from './drain.ts';
import type { Guard } from './guard.ts';
import type { Log } from './log.ts';

/** What `takeOverServer` puts in place of what the framework has put there. */
export interface ServerOptions {
  readonly guard: Guard;
  readonly log: Log;
  /** How long running requests may take after SIGTERM, in milliseconds; default 8500: all must be over in 9 s, and Cloud Run kills after 10. */
  readonly drainMs?: number;
}

const LISTEN_STARTS = 'tracing:net.server.listen:asyncStart';
const LISTENS = 'tracing:net.server.listen:asyncEnd';
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
// Longer than the front end keeps a connection idle, so that it is never we who close one that it is about to use.
const KEEP_ALIVE_TIMEOUT_MS = 620_000;

const PROCESS_EVENTS = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection', 'exit'] as const;
type ProcessEvent = (typeof PROCESS_EVENTS)[number];
type Listeners = ReadonlyMap<ProcessEvent, ReadonlySet<unknown>>;

/**
 * Puts the guard in place of the request listener of the next HTTP server that listens in this process, and our drain
 * in place of the handlers for signals and crashes that its owner installs once it listens.
 *
 * The Functions Framework would parse, inflate and print a body before our code runs, and ends at SIGTERM with
 * requests in flight. It is told of no hook to change that; Node is: both events come from its own diagnostics
 * channels, so nothing is patched. The server is changed before it accepts its first connection.
 *
 * @returns ends the wait, where no server has listened yet
 * @see https://nodejs.org/api/diagnostics_channel.html#built-in-channels
 */
export function takeOverServer({ guard, log, drainMs = 8500 }: ServerOptions): () => void {
  let before: Listeners = new Map();
  let drain: Drain | null = null;

  const starts = (message: unknown): void => {
    const server = serverOf(message);
    if (server === null || drain !== null) return;
    before = processListeners();
    drain = createDrain({ server, guard, log, drainMs });
    putGuardIn(server, guard);
  };
  const listens = (): void => {
    if (drain === null) return;
    stopWaiting();
    const installed = drain;
    // The framework installs its handlers in the callback of listen(), which runs after this event.
    setImmediate(() => {
      removeListenersSince(before);
      installed.install();
    });
  };
  const stopWaiting = (): void => {
    unsubscribe(LISTEN_STARTS, starts);
    unsubscribe(LISTENS, listens);
  };

  subscribe(LISTEN_STARTS, starts);
  subscribe(LISTENS, listens);
  return stopWaiting;
}

function serverOf(message: unknown): Server | null {
  const server =
    typeof message === 'object' && message !== null && 'server' in message ? message.server : null;
  // Not instanceof: what has requests is what is meant, and only HTTP servers have this limit.
  return typeof server === 'object' && server !== null && 'headersTimeout' in server
    ? (server as Server)
    : null;
}

function putGuardIn(server: Server, guard: Guard): void {
  server.removeAllListeners('request');
  server.on('request', guard.serve);
  server.on('checkContinue', guard.serveExpectant);
  server.on('checkExpectation', guard.serve);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
}

function processListeners(): Listeners {
  return new Map(PROCESS_EVENTS.map((event) => [event, new Set<unknown>(process.rawListeners(event))]));
}

function removeListenersSince(before: Listeners): void {
  for (const event of PROCESS_EVENTS) {
    for (const listener of process.rawListeners(event)) {
      if (before.get(event)?.has(listener) === true) continue;
      process.removeListener(event, listener as (...args: unknown[]) => void);
    }
  }
}
