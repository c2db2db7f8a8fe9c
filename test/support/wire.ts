import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** What came back over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The members of a JSON body; empty where it is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** How a request is sent. */
export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** One text or buffer is sent with its length; several are sent as chunks. */
  readonly body?: string | Buffer | readonly (string | Buffer)[];
}

/** Sends one request on a connection of its own, as a caller who reads the answer while the body is on its way. */
export function send(port: number, options: WireRequest = {}): Promise<WireAnswer> {
  const { method = 'POST', path = '/', body } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, agent: false });
    for (const [name, value] of Object.entries(options.headers ?? {})) request.setHeader(name, value);
    let isAnswered = false;
    // A connection that ends while the body is on its way is no matter once the answer is there.
    request.on('error', (error) => {
      if (!isAnswered) reject(error);
    });
    request.on('response', (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = response.headers['content-type']?.includes('json') === true && text !== '';
        const members = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: members });
        request.destroy();
      });
    });
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      request.setHeader('content-length', Buffer.byteLength(body));
      request.end(body);
      return;
    }
    for (const chunk of body ?? []) request.write(chunk);
    request.end();
  });
}

/** A connection on which a test writes bytes itself. */
export interface RawConnection {
  write(text: string): void;
  /** Waits until what came in contains the text. */
  until(text: string): Promise<string>;
  /** Waits for the end of the connection, and gives all that came in. */
  end(): Promise<string>;
  /** The code of what broke the connection; null while nothing has. */
  failure(): string | null;
  hasEnded(): boolean;
  destroy(): void;
}

/** Opens a connection. */
export async function open(port: number): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port });
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  let failure: string | null = null;
  socket.on('error', (error: NodeJS.ErrnoException) => (failure = error.code ?? error.name));
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  return {
    write: (text) => socket.write(text),
    until: async (text) => {
      while (!received.includes(text)) {
        if (socket.destroyed) throw new Error('the connection has ended');
        await Promise.race([once(socket, 'data'), closed]);
      }
      return received;
    },
    end: async () => {
      await closed;
      return received;
    },
    failure: () => failure,
    hasEnded: () => socket.destroyed,
    destroy: () => socket.destroy(),
  };
}

/** The head of a request as text, with the empty line behind it. */
export function head(lines: readonly string[], requestLine = 'POST / HTTP/1.1'): string {
  return [requestLine, 'host: localhost', ...lines, '', ''].join('\r\n');
}
