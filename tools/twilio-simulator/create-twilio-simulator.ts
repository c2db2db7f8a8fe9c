import { createServer } from 'node:http';
import { createConcurrency } from './concurrency.ts';
import { CONTROL_PATH, serveControl } from './control.ts';
import { createCredentialCheck } from './credentials.ts';
import { createFaults, type InjectedFault } from './faults.ts';
import type { Operation } from './operation.ts';
import { createSeenCalls, type SeenCall } from './seen-call.ts';
import { serveTwilio } from './serve-twilio.ts';
import { SIMULATOR_DEFAULTS, type Settings, type TwilioSimulatorOptions } from './settings.ts';
import type { Delivered } from './verifications.ts';
import { createWaiting } from './waiting.ts';
import { createWorld } from './world.ts';

/** A stand-in for Twilio Lookup v2 and Verify v2, with a memory. */
export interface TwilioSimulator {
  /**
   * Begins to answer.
   *
   * @param port - default: a free one
   * @param host - default 127.0.0.1
   * @returns its address, such as `http://127.0.0.1:4010`
   * @throws Error when the port is taken
   */
  listen(port?: number, host?: string): Promise<string>;
  /** Cuts all connections and stops. */
  close(): Promise<void>;
  /** The calls that came, oldest first; always the same array. */
  readonly seen: readonly SeenCall[];
  /** The messages and calls that reached somebody, oldest first; always the same array. */
  readonly delivered: readonly Delivered[];
  /** Makes the next calls of one kind go wrong. */
  inject(fault: InjectedFault): void;
  /** Puts the time at Twilio forward: verifications expire, windows of rate limits end. */
  advanceClock(ms: number): void;
  /** Changes settings on the way; limits made over the API stay unless `rateLimits` is named. */
  change(settings: Partial<Settings>): void;
  /** The most calls of one kind that were ever under way at once. */
  maximumConcurrency(operation: Operation): number;
  /** Back to how it was made; answers that are not due yet are dropped. */
  reset(): void;
}

const GREETING =
  'Twilio simulator: stands in for Lookup v2 and Verify v2, sends nothing. See GET /simulator/messages.\n';
// Longer than any client keeps an idle connection: the client closes it, as with Twilio.
const KEEP_ALIVE_MS = 120_000;

/** Makes a simulator; it answers once it listens. */
export function createTwilioSimulator(options: TwilioSimulatorOptions = {}): TwilioSimulator {
  const world = createWorld(options);
  const seen = createSeenCalls(options.remembered ?? SIMULATOR_DEFAULTS.remembered);
  const faults = createFaults();
  const concurrency = createConcurrency();
  const waiting = createWaiting();
  const checkCredential = createCredentialCheck(
    options.apiKeys ?? [SIMULATOR_DEFAULTS.apiKey],
    world.madeKey,
  );
  const reset = (): void => {
    for (const memory of [world, seen, faults, concurrency, waiting]) memory.clear();
  };
  const inject = (fault: InjectedFault): void => faults.inject(fault);
  const serveContext = { world, checkCredential, faults, seen, concurrency, waiting };
  const controlContext = { world, seen: seen.entries, inject, dropFaults: () => faults.clear(), reset };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    const { url = '/' } = incoming;
    if (url === '/') {
      outgoing.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(GREETING);
      return;
    }
    // A mistake in the simulator must be loud: nothing catches it.
    void (url.startsWith(CONTROL_PATH)
      ? serveControl(controlContext, incoming, outgoing)
      : serveTwilio(serveContext, incoming, outgoing));
  });

  return {
    listen: (port = 0, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve(addressOf(server.address()));
        });
      }),
    close: () =>
      new Promise((resolve) => {
        waiting.clear();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    seen: seen.entries,
    delivered: world.delivered.entries,
    inject,
    advanceClock: (ms) => world.clock.advance(ms),
    change: (settings) => world.change(settings),
    maximumConcurrency: (operation) => concurrency.maximum(operation),
    reset,
  };
}

function addressOf(address: ReturnType<ReturnType<typeof createServer>['address']>): string {
  if (address === null || typeof address === 'string') throw new Error('the simulator has no port');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
