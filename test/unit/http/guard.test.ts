import { afterEach, describe, expect, it } from '@jest/globals';
import { Fault } from '../../../functions/domain/fault.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { answerSuccess, type Answer } from '../../../functions/http/answer.ts';
import type { GuardOptions, Work } from '../../../functions/http/guard.ts';
import type { RequestHead } from '../../../functions/http/request-head.ts';
import { startGuardedServer, type GuardedServer } from '../../support/guarded-server.ts';
import { turns } from '../../support/turns.ts';
import { head, open, send, type WireAnswer, type WireRequest } from '../../support/wire.ts';

const GOOD = { 'x-credential': 'good' };
const LIMIT = 1000;
const MEGABYTES = Buffer.alloc(8 * 1024 * 1024, 'x');

interface Scene extends GuardedServer {
  /** Heads that the handler saw. */
  readonly heads: readonly RequestHead[];
  /** Bodies that came through. */
  readonly bodies: readonly Buffer[];
  readonly post: (options?: WireRequest) => Promise<WireAnswer>;
}

const scenes: GuardedServer[] = [];

/** A guard before a handler that asks for a credential, and before work that a test gives. */
async function createScene(
  work: Work = () => Promise.resolve(answerSuccess('sent', 'id')),
  options: Partial<GuardOptions> = {},
): Promise<Scene> {
  const heads: RequestHead[] = [];
  const bodies: Buffer[] = [];
  const server = await startGuardedServer({
    handler: (requestHead) => {
      heads.push(requestHead);
      if (requestHead.headers['x-credential']?.[0] !== 'good') throw new Refusal('unauthenticated');
      return Promise.resolve((body: Buffer) => {
        bodies.push(body);
        return work(body);
      });
    },
    maxBodyBytes: LIMIT,
    ...options,
  });
  scenes.push(server);
  return {
    ...server,
    heads,
    bodies,
    post: (request = {}) => send(server.port, { ...request, headers: { ...GOOD, ...request.headers } }),
  };
}

afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.stop();
});

/** Waits for something that another connection brings about. */
async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 1000 && !isSo(); round += 1) await turns();
}

function expectRefused(answer: WireAnswer, status: number, code: string): void {
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: { status, code },
  });
}

function expectOneLine(scene: Scene, line: Readonly<Record<string, unknown>>, answer?: WireAnswer): void {
  expect(scene.lines()).toEqual([
    expect.objectContaining({ event: 'request.refused', durationMs: expect.any(Number), ...line }),
  ]);
  if (answer !== undefined) expect(scene.lines()[0]).toMatchObject({ requestId: answer.body['requestId'] });
}

describe('createGuard: what comes through', () => {
  it('gives the handler the head, the work the bytes, and the caller the answer', async () => {
    const scene = await createScene();
    const answer = await scene.post({ path: '/a?b=c', body: 'hello' });

    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'content-length': '32', 'cache-control': 'no-store' },
      text: '{"code":"sent","requestId":"id"}',
    });
    expect(scene.heads).toMatchObject([
      { method: 'POST', path: '/a', headers: { 'x-credential': ['good'] } },
    ]);
    expect(scene.bodies.map(String)).toEqual(['hello']);
    expect(scene.unguarded()).toBe(0);
  });

  it('leaves the line of what came through to the work', async () => {
    const scene = await createScene();
    await scene.post({ body: 'hello' });

    expect(scene.lines()).toEqual([]);
  });

  it.each([
    ['no body', undefined, ''],
    ['an empty body', '', ''],
    ['as much as there may be', 'x'.repeat(LIMIT), 'x'.repeat(LIMIT)],
    ['chunks', ['he', 'l', 'lo'], 'hello'],
    ['as much in chunks as there may be', ['x'.repeat(LIMIT - 1), 'y'], `${'x'.repeat(LIMIT - 1)}y`],
  ])('takes %s', async (_name, body, expected) => {
    const scene = await createScene();
    const answer = await scene.post(body === undefined ? {} : { body });

    expect(answer.status).toBe(200);
    expect(scene.bodies.map(String)).toEqual([expected]);
  });

  it.each([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'x',
  ])('neither parses nor refuses a body for its type %s', async (type) => {
    const scene = await createScene();
    await scene.post({ headers: { 'content-type': type }, body: '{"a":1}\n{' });

    expect(scene.bodies.map(String)).toEqual(['{"a":1}\n{']);
  });

  it('takes bytes as they are', async () => {
    const scene = await createScene();
    const bytes = Buffer.from([0x1f, 0x8b, 0x00, 0xff, 0xfe]);
    await scene.post({ body: bytes });

    expect(scene.bodies).toEqual([bytes]);
  });

  it('keeps large bodies apart that come one after the other and at once', async () => {
    const seen: string[] = [];
    const work: Work = async (body) => {
      await turns();
      seen.push(`${body.length} × ${[...new Set(body.toString('latin1'))].join('')}`);
      return answerSuccess('sent', 'id');
    };
    const scene = await createScene(work, { maxBodyBytes: 1_000_000 });
    const post = (length: number, letter: string) => scene.post({ body: Buffer.alloc(length, letter) });

    await post(900_000, 'a');
    await Promise.all([post(800_000, 'b'), post(700_000, 'c'), post(600_000, 'd')]);
    await post(500_000, 'e');

    expect([...seen].sort()).toEqual(['500000 × e', '600000 × d', '700000 × c', '800000 × b', '900000 × a']);
  });

  it('takes several requests on one connection', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(`${head(['x-credential: good', 'content-length: 3'])}one`);
    await connection.until('"sent"');
    connection.write(`${head(['x-credential: good', 'content-length: 3', 'connection: close'])}two`);
    const received = await connection.end();

    expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(scene.bodies.map(String)).toEqual(['one', 'two']);
  });
});

describe('createGuard: fixed answers', () => {
  it.each(['/health', '/health?x=1'])('answers GET %s with 200 ok, and does nothing else', async (path) => {
    const scene = await createScene();
    const answer = await send(scene.port, { method: 'GET', path });

    expect(answer).toMatchObject({
      status: 200,
      text: 'ok',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect(scene.heads).toEqual([]);
    expect(scene.lines()).toEqual([]);
  });

  it('takes a POST to /health for a request like any other', async () => {
    const scene = await createScene();

    await expect(scene.post({ path: '/health', body: 'x' })).resolves.toMatchObject({
      status: 200,
      body: { code: 'sent' },
    });
  });

  it.each(['/favicon.ico', '/robots.txt'])('answers %s with 404, as the framework would', async (path) => {
    const scene = await createScene();

    await expect(send(scene.port, { method: 'GET', path })).resolves.toMatchObject({ status: 404, text: '' });
    expect(scene.heads).toEqual([]);
    expect(scene.lines()).toEqual([]);
  });
});

describe('createGuard: methods', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])('refuses %s', async (method) => {
    const scene = await createScene();
    const answer = await scene.post({ method });

    expectRefused(answer, 405, 'method_not_allowed');
    expect(answer.headers.allow).toBe('POST');
    expect(scene.heads).toEqual([]);
    expectOneLine(
      scene,
      { severity: 'INFO', outcome: 'method_not_allowed', code: 'method_not_allowed' },
      answer,
    );
  });

  it('refuses HEAD without a body', async () => {
    const scene = await createScene();
    const answer = await send(scene.port, { method: 'HEAD' });

    expect(answer).toMatchObject({ status: 405, text: '', headers: { allow: 'POST' } });
    expectOneLine(scene, { code: 'method_not_allowed' });
  });

  it.each(['HEAD', 'PUT'])('says to %s /health what is allowed there', async (method) => {
    const scene = await createScene();

    await expect(send(scene.port, { method, path: '/health' })).resolves.toMatchObject({
      status: 405,
      headers: { allow: 'GET, POST' },
    });
  });

  it.each(['/healthz', '/health/', '/'])('refuses GET %s', async (path) => {
    const scene = await createScene();

    await expect(send(scene.port, { method: 'GET', path })).resolves.toMatchObject({ status: 405 });
  });
});

describe('createGuard: compressed bodies', () => {
  it.each([
    ['gzip', 'gzip'],
    ['capitals', 'GZIP'],
    ['deflate', 'deflate'],
    ['br', 'br'],
    ['zstd', 'zstd'],
    ['a list', 'identity, gzip'],
    ['two headers', ['identity', 'gzip']],
  ])('refuses %s before the credential is looked at', async (_name, encoding) => {
    const scene = await createScene();
    const answer = await scene.post({ headers: { 'content-encoding': encoding }, body: 'x' });

    expectRefused(answer, 415, 'unsupported_encoding');
    expect(scene.heads).toEqual([]);
    expectOneLine(scene, { severity: 'INFO', code: 'unsupported_encoding' }, answer);
  });

  it.each(['identity', 'Identity'])('takes %s for no compression', async (encoding) => {
    const scene = await createScene();

    await expect(scene.post({ headers: { 'content-encoding': encoding }, body: 'x' })).resolves.toMatchObject(
      { status: 200 },
    );
  });
});

describe('createGuard: credentials', () => {
  it('refuses a request without one, and does not look at its body', async () => {
    const scene = await createScene();
    const answer = await scene.post({ headers: { 'x-credential': 'bad' }, body: 'x' });

    expectRefused(answer, 401, 'unauthenticated');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(scene.bodies).toEqual([]);
    expectOneLine(scene, { severity: 'WARNING', code: 'unauthenticated' }, answer);
  });

  it('says the same whatever the body is', async () => {
    const scene = await createScene();
    const answers = [];
    for (const body of ['', 'x', 'x'.repeat(LIMIT + 1), ['x'.repeat(LIMIT + 1)]]) {
      answers.push(await scene.post({ headers: { 'x-credential': 'bad' }, body }));
    }

    expect(answers.map(({ status, body }) => ({ status, body: { ...body, requestId: 'any' } }))).toEqual(
      Array(4).fill({
        status: 401,
        body: {
          type: 'about:blank',
          title: 'The request is not authenticated.',
          status: 401,
          code: 'unauthenticated',
          requestId: 'any',
        },
      }),
    );
  });

  it('waits for no body before it refuses', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(head(['content-length: 500']));

    expect(await connection.until('unauthenticated')).toMatch(/^HTTP\/1\.1 401 /);
    connection.destroy();
  });

  it('writes the trace of what it refuses, and nothing that the caller wrote', async () => {
    const scene = await createScene();
    const trace = '0123456789abcdef0123456789abcdef';
    await scene.post({
      path: '/canary-path?canary=query',
      headers: {
        'x-credential': 'canary-credential',
        'x-cloud-trace-context': trace,
        'user-agent': 'canary-agent',
      },
      body: 'canary-body',
    });

    expectOneLine(scene, { 'logging.googleapis.com/trace': `projects/test-project/traces/${trace}` });
    expect(scene.text()).not.toContain('canary');
  });
});

describe('createGuard: size', () => {
  it.each([
    ['a stated length', 'x'.repeat(LIMIT + 1)],
    ['chunks', ['x'.repeat(LIMIT), 'y']],
    ['one chunk', ['x'.repeat(LIMIT + 1)]],
    ['megabytes', MEGABYTES],
    ['megabytes in chunks', [MEGABYTES]],
  ])('refuses a body that is too large by %s', async (_name, body) => {
    const scene = await createScene();
    const answer = await scene.post({ body });

    expectRefused(answer, 413, 'content_too_large');
    expect(answer.headers.connection).toBe('close');
    expect(scene.bodies).toEqual([]);
    expectOneLine(scene, { severity: 'INFO', code: 'content_too_large' }, answer);
  });

  it('refuses a stated length without waiting for the body', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(head(['x-credential: good', `content-length: ${LIMIT + 1}`]));

    expect(await connection.until('content_too_large')).toMatch(/^HTTP\/1\.1 413 /);
    connection.destroy();
  });

  it.each([
    ['the method', { method: 'PUT' }, 405],
    ['the encoding', { headers: { 'content-encoding': 'gzip' } }, 415],
    ['the credential', { headers: { 'x-credential': 'bad' } }, 401],
  ])('lets the caller of a large body read that %s was wrong', async (_name, request, status) => {
    const scene = await createScene(undefined, { lingerMs: 20_000 });
    for (const body of [MEGABYTES, [MEGABYTES, MEGABYTES]]) {
      const answer = await scene.post({ ...request, body });

      expect(answer.status).toBe(status);
    }

    expect(scene.lines()).toHaveLength(2);
  });

  it.each([
    ['200 kB', 200_000, 10_000, LIMIT],
    ['a batch just too large', 33_600_000, 100_000, 33_554_432],
  ])(
    'lets a caller send what it has begun to send, who reads only then: %s',
    async (_name, size, step, maxBodyBytes) => {
      // In bytes it is as bounded as ever; on a busy machine they may take longer than a second.
      const scene = await createScene(undefined, { maxBodyBytes, lingerMs: 20_000 });
      const connection = await open(scene.port);
      connection.write(head([`content-length: ${size}`]));
      await connection.until('unauthenticated');
      let sent = 0;
      while (sent < size && !connection.hasEnded()) {
        connection.write('x'.repeat(step));
        sent += step;
        await turns();
      }
      await connection.end();

      expect(sent).toBe(size);
      expect(connection.failure()).toBeNull();
    },
  );

  it('does not take in whatever a stranger sends', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(head(['content-length: 1000000000']));
    await connection.until('unauthenticated');
    let sent = 0;
    while (sent < 100_000_000 && !connection.hasEnded()) {
      connection.write('x'.repeat(100_000));
      sent += 100_000;
      await turns();
    }

    expect(sent).toBeLessThan(100_000_000);
  });

  it('does not wait long for a stranger who sends nothing', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(head(['content-length: 10']));

    expect(await connection.end()).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('takes no second request from a connection whose body it left unread', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(head(['content-length: 5000']));
    await connection.until('unauthenticated');
    connection.write(head(['x-credential: good', 'content-length: 0']));
    const received = await connection.end();

    expect(received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(scene.heads).toHaveLength(1);
  });
});

describe('createGuard: bodies that do not end', () => {
  it('refuses a body that is too slow', async () => {
    const scene = await createScene(undefined, { bodyTimeoutMs: 50 });
    const connection = await open(scene.port);
    connection.write(`${head(['x-credential: good', 'content-length: 10'])}x`);
    const received = await connection.until('requestId');
    connection.destroy();

    expect(received).toMatch(/^HTTP\/1\.1 400 .*connection: close.*"malformed_request"/is);
    expect(scene.bodies).toEqual([]);
    expectOneLine(scene, { severity: 'INFO', code: 'malformed_request' });
  });

  it('answers nobody where the caller has gone, and says so', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(`${head(['x-credential: good', 'content-length: 10'])}x`);
    await until(() => scene.heads.length > 0);
    await turns();
    connection.destroy();
    await until(() => scene.lines().length > 0);

    expectOneLine(scene, { severity: 'INFO', outcome: 'interrupted' });
    expect(scene.lines()[0]).not.toHaveProperty('code');
    expect(scene.bodies).toEqual([]);
    expect(scene.guard.running()).toBe(0);
  });

  it('goes on with the work where the caller goes while it runs, and writes no line of its own', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise);
    const connection = await open(scene.port);
    connection.write(`${head(['x-credential: good', 'content-length: 1'])}x`);
    await until(() => scene.bodies.length > 0);
    connection.destroy();
    await until(() => scene.guard.running() === 0);
    gate.resolve(answerSuccess('sent', 'id'));
    await turns();

    expect(scene.guard.running()).toBe(0);
    expect(scene.lines()).toEqual([]);
  });
});

describe('createGuard: callers that wait to be asked for their body', () => {
  const expectant = (lines: readonly string[]) =>
    head(['expect: 100-continue', 'connection: close', ...lines]);

  it('asks for the body once the credential is right', async () => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(expectant(['x-credential: good', 'content-length: 5']));
    await connection.until('100 Continue');
    connection.write('hello');
    const received = await connection.end();

    expect(received).toContain('HTTP/1.1 200 OK');
    expect(scene.bodies.map(String)).toEqual(['hello']);
  });

  it.each([
    ['without a credential', ['content-length: 5'], 401],
    ['with a body that is too large', ['x-credential: good', `content-length: ${LIMIT + 1}`], 413],
    ['with a compressed body', ['x-credential: good', 'content-encoding: gzip', 'content-length: 5'], 415],
  ])('does not ask a caller %s', async (_name, lines, status) => {
    const scene = await createScene();
    const connection = await open(scene.port);
    connection.write(expectant(lines));
    const received = await connection.until('requestId');
    connection.destroy();

    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(scene.bodies).toEqual([]);
    expect(scene.lines()).toHaveLength(1);
  });
});

describe('createGuard: load', () => {
  it('turns away what is too much, before its body is read', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise, { maxInFlight: 1 });
    const first = scene.post({ body: 'one' });
    await until(() => scene.bodies.length > 0);
    const second = await scene.post({ body: 'x'.repeat(LIMIT + 1) });

    expectRefused(second, 503, 'unavailable');
    expect(second.headers['retry-after']).toBe('1');
    expectOneLine(scene, { severity: 'WARNING', code: 'unavailable' }, second);
    gate.resolve(answerSuccess('sent', 'id'));
    await expect(first).resolves.toMatchObject({ status: 200 });
    await expect(scene.post({ body: 'three' })).resolves.toMatchObject({ status: 200 });
  });

  it('leaves out a request whose body is on its way: a stranger with a forged signature comes as far', async () => {
    const scene = await createScene(undefined, { maxInFlight: 1 });
    const connection = await open(scene.port);
    connection.write(`${head(['x-credential: good', 'content-length: 10'])}x`);
    await until(() => scene.heads.length > 0);
    await turns();

    await expect(scene.post({ body: 'two' })).resolves.toMatchObject({ status: 200 });
    connection.destroy();
    await until(() => scene.guard.running() === 0);
    await expect(scene.post({ body: 'three' })).resolves.toMatchObject({ status: 200 });
  });

  it('tells strangers of no load', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise, { maxInFlight: 1 });
    const first = scene.post({ body: 'one' });
    await until(() => scene.bodies.length > 0);
    const stranger = await send(scene.port, { body: 'two' });
    gate.resolve(answerSuccess('sent', 'id'));
    await first;

    expect(stranger.status).toBe(401);
  });

  it('does not count what it refused', async () => {
    const scene = await createScene(() => Promise.reject(new Error('x')), { maxInFlight: 1 });
    for (let round = 0; round < 3; round += 1) {
      await expect(scene.post({ body: 'x' })).resolves.toMatchObject({ status: 500 });
      await expect(scene.post({ body: 'x'.repeat(LIMIT + 1) })).resolves.toMatchObject({ status: 413 });
    }

    expect(scene.lines()).toHaveLength(6);
  });
});

describe('createGuard: the end of the instance', () => {
  it('turns new requests away and answers those that run, each as the last of its connection', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise);
    const first = scene.post({ body: 'one' });
    await until(() => scene.bodies.length > 0);
    scene.guard.drain();
    const second = await scene.post({ body: 'two' });
    gate.resolve(answerSuccess('sent', 'id'));

    expectRefused(second, 503, 'unavailable');
    expect(second.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
    await expect(first).resolves.toMatchObject({ status: 200, headers: { connection: 'close' } });
    expectOneLine(scene, { code: 'unavailable' }, second);
  });

  it('counts what is not answered yet', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise);
    const both = [scene.post({ body: 'one' }), scene.post({ body: 'two' })];
    await until(() => scene.bodies.length > 1);
    const running = scene.guard.running();
    gate.resolve(answerSuccess('sent', 'id'));
    await Promise.all(both);
    await until(() => scene.guard.running() === 0);

    expect(running).toBe(2);
    expect(scene.guard.running()).toBe(0);
  });

  it('does not count what was sent behind a request whose caller has gone', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise);
    const connection = await open(scene.port);
    const one = `${head(['x-credential: good', 'content-length: 1'])}x`;
    connection.write(one + one);
    await until(() => scene.bodies.length > 1);
    connection.destroy();
    gate.resolve(answerSuccess('sent', 'id'));
    await until(() => scene.guard.running() === 0);

    expect(scene.guard.running()).toBe(0);
  });
});

describe('createGuard: what nobody foresaw', () => {
  it.each([
    ['the work fails', () => Promise.reject(new TypeError('canary'))],
    [
      'the work gives an answer that cannot be written',
      () => Promise.resolve({ status: 200, headers: { x: 'a\nb' }, body: 'canary' }),
    ],
  ])('answers 500 where %s, and says where and not what', async (_name, work) => {
    const scene = await createScene(work);
    const answer = await scene.post({ body: 'x' });

    expectRefused(answer, 500, 'internal');
    expectOneLine(scene, { severity: 'ERROR', code: 'internal', error: expect.any(String) }, answer);
    expect(scene.text() + answer.text).not.toContain('canary');
  });

  it('answers a fault that the work did not answer itself', async () => {
    const scene = await createScene(() => Promise.reject(new Fault('provider_timeout')));
    const answer = await scene.post({ body: 'x' });

    expectRefused(answer, 504, 'provider_timeout');
    expectOneLine(scene, { severity: 'WARNING', code: 'provider_timeout' }, answer);
  });

  it('answers 500 where the handler fails', async () => {
    const scene = await createScene(undefined, { handler: () => Promise.reject(new RangeError('canary')) });
    const answer = await scene.post({ body: 'x' });

    expectRefused(answer, 500, 'internal');
    expect(scene.text()).not.toContain('canary');
  });

  it('ends the connection where not even the refusal can be written, and stays alive', async () => {
    const written: string[] = [];
    const scene = await createScene(undefined, {
      log: (severity, event) => {
        written.push(`${severity} ${event}`);
        if (written.length === 1) throw new Error('no space left');
      },
    });

    await expect(send(scene.port, { body: 'x' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(scene.post({ body: 'x' })).resolves.toMatchObject({ status: 200 });
    expect(written).toEqual(['WARNING request.refused', 'ERROR request.refused']);
  });
});
