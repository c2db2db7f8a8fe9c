import { createServer, type RequestListener } from 'node:http';
import { createServer as createRawServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createHttpClient,
  HttpFailure,
  type HttpClientOptions,
  type HttpRequest,
} from '../../functions/adapters/http-client.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function clientOf(options: Partial<HttpClientOptions> = {}) {
  const client = createHttpClient({ maxSockets: 4, ...options });
  closing.push(() => client.close());
  return client;
}

/** Listens on loopback; `sockets` holds every connection that ever came. */
async function listen(server: Server): Promise<{ origin: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { origin: `http://127.0.0.1:${address.port}`, sockets };
}

function serve(listener: RequestListener) {
  return listen(createServer({ keepAliveTimeout: 60_000 }, listener));
}

/** A server that does with each connection what it likes, once the first bytes have come. */
function serveRaw(onFirstBytes: (socket: Socket) => void) {
  return listen(createRawServer((socket) => socket.once('data', () => onFirstBytes(socket))));
}

function aRequest(origin: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: `${origin}/path`, headers: {}, timeoutMs: 5000, ...changes };
}

async function failureOf(promise: Promise<unknown>): Promise<HttpFailure> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (!(failure instanceof HttpFailure)) throw new Error(`not an HttpFailure: ${inspect(failure)}`);
  return failure;
}

function closedOf(socket: Socket | undefined): Promise<unknown> {
  if (socket === undefined) throw new Error('no such connection');
  return socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));
}

describe('an exchange', () => {
  it('sends method, path, headers and body', async () => {
    const seen: unknown[] = [];
    const { origin } = await serve((incoming, outgoing) => {
      const { method, url, headers } = incoming;
      incoming.setEncoding('utf8').on('data', (text: string) => {
        seen.push({ method, url, key: headers['x-key'], length: headers['content-length'], text });
      });
      incoming.once('end', () => outgoing.end());
    });

    await clientOf().request(
      aRequest(origin, {
        method: 'POST',
        url: `${origin}/v2/%2B44?Fields=a%2Cb&c=d#fragment`,
        headers: { 'x-key': 'value' },
        body: 'käse',
      }),
    );

    expect(seen).toEqual([
      { method: 'POST', url: '/v2/%2B44?Fields=a%2Cb&c=d', key: 'value', length: '5', text: 'käse' },
    ]);
  });

  it.each([200, 201, 302, 404, 429, 500, 503])('gives an answer of status %d as it is', async (status) => {
    const paths: unknown[] = [];
    const { origin } = await serve((incoming, outgoing) => {
      paths.push(incoming.url);
      outgoing.writeHead(status, { location: '/elsewhere', 'Retry-After': '7' }).end('text');
    });

    const answer = await clientOf().request(aRequest(origin));

    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: 'text' });
    expect(answer.headers['retry-after']).toBe('7');
    expect(paths).toEqual(['/path']);
  });

  it('reads an answer without a body', async () => {
    const { origin } = await serve((_incoming, outgoing) => outgoing.writeHead(204).end());

    await expect(clientOf().request(aRequest(origin))).resolves.toMatchObject({ status: 204, body: '' });
  });

  it('joins characters that come in two pieces', async () => {
    const [first, second] = [Buffer.from([0xe2, 0x82]), Buffer.from([0xac])];
    const { origin } = await serve((_incoming, outgoing) => {
      outgoing.write(first, () => setImmediate(() => outgoing.end(second)));
    });

    await expect(clientOf().request(aRequest(origin))).resolves.toMatchObject({ body: '€' });
  });

  it('waits for the final answer behind an interim one', async () => {
    const { origin } = await serve((_incoming, outgoing) => {
      outgoing.writeProcessing();
      outgoing.end('final');
    });

    await expect(clientOf().request(aRequest(origin))).resolves.toMatchObject({ status: 200, body: 'final' });
  });

  it.each(['not an address with +447700900123', '/path/+447700900123'])(
    'refuses %j without quoting it',
    async (url) => {
      const failure: unknown = await clientOf()
        .request(aRequest('', { url }))
        .catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(TypeError);
      expect(inspect(failure)).not.toContain('447700900123');
    },
  );

  it('refuses a header that would break out of its line, without quoting it', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => outgoing.end());

    const failure: unknown = await clientOf()
      .request(aRequest(origin, { headers: { authorization: 'Basic c2VjcmV0\r\nx: y' } }))
      .catch((error: unknown) => error);

    expect(failure).toHaveProperty('name', 'TypeError');
    expect(inspect(failure)).not.toContain('c2VjcmV0');
    expect(sockets).toHaveLength(0);
  });
});

describe('connections', () => {
  it('are used again', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => outgoing.end('answer'));
    const client = clientOf();

    for (let count = 0; count < 5; count += 1) await client.request(aRequest(origin));

    expect(sockets).toHaveLength(1);
  });

  it('are no more than allowed; who comes later waits', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => {
      setTimeout(() => outgoing.end('answer'), 20);
    });
    const client = clientOf({ maxSockets: 2 });

    const answers = await Promise.all(Array.from({ length: 8 }, () => client.request(aRequest(origin))));

    expect(answers).toHaveLength(8);
    expect(sockets).toHaveLength(2);
  });

  it('are given up soon after their last use', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => outgoing.end('answer'));

    await clientOf({ idleSocketMs: 50 }).request(aRequest(origin));

    await closedOf(sockets[0]);
    expect(sockets).toHaveLength(1);
  });

  it('are given up too when the answer took longer than they may be unused', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => {
      setTimeout(() => outgoing.end('answer'), 120);
    });

    await expect(clientOf({ idleSocketMs: 50 }).request(aRequest(origin))).resolves.toMatchObject({
      body: 'answer',
    });

    await closedOf(sockets[0]);
    expect(sockets).toHaveLength(1);
  });

  it('are not used again after a pause in which no timer could run', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => outgoing.end('answer'));
    const client = clientOf({ idleSocketMs: 50 });
    await Promise.all([client.request(aRequest(origin)), client.request(aRequest(origin))]);

    // Stops the whole thread, as a frozen instance does.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    await client.request(aRequest(origin));

    expect(sockets).toHaveLength(3);
  });

  it('are not used again where the other side keeps them for a second only', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'keep-alive': 'timeout=1' }).end('answer');
    });
    const client = clientOf();

    await client.request(aRequest(origin));
    await closedOf(sockets[0]);
    await client.request(aRequest(origin));

    expect(sockets).toHaveLength(2);
  });

  it('are cut by close, those in use included', async () => {
    const { origin, sockets } = await serve(() => undefined);
    const client = clientOf();
    const waiting = failureOf(client.request(aRequest(origin)));
    while (sockets.length === 0) await new Promise(setImmediate);

    client.close();

    expect(await waiting).toBeInstanceOf(HttpFailure);
  });
});

describe('a failure', () => {
  it('is unreachable where nothing listens', async () => {
    const { origin, sockets } = await serve((_incoming, outgoing) => outgoing.end());
    await closing.pop()?.();

    const failure = await failureOf(clientOf().request(aRequest(origin)));

    expect(failure).toMatchObject({ kind: 'unreachable', status: null });
    expect(failure.message).toBe('unreachable (ECONNREFUSED)');
    expect(sockets).toHaveLength(0);
  });

  it.each<[string, (socket: Socket) => unknown]>([
    ['speaks no TLS', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['hangs up during the handshake', (socket) => socket.destroy()],
    ['resets during the handshake', (socket) => socket.resetAndDestroy()],
  ])('is unreachable where the other side %s', async (_name, onFirstBytes) => {
    const { origin } = await serveRaw(onFirstBytes);

    const failure = await failureOf(clientOf().request(aRequest(origin.replace('http:', 'https:'))));

    expect(failure).toMatchObject({ kind: 'unreachable', status: null });
  });

  it.each<[string, (socket: Socket) => unknown, number | null]>([
    ['hangs up', (socket) => socket.end(), null],
    ['resets the connection', (socket) => socket.resetAndDestroy(), null],
    ['answers no HTTP', (socket) => socket.end('SMTP ready\r\n\r\n'), null],
    ['breaks off within the head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'), null],
    [
      'breaks off within the body',
      (socket) => socket.end('HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nhalf'),
      201,
    ],
    [
      'breaks off within a chunked body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
      200,
    ],
    [
      'writes chunks that are none',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnone\r\n\r\n'),
      200,
    ],
    [
      'changes the protocol',
      (socket) => socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n'),
      null,
    ],
  ])('is an interruption where the other side %s', async (_name, onFirstBytes, status) => {
    const { origin, sockets } = await serveRaw(onFirstBytes);

    const failure = await failureOf(clientOf().request(aRequest(origin)));

    expect(failure).toMatchObject({ kind: 'interrupted', status });
    expect(sockets).toHaveLength(1);
  });

  it('is an interruption on a used connection that is cut without a byte of an answer', async () => {
    let count = 0;
    const { origin, sockets } = await serve((incoming, outgoing) => {
      count += 1;
      if (count === 1) outgoing.end('answer');
      else incoming.socket.resetAndDestroy();
    });
    const client = clientOf();
    await client.request(aRequest(origin));

    const failure = await failureOf(client.request(aRequest(origin, { method: 'POST', body: 'once' })));

    expect(failure.kind).toBe('interrupted');
    expect({ count, connections: sockets.length }).toEqual({ count: 2, connections: 1 });
  });

  it.each<[string, RequestListener, number | null]>([
    ['nothing is answered', () => undefined, null],
    ['the body never ends', (_incoming, outgoing) => outgoing.writeHead(201).write('half'), 201],
  ])('is a time-out, and the connection is cut, where %s', async (_name, listener, status) => {
    const { origin, sockets } = await serve(listener);

    const failure = await failureOf(clientOf().request(aRequest(origin, { timeoutMs: 150 })));

    expect(failure).toMatchObject({ kind: 'timeout', status });
    await closedOf(sockets[0]);
  });

  it('is a time-out for a body that trickles', async () => {
    const { origin } = await serve((_incoming, outgoing) => {
      const timer = setInterval(() => outgoing.write('.'), 20);
      outgoing.once('close', () => clearInterval(timer));
    });

    const failure = await failureOf(clientOf().request(aRequest(origin, { timeoutMs: 150 })));

    expect(failure.kind).toBe('timeout');
  });

  it('is a time-out for who gets no connection in time, and nothing of it is sent', async () => {
    const paths: unknown[] = [];
    const { origin } = await serve((incoming) => paths.push(incoming.url));
    const client = clientOf({ maxSockets: 1 });
    const first = failureOf(client.request(aRequest(origin, { timeoutMs: 300 })));

    const second = await failureOf(
      client.request(aRequest(origin, { timeoutMs: 60, url: `${origin}/second` })),
    );

    expect(second.kind).toBe('timeout');
    expect((await first).kind).toBe('timeout');
    expect(paths).toEqual(['/path']);
  });

  it.each([0, -1])('is a time-out at once with %d ms left', async (timeoutMs) => {
    const { origin, sockets } = await serve((_incoming, outgoing) => outgoing.end());

    const failure = await failureOf(clientOf().request(aRequest(origin, { timeoutMs })));

    expect(failure.kind).toBe('timeout');
    expect(sockets).toHaveLength(0);
  });

  it.each<[string, RequestListener]>([
    [
      'says so',
      (_incoming, outgoing) => outgoing.writeHead(200, { 'content-length': 11 }).end('x'.repeat(11)),
    ],
    ['does not say so', (_incoming, outgoing) => outgoing.writeHead(200).end('x'.repeat(11))],
    [
      'never ends',
      (_incoming, outgoing) => {
        const timer = setInterval(() => outgoing.write('xxxx'), 5);
        outgoing.once('close', () => clearInterval(timer));
      },
    ],
  ])('is a size, and the connection is cut, where a body that is too long %s', async (_name, listener) => {
    const { origin, sockets } = await serve(listener);

    const failure = await failureOf(clientOf().request(aRequest(origin, { maxBytes: 10 })));

    expect(failure).toMatchObject({ kind: 'too_large', status: 200 });
    await closedOf(sockets[0]);
  });

  it('is none where the body is just as long as allowed', async () => {
    const { origin } = await serve((_incoming, outgoing) => outgoing.end('x'.repeat(10)));

    await expect(clientOf().request(aRequest(origin, { maxBytes: 10 }))).resolves.toMatchObject({
      status: 200,
    });
  });

  it('allows 1 MiB unless told otherwise', async () => {
    let length = 1_048_576;
    const { origin } = await serve((_incoming, outgoing) => outgoing.end('x'.repeat(length)));
    const client = clientOf();

    await expect(client.request(aRequest(origin))).resolves.toMatchObject({ status: 200 });
    length += 1;

    expect((await failureOf(client.request(aRequest(origin)))).kind).toBe('too_large');
  });

  it.each<[string, (socket: Socket) => unknown]>([
    ['reset', (socket) => socket.resetAndDestroy()],
    ['malformed answer', (socket) => socket.end('+447700900123 123456\r\n\r\n')],
    ['silence', () => undefined],
  ])('of any kind (%s) holds nothing of the request or the answer', async (_name, onFirstBytes) => {
    const { origin } = await serveRaw(onFirstBytes);

    const failure = await failureOf(
      clientOf().request(
        aRequest(origin, {
          method: 'POST',
          url: `${origin}/v2/PhoneNumbers/+447700900123`,
          headers: { authorization: 'Basic c2VjcmV0' },
          body: 'CustomCode=123456',
          timeoutMs: 150,
        }),
      ),
    );

    const shown = inspect(failure, { depth: 10, showHidden: true }) + JSON.stringify(failure);
    for (const text of ['447700900123', 'c2VjcmV0', '123456', '127.0.0.1']) expect(shown).not.toContain(text);
    expect(failure.cause).toBeUndefined();
  });
});
