import type {
  Agent,
  ClientRequest,
  ClientRequestArgs,
  IncomingHttpHeaders,
  IncomingMessage,
} from 'node:http';

/** What is asked of another side. */
export interface HttpRequest {
  /** In capitals. */
  readonly method: string;
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything: waiting for a socket, name, connection, TLS, answer; in milliseconds, at most 2^31 − 1. */
  readonly timeoutMs: number;
  /** Longest body of an answer; default 1 MiB. */
  readonly maxBytes?: number;
}

/** What was answered, whatever the status. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  /** Read as UTF-8. */
  readonly body: string;
}

/** Asks other servers by HTTP/1.1. */
export interface HttpClient {
  /**
   * Asks once. Nothing is repeated, no redirect is followed, nothing is decompressed.
   *
   * @throws HttpFailure when there is no whole answer
   * @throws TypeError when the request itself is malformed
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Cuts all connections, those in use included. */
  close(): void;
}

/**
 * - `unreachable`: surely nothing of the request reached the other side (no such name, connection or TLS refused)
 * - `timeout`: no whole answer within the time; it may have reached the other side
 * - `interrupted`: connection lost or answer malformed after the request may have been read
 * - `too_large`: the answer was longer than allowed
 */
export type HttpFailureKind = 'unreachable' | 'timeout' | 'interrupted' | 'too_large';

/** What may be known beside the kind of a failure. */
export interface HttpFailureDetails {
  readonly status?: number | null | undefined;
  /** What Node said. Only its code, such as `ECONNREFUSED`, is kept. */
  readonly error?: (Error & { readonly code?: unknown }) | undefined;
}

/** No whole answer came. Holds neither address nor headers nor Node's error: those hold numbers and credentials. */
export class HttpFailure extends Error {
  readonly kind: HttpFailureKind;
  /** Of the answer that broke off, was too long or came too late; null where none had begun. */
  readonly status: number | null;

  constructor(kind: HttpFailureKind, { status = null, error }: HttpFailureDetails = {}) {
    super(typeof error?.code === 'string' ? `${kind} (${error.code})` : kind);
    this.name = 'HttpFailure';
    this.kind = kind;
    this.status = status;
  }
}

/** How connections are kept. */
export interface HttpClientOptions {
  /** Most connections to one origin; who comes later waits for one, within its time. */
  readonly maxSockets: number;
  /** Longest that an unused connection is kept, in milliseconds; default 4000. */
  readonly idleSocketMs?: number;
}

// An import of node:http reads all its exports, and the one named WebSocket loads undici: some 25 ms of CPU and 5 MiB in
// every cold start, for something that nobody uses here.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

const DEFAULT_MAX_BYTES = 1_048_576;
// One second below what the shortest-lived common server (Node's own default) keeps an idle connection: what the other
// side closes at the moment of use is lost with unknown outcome, and a Verify create must not be repeated then.
const DEFAULT_IDLE_SOCKET_MS = 4000;

/**
 * Creates a client with connections of its own, kept alive for a short while and used last in, first out.
 *
 * An instance is frozen between requests and its timers with it. So after a pause of `idleSocketMs` without any use all
 * unused connections are dropped before the next request, also when their own timers had no chance to run.
 */
export function createHttpClient({
  maxSockets,
  idleSocketMs = DEFAULT_IDLE_SOCKET_MS,
}: HttpClientOptions): HttpClient {
  const agentOptions = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, timeout: idleSocketMs };
  const plain = new http.Agent(agentOptions);
  const secure = new https.Agent(agentOptions);
  plain.getName = nameOf;
  secure.getName = nameOf;
  let lastUsedAt = 0;

  const noteUse = (): void => {
    lastUsedAt = performance.now();
  };
  return {
    request: (request) => {
      if (performance.now() - lastUsedAt > idleSocketMs) {
        dropUnused(plain);
        dropUnused(secure);
      }
      noteUse();
      return exchange(request, plain, secure).finally(noteUse);
    },
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

/**
 * Does what the first exchange by TLS would wait for: reads the certificates of all authorities that Node trusts, once
 * in a process, which takes some 10 ms of CPU.
 */
export function prepareTls(): void {
  process.getBuiltinModule('node:tls').createSecureContext();
}

/** What an agent keeps connections under. All of ours have the same options, which Node would spell out each time. */
function nameOf({ host, port }: ClientRequestArgs = {}): string {
  return `${host ?? ''}:${port ?? ''}`;
}

function dropUnused(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

async function exchange(request: HttpRequest, plain: Agent, secure: Agent): Promise<HttpAnswer> {
  if (request.timeoutMs <= 0) throw new HttpFailure('timeout');
  const url = URL.parse(request.url);
  // Node's own error would quote the address.
  if (url === null) throw new TypeError('not an address');
  const isSecure = url.protocol === 'https:';
  const options = {
    method: request.method,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    headers: request.headers,
    agent: isSecure ? secure : plain,
  };
  const outgoing = isSecure ? https.request(options) : http.request(options);
  return answerTo(outgoing, request, isSecure);
}

function answerTo(
  outgoing: ClientRequest,
  { body, timeoutMs, maxBytes = DEFAULT_MAX_BYTES }: HttpRequest,
  isSecure: boolean,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let mayBeRead = false;
    let isOver = false;
    let status: number | null = null;
    const fail = (kind: HttpFailureKind, error?: Error): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      reject(new HttpFailure(kind, { status, error }));
      outgoing.destroy();
    };
    const onBroken = (error?: Error): void => fail(mayBeRead ? 'interrupted' : 'unreachable', error);
    const timer = setTimeout(() => fail('timeout'), timeoutMs);

    outgoing.once('socket', (socket) => {
      if (outgoing.reusedSocket) {
        mayBeRead = true;
        return;
      }
      // What is written earlier waits in this process until then.
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        mayBeRead = true;
      });
    });
    outgoing.on('error', onBroken);
    // Some ends have no event of their own: a switch of protocols (101), for one.
    outgoing.once('close', onBroken);
    outgoing.once('response', (incoming) => {
      const { statusCode = 0, headers } = incoming;
      status = statusCode;
      collect(incoming, maxBytes, (text) => {
        if (text === null) {
          fail('too_large');
          return;
        }
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        resolve({ status: statusCode, headers, body: text });
      });
      incoming.on('error', onBroken);
    });
    outgoing.end(body);
  });
}

/** Gives the body, or null as soon as it is too long. */
function collect(incoming: IncomingMessage, maxBytes: number, done: (text: string | null) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(incoming.headers['content-length']) > maxBytes) {
    done(null);
    return;
  }
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      done(null);
      return;
    }
    chunks.push(chunk);
  });
  incoming.once('end', () => {
    const [first] = chunks;
    done(chunks.length === 1 && first !== undefined ? first.toString() : Buffer.concat(chunks).toString());
  });
}
