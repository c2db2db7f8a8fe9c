import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Fault } from '../domain/fault.ts';
import { Refusal } from '../domain/refusal.ts';
import { answerFailure, failureCodeOf, type Answer } from './answer.ts';
import { createBodySpace } from './body-space.ts';
import { describeError } from './describe-error.ts';
import type { Log } from './log.ts';
import { BodyInterrupted, readBody } from './read-body.ts';
import { readRequestHead, type RequestHead } from './request-head.ts';

/** Does the work once the body is there. It logs its own line and answers its own failures. */
export type Work = (body: Buffer) => Promise<Answer>;

/**
 * Looks at the head of a request, before any of its body is read, and gives the work to be done with the body.
 *
 * @throws Refusal `unauthenticated` when no valid credential came with it
 */
export type Handler = (head: RequestHead) => Promise<Work>;

/** What the guard holds requests to. */
export interface GuardOptions {
  readonly handler: Handler;
  readonly maxBodyBytes: number;
  /** How long a body may take from the first byte of its request, in milliseconds. */
  readonly bodyTimeoutMs: number;
  /** More authenticated requests than this at a time are turned away before their body is read. */
  readonly maxInFlight: number;
  /** How long what still comes of an unwanted body is thrown away after its answer, in milliseconds; default 1000. */
  readonly lingerMs?: number;
  readonly log: Log;
}

/** Stands in front of a handler. */
export interface Guard {
  readonly serve: RequestListener;
  /** The same for a caller that waits to be asked for its body (`Expect: 100-continue`). */
  readonly serveExpectant: RequestListener;
  /** From now on new requests are turned away, and every answer ends its connection. */
  drain(): void;
  /** Requests that are not answered yet. */
  running(): number;
}

// What is still thrown away of a body that nobody wants, after the answer to it: a caller who reads only once it has sent
// everything would else find the connection gone, and the answer with it. More than that for a function whose bodies are
// larger: half as much again as the largest that it takes.
const LEAST_LINGER_BYTES = 4 * 1024 * 1024;
// The framework answers these itself; we do so in its place, without reading a body.
const NOT_FOUND_PATHS: ReadonlySet<string> = new Set(['/favicon.ico', '/robots.txt']);

/**
 * Creates the guard: method, no compressed body, credential, load, size; only then is the body read, and nothing is
 * parsed before it is authenticated. Each request is answered exactly once, and whatever it refuses itself has one
 * log line.
 */
export function createGuard(options: GuardOptions): Guard {
  const { log, maxBodyBytes, lingerMs = 1000 } = options;
  const linger: Linger = { bytes: Math.max(LEAST_LINGER_BYTES, 1.5 * maxBodyBytes), ms: lingerMs };
  const admission = createAdmission(options);
  let running = 0;
  let isDraining = false;

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    askForBody: () => void,
  ): Promise<void> => {
    const head = readRequestHead(request);
    const exchange: Exchange = { request, response, linger };
    const fixed = fixedAnswer(head);
    if (fixed !== null) {
      write(exchange, fixed, isDraining);
      return;
    }
    try {
      write(exchange, await admission.run(request, head, askForBody), isDraining);
    } catch (error) {
      logFailure(log, head, error);
      if (error instanceof BodyInterrupted) response.destroy();
      else write(exchange, refusalOf(error, head), isDraining);
    }
  };

  const serveWith =
    (askForBodyOf: (response: ServerResponse) => () => void): RequestListener =>
    (request, response) => {
      running += 1;
      response.once('close', () => (running -= 1));
      // A connection that breaks is not our failure; without a listener it would end the instance.
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      answer(request, response, askForBodyOf(response)).catch((error: unknown) => {
        log('ERROR', 'request.refused', 'A request could not be answered', { error: describeError(error) });
        response.destroy();
      });
    };

  return {
    serve: serveWith(() => () => undefined),
    serveExpectant: serveWith((response) => () => response.writeContinue()),
    drain: () => {
      isDraining = true;
      admission.close();
    },
    running: () => running,
  };
}

/** Lets requests in, one check after the other, and counts those that are in. */
function createAdmission({ handler, maxInFlight, maxBodyBytes, bodyTimeoutMs }: GuardOptions) {
  const bodySpace = createBodySpace();
  let inFlight = 0;
  let isClosed = false;

  const checkLoad = (): void => {
    if (isClosed || inFlight >= maxInFlight) throw new Fault('unavailable', { retryAfterSeconds: 1 });
  };
  const admit = async (head: RequestHead): Promise<Work> => {
    if (head.method !== 'POST') throw new Refusal('method_not_allowed');
    const encodings = head.headers['content-encoding'] ?? [];
    if (encodings.some((encoding) => encoding.toLowerCase() !== 'identity'))
      throw new Refusal('unsupported_encoding');
    const work = await handler(head);
    checkLoad();
    return work;
  };

  return {
    run: async (request: IncomingMessage, head: RequestHead, askForBody: () => void): Promise<Answer> => {
      const work = await admit(head);
      const statedBytes = Number(request.headers['content-length'] ?? 0);
      // What is longer than it may be is refused before any of it is read.
      return bodySpace.lend(statedBytes <= maxBodyBytes ? statedBytes : 0, async (space) => {
        const timeoutMs = head.receivedAtMs + bodyTimeoutMs - performance.now();
        const body = await readBody(request, { maxBytes: maxBodyBytes, timeoutMs, space, askForBody });
        // Counted from here: a signature is checked with the body, and nobody without a key may take up a place.
        checkLoad();
        inFlight += 1;
        try {
          return await work(body);
        } finally {
          inFlight -= 1;
        }
      });
    },
    close: () => {
      isClosed = true;
    },
  };
}

function fixedAnswer({ method, path }: RequestHead): Answer | null {
  if (method === 'GET' && path === '/health') {
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
  }
  return NOT_FOUND_PATHS.has(path) ? { status: 404, headers: {}, body: '' } : null;
}

function refusalOf(error: unknown, head: RequestHead): Answer {
  const answer = answerFailure(error, head.requestId);
  if (answer.status !== 405) return answer;
  const allow = head.path === '/health' ? 'GET, POST' : 'POST';
  return { ...answer, headers: { ...answer.headers, allow } };
}

function logFailure(log: Log, head: RequestHead, error: unknown): void {
  const isRefusal = error instanceof Refusal;
  const isGone = error instanceof BodyInterrupted;
  const code = isGone ? undefined : failureCodeOf(error);
  log(
    isGone || (isRefusal && error.code !== 'unauthenticated')
      ? 'INFO'
      : code === 'internal'
        ? 'ERROR'
        : 'WARNING',
    'request.refused',
    isGone ? 'The caller went away before its body was complete' : 'A request was turned away',
    {
      requestId: head.requestId,
      trace: head.trace,
      durationMs: Math.round(performance.now() - head.receivedAtMs),
      ...(code === undefined ? { outcome: 'interrupted' } : { outcome: code, code }),
      ...(code === 'internal' ? { error: describeError(error) } : {}),
    },
  );
}

/** How much of an unwanted body is still taken in, and for how long. */
interface Linger {
  readonly bytes: number;
  readonly ms: number;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly linger: Linger;
}

/** Writes an answer; where the body was not read to its end, the connection is of no more use. */
function write({ request, response, linger }: Exchange, answer: Answer, isLast: boolean): void {
  const isUnread = !request.complete && mayHaveBody(request);
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    ...(isUnread || isLast ? { connection: 'close' } : {}),
  });
  const body = request.method === 'HEAD' ? '' : answer.body;
  if (!isUnread) {
    response.end(body);
    return;
  }
  // Whole by its length for whoever reads it; its end closes the connection.
  response.flushHeaders();
  response.write(body);
  discardBody(request, linger, () => response.end());
}

function mayHaveBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Throws away what still comes: to its end, but within bounds. */
function discardBody(request: IncomingMessage, linger: Linger, then: () => void): void {
  let bytes = 0;
  const stop = (): void => {
    clearTimeout(timer);
    request.off('data', take).off('end', stop).off('close', stop).pause();
    then();
  };
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > linger.bytes) stop();
  };
  const timer = setTimeout(stop, linger.ms);
  request.on('data', take).once('end', stop).once('close', stop);
  request.resume();
}
