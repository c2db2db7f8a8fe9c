import type { Server } from 'node:http';
import { describeError } from './describe-error.ts';
import type { Guard } from './guard.ts';
import type { Log } from './log.ts';

/** The end of an instance. */
export interface Drain {
  /** Listens for SIGTERM, SIGINT and for errors that nobody caught. */
  install(): void;
}

/** What is drained, and how long that may take. */
export interface DrainOptions {
  readonly server: Server;
  readonly guard: Guard;
  readonly log: Log;
  /** In milliseconds. */
  readonly drainMs: number;
  /** Ends the process; default `process.exit`. */
  readonly exit?: (code: number) => void;
}

const POLL_MS = 10;

/**
 * Creates the drain: no new connections, no new requests, running ones are answered, then the process ends with 0.
 *
 * An error that nobody caught leaves the process in a state that nobody knows: it is logged, what runs is answered,
 * and the process ends with 1, so that a new instance takes its place.
 */
export function createDrain(options: DrainOptions): Drain {
  const { server, guard, log, drainMs, exit = (code: number) => process.exit(code) } = options;
  let isDraining = false;

  const drain = (exitCode: number): void => {
    if (isDraining) return;
    isDraining = true;
    guard.drain();
    server.close();
    server.closeIdleConnections();
    const endsAtMs = performance.now() + drainMs;
    const poll = setInterval(() => {
      if (guard.running() > 0 && performance.now() < endsAtMs) return;
      clearInterval(poll);
      exit(exitCode);
    }, POLL_MS);
  };
  const stop = (): void => {
    log('INFO', 'instance.draining', 'The instance ends: running requests are answered', {
      counts: { running: guard.running() },
    });
    drain(0);
  };
  const crash = (error: unknown): void => {
    log('CRITICAL', 'instance.draining', 'An error that nobody caught ends the instance', {
      code: 'internal',
      error: describeError(error),
    });
    drain(1);
  };

  return {
    install: () => {
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
      process.on('uncaughtException', crash);
      process.on('unhandledRejection', crash);
    },
  };
}
