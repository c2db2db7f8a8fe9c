import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InjectedFault } from './faults.ts';
import { parseFault, parseSettings, parseAdvance, type Parsed } from './control-body.ts';
import { readBody } from './read-body.ts';
import type { Reply } from './reply.ts';
import type { SeenCall } from './seen-call.ts';
import type { World } from './world.ts';
import { writeReply } from './write-reply.ts';

/** What the control routes reach. */
export interface ControlContext {
  readonly world: World;
  readonly seen: readonly SeenCall[];
  inject(fault: InjectedFault): void;
  dropFaults(): void;
  reset(): void;
}

/** The path that all control routes begin with. */
export const CONTROL_PATH = '/simulator/';

const MAX_BODY_BYTES = 1_048_576;

/**
 * Answers what people and tests ask of the simulator itself: JSON, no credential, from this machine only.
 *
 * | route | does |
 * |---|---|
 * | `GET /simulator/messages?to=&last=` | what was delivered, with its code, newest last |
 * | `GET /simulator/calls?to=&operation=&last=` | what Twilio was asked |
 * | `GET /simulator/verifications?to=&last=` | verifications with their state |
 * | `GET /simulator/settings` | the settings |
 * | `PUT /simulator/settings` | changes some: `resend`, `latencyMs`, `rateLimits`, `numbers`, `channels`, `customCodeEnabled`, `lookupEnabled` |
 * | `POST /simulator/clock` | `{"advanceMs":600000}` puts the time forward |
 * | `POST /simulator/faults` | `{"operation":"verification.create","times":1,"status":503}` |
 * | `DELETE /simulator/faults` | drops the faults that still wait |
 * | `POST /simulator/reset` | back to the start |
 */
export async function serveControl(
  context: ControlContext,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming, MAX_BODY_BYTES);
  const url = new URL(incoming.url ?? '/', 'http://simulator');
  const isLocal = isLoopback(incoming.socket.remoteAddress ?? '');
  const route = `${incoming.method ?? ''} ${url.pathname.slice(CONTROL_PATH.length)}`;
  const reply = isLocal
    ? answer(context, route, url.searchParams, body ?? '')
    : failure(403, 'loopback only');
  writeReply({ incoming, outgoing }, reply);
}

function answer(context: ControlContext, route: string, query: URLSearchParams, body: string): Reply {
  const { world } = context;
  switch (route) {
    case 'GET messages':
      return success({ messages: matching(world.delivered.entries, query, ['to']) });
    case 'GET calls':
      return success({ calls: matching(context.seen, query, ['to', 'operation']) });
    case 'GET verifications':
      return success({ verifications: matching(world.verifications.map(withoutAttempts), query, ['to']) });
    case 'GET settings':
      return success(settingsAnswer(world));
    case 'PUT settings':
      return withBody(parseSettings(body), (changes) => {
        world.change(changes);
        return settingsAnswer(world);
      });
    case 'POST clock':
      return withBody(parseAdvance(body), (ms) => {
        world.clock.advance(ms);
        return { now: new Date(world.clock.nowMs()) };
      });
    case 'POST faults':
      return withBody(parseFault(body), (fault) => {
        context.inject(fault);
        return {};
      });
    case 'DELETE faults':
      context.dropFaults();
      return success({});
    case 'POST reset':
      context.reset();
      return success({});
    default:
      return failure(404, 'no such route');
  }
}

function withBody<T>(parsed: Parsed<T>, act: (value: T) => unknown): Reply {
  return 'problem' in parsed ? failure(400, parsed.problem) : success(act(parsed.value));
}

function success(body: unknown): Reply {
  return { status: 200, body };
}

function failure(status: number, problem: string): Reply {
  return { status, body: { problem } };
}

function matching<T extends object>(
  entries: readonly T[],
  query: URLSearchParams,
  names: readonly (keyof T & string)[],
): readonly T[] {
  const asked = names.filter((name) => query.has(name));
  const found = entries.filter((entry) => asked.every((name) => entry[name] === query.get(name)));
  const last = Number(query.get('last') ?? Infinity);
  return last >= 0 && last < found.length ? found.slice(found.length - last) : found;
}

function withoutAttempts({ attempts, ...verification }: World['verifications'][number]) {
  return { ...verification, sendAttempts: attempts.length };
}

function settingsAnswer({ settings }: World): unknown {
  const current = settings();
  return {
    ...current,
    numbers: Object.fromEntries(current.numbers),
    channels: [...current.channels],
  };
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
