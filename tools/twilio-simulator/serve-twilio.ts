import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Concurrency } from './concurrency.ts';
import type { Caller } from './credentials.ts';
import { isProcessed, type Fault } from './fault.ts';
import type { Faults } from './faults.ts';
import { newSid } from './new-sid.ts';
import type { Operation } from './operation.ts';
import { readBody } from './read-body.ts';
import type { Call, Reply } from './reply.ts';
import { findRoute, type Route } from './route.ts';
import type { SeenCalls } from './seen-call.ts';
import { latencyOf } from './settings.ts';
import { spoil } from './spoil.ts';
import { bareError, notFound, twilioError } from './twilio-error.ts';
import type { Waiting } from './waiting.ts';
import type { World } from './world.ts';
import { writeReply } from './write-reply.ts';

/** What serving needs. */
export interface ServeContext {
  readonly world: World;
  readonly checkCredential: (authorization: string | undefined, operation: Operation) => Caller;
  readonly faults: Faults;
  readonly seen: SeenCalls;
  readonly concurrency: Concurrency;
  readonly waiting: Waiting;
}

const MAX_BODY_BYTES = 1_048_576;

/** Answers one call to Twilio. The work is done when the answer is due, also when the client has gone by then. */
export async function serveTwilio(
  context: ServeContext,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = '', url = '/', headers } = incoming;
  const [path = '/', query = ''] = splitAt(url, '?');
  const route = findRoute(method, path);
  const { operation } = route;
  const underWay = context.concurrency.enter(operation);
  outgoing.once('close', () => context.concurrency.leave(operation));
  const body = await readBody(incoming, MAX_BODY_BYTES);
  if (body === null) {
    writeReply({ incoming, outgoing }, bareError(413));
    return;
  }
  const params = paramsOf(incoming, query, body);
  const call: Call = { path, ids: route.ids, params, origin: `http://${headers.host ?? '127.0.0.1'}` };
  const caller = context.checkCredential(headers.authorization, operation);
  const to = (operation === 'verification.create' ? params['To'] : route.ids.at(-1)) ?? null;
  const noted = context.seen.add({
    operation,
    method,
    path,
    to,
    channel: params['Channel'] ?? null,
    params,
    apiKeySid: caller.sid,
    at: new Date(context.world.clock.nowMs()),
  });
  outgoing.once('close', noted.ended);

  const fault = caller.isAllowed ? context.faults.take(operation) : undefined;
  const respond = (): void => {
    const reply = caller.isAllowed ? answerOf(context, call, route, fault, to) : twilioError(20003);
    context.waiting.wait(reply.fault?.delayMs ?? 0, outgoing, () => {
      const isSilent = reply.manner === 'reset' || reply.manner === 'hang';
      noted.answered(isSilent ? null : reply.status, isSilent ? null : codeOf(reply.body));
      writeReply({ incoming, outgoing }, withTwilioHeaders(reply, underWay));
    });
  };
  const delayMs = latencyOf(context.world.settings(), operation) + (fault?.delayMs ?? 0);
  context.waiting.wait(delayMs, outgoing, respond);
}

function answerOf(
  { world }: ServeContext,
  call: Call,
  { operation, isMethodKnown }: Route,
  injected: Fault | undefined,
  to: string | null,
): Reply {
  if (!isMethodKnown) return twilioError(20004);
  if (operation === 'unknown') return notFound(call.path);
  const spoilContext = { to, origin: call.origin };
  const handle = (): Reply => {
    const reply = world.operations[operation](call);
    if (reply.fault === undefined) return reply;
    const honest = isProcessed(reply.fault) ? reply : null;
    return { ...spoil(honest, reply.fault, spoilContext), fault: reply.fault };
  };
  if (injected === undefined) return handle();
  return spoil(isProcessed(injected) ? handle() : null, injected, spoilContext);
}

// A body that is no form has no parameters, as at Twilio.
function paramsOf({ method, headers }: IncomingMessage, query: string, body: string): Call['params'] {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const form = isForm ? body : '';
  return Object.fromEntries(new URLSearchParams(method === 'GET' ? query : form));
}

function splitAt(text: string, separator: string): readonly string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function codeOf(body: unknown): number | null {
  if (typeof body !== 'object' || body === null || !('code' in body)) return null;
  return typeof body.code === 'number' ? body.code : null;
}

function withTwilioHeaders(reply: Reply, underWay: number): Reply {
  const headers = { 'twilio-request-id': newSid('RQ'), 'twilio-concurrent-requests': String(underWay) };
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
