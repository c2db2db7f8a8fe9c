import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { waitUntil } from '../../tools/local-stack/wait-until.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { describeWith } from '../support/describe-with.ts';
import { startFaultyStack, type FaultyGateway } from '../support/faulty-stack.ts';
import { aGatewayBody, signToken } from '../support/gateway-stack.ts';
import { linesThatAreNoJson } from '../support/json-lines.ts';
import { peakResidentMib } from '../../tools/load/peak-resident-mib.ts';
import { head, open, send, type RawConnection } from '../support/wire.ts';

// What whoever finds the URL may try, against the real framework. All of it together must leave the instance small and
// able to work; that no body is parsed, inflated or printed shows in its memory and its output.

const MOST_RESIDENT_MIB = 150;

const stack = await startFaultyStack();
const gateway = await stack.startGateway({ RATE_LIMITS: '', MAX_SENDS_PER_NUMBER: '1000' });
const token = await signToken(stack.key);
const AUTHORIZATION = `authorization: Bearer ${token}`;
const connections: RawConnection[] = [];

const canMeasure = peakResidentMib(gateway.process.pid) !== null;
const describeWithMemory = describeWith(canMeasure ? gateway : null);
/** The most memory so far, after each test. */
const peaks: { readonly after: string | undefined; readonly mib: number | null }[] = [];

let sends = 0;
/** An honest request, unlike any before. */
async function sendHonestly(asked: FaultyGateway = gateway): Promise<number> {
  sends += 1;
  const call = { recipient: testNumber(sends % 200), code: String(100_000 + sends) };
  return (await asked.send(call)).status;
}

async function connection(): Promise<RawConnection> {
  const opened = await open(gateway.port);
  connections.push(opened);
  return opened;
}

/** A body in order, as text for a raw connection. */
function aBody(): string {
  sends += 1;
  const recipient = testNumber(sends % 200);
  return JSON.stringify(aGatewayBody({ recipient, body: `code ${String(100_000 + sends)}` }));
}

const TWENTY = Array.from({ length: 20 }, (_, index) => index);
const ALL_200 = TWENTY.map(() => 200);

/** Twenty honest requests, one after the other. */
async function sendTwenty(): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < TWENTY.length) statuses.push(await sendHonestly());
  return statuses;
}

beforeEach(() => {
  stack.simulator.reset();
});

afterEach(() => {
  for (const opened of connections.splice(0)) opened.destroy();
  if (!canMeasure) return;
  peaks.push({ after: expect.getState().currentTestName, mib: peakResidentMib(gateway.process.pid) });
});

afterAll(async () => {
  await stack.stop();
});

describe('a bomb, 600 KB that inflate to 600 MB,', () => {
  // Members of a gzip file may follow each other: nobody needs the whole to make it.
  const member = gzipSync(Buffer.alloc(10_000_000));
  const bomb = Buffer.concat(Array.from({ length: 60 }, () => member));
  const zipped = { 'content-encoding': 'gzip', 'content-type': 'application/json' };

  it.each([
    ['of a stranger', zipped, 415],
    ['of a caller in good order', { ...zipped, authorization: `Bearer ${token}` }, 415],
    ['said to be deflated', { 'content-encoding': 'deflate' }, 415],
    ['in two encodings', { 'content-encoding': ['identity', 'br'] }, 415],
    ['that does not say so', { authorization: `Bearer ${token}` }, 413],
    ['that does not say so, of a stranger', {}, 401],
  ])('is not inflated: %s', async (_name, headers, status) => {
    const bombs = await Promise.all(
      Array.from({ length: 5 }, () => send(gateway.port, { headers, body: bomb })),
    );

    expect(bombs.map((answer) => answer.status)).toEqual(bombs.map(() => status));
    expect(await sendHonestly()).toBe(200);
  });
});

describe('slow connections, 200 of them,', () => {
  it('keep nobody else from being answered', async () => {
    const starts = [
      ...Array.from({ length: 100 }, () => 'POST / HTTP/1.1\r\nhost: localhost\r\nx-slow: '),
      ...Array.from({ length: 50 }, () => head(['content-length: 1000'])),
      ...Array.from({ length: 50 }, () => head([AUTHORIZATION, 'content-length: 1000'])),
    ];
    const slow = await Promise.all(
      starts.map(async (start) => {
        const opened = await connection();
        opened.write(start);
        return opened;
      }),
    );
    const statuses: number[] = [];
    while (statuses.length < TWENTY.length) {
      for (const opened of slow) if (!opened.hasEnded()) opened.write('x');
      statuses.push(await sendHonestly());
    }

    expect(statuses).toEqual(ALL_200);
  });
});

describe('a flood of strangers', () => {
  it('is refused, and keeps nobody else from being answered', async () => {
    let isOver = false;
    let refused = 0;
    const flood = Array.from({ length: 32 }, async () => {
      while (!isOver) {
        const { status } = await send(gateway.port, { body: 'x'.repeat(1000) });
        refused += status === 401 ? 1 : NaN;
      }
    });
    const statuses = await sendTwenty();
    isOver = true;
    await Promise.all(flood);

    expect(statuses).toEqual(ALL_200);
    expect(refused).toBeGreaterThan(0);
  });
});

describe('an endless body', () => {
  const CHUNK = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const MOST_CHUNKS = 1000;

  it.each([
    ['of a stranger', [], 'unauthenticated'],
    ['of a caller in good order', [AUTHORIZATION], 'content_too_large'],
  ])('is cut off: %s', async (_name, lines, code) => {
    const before = gateway.process.logs().length;
    // The rules may be read meanwhile, which is a line as well.
    const refusals = () =>
      gateway.process
        .logs()
        .slice(before)
        .filter(({ event }) => event === 'request.refused');
    const socket = connect({ host: '127.0.0.1', port: gateway.port });
    // Whoever never stops to read may lose the answer to the end of the connection.
    socket.on('error', () => undefined).resume();
    socket.write(head([...lines, 'transfer-encoding: chunked']));
    let chunks = 0;
    const pour = (): void => {
      while (!socket.destroyed && chunks < MOST_CHUNKS && socket.write(CHUNK)) chunks += 1;
    };
    socket.on('drain', pour);
    pour();
    await waitUntil(() => socket.destroyed && refusals().length > 0, 20_000);
    socket.destroy();

    expect(refusals()).toEqual([expect.objectContaining({ code })]);
    expect(chunks).toBeLessThan(MOST_CHUNKS);
    expect(await sendHonestly()).toBe(200);
  });
});

describe('what is no HTTP', () => {
  const LENGTH = 'content-length: 2';

  it.each([
    ['noise', '\u0000\u0001\u0002\u0003\r\n\r\n', 400],
    ['a TLS hello', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n', 400],
    ['a method that nobody knows', head([], 'SEND / HTTP/1.1'), 400],
    ['another version', head([], 'POST / HTTP/9.9'), 400],
    ['no host', 'POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n', 400],
    ['a space before the colon', head(['content-length : 2']) + 'xx', 400],
    ['a NUL in a header', head(['x-a: a\u0000b', LENGTH]) + 'xx', 400],
    ['a bare CR in a header', head(['x-a: a\rb: c', LENGTH]) + 'xx', 400],
    ['two lengths', head([LENGTH, 'content-length: 3']) + 'xxx', 400],
    ['a length and chunks', head([LENGTH, 'transfer-encoding: chunked']) + '0\r\n\r\n', 400],
    ['a length that is no number', head(['content-length: 2x']) + 'xx', 400],
    ['a negative length', head(['content-length: -2']) + 'xx', 400],
    ['a length beyond all numbers', head([`content-length: ${'9'.repeat(30)}`]) + 'xx', 400],
    ['a header of 17 KB', head([`x-long: ${'x'.repeat(17_000)}`, 'content-length: 0']), 431],
    [
      'headers of 17 KB together',
      head([...Array.from({ length: 170 }, (_, index) => `x-${index}: ${'x'.repeat(95)}`)]),
      431,
    ],
  ])('is refused, and the connection ends: %s', async (_name, text, status) => {
    const opened = await connection();
    opened.write(text);

    expect(await opened.end()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await sendHonestly()).toBe(200);
  });

  it('is refused where it comes in the middle of a body', async () => {
    const opened = await connection();
    opened.write(head([AUTHORIZATION, 'transfer-encoding: chunked']) + '2\r\nxx\r\nno-length\r\n');
    await opened.end();

    expect(await sendHonestly()).toBe(200);
    expect(stack.simulator.delivered).toHaveLength(1);
  });
});

describe('what is HTTP, but seldom', () => {
  it('asks for the body of a caller who waits for that, once it knows the caller', async () => {
    const body = aBody();
    const opened = await connection();
    opened.write(head([AUTHORIZATION, `content-length: ${body.length}`, 'expect: 100-continue']));
    await opened.until('HTTP/1.1 100 Continue\r\n\r\n');
    opened.write(body);

    expect(await opened.until('"sent"')).toContain('HTTP/1.1 200 OK');
  });

  it.each([
    ['a stranger', ['content-length: 1000'], 401],
    ['a body that is too large', [AUTHORIZATION, 'content-length: 20000'], 413],
    ['a compressed body', [AUTHORIZATION, 'content-length: 1000', 'content-encoding: gzip'], 415],
  ])('does not ask for the body of %s', async (_name, lines, status) => {
    const opened = await connection();
    opened.write(head([...lines, 'expect: 100-continue']));

    expect(await opened.until('requestId')).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('is guarded where it expects what nobody knows', async () => {
    const opened = await connection();
    opened.write(head(['content-length: 2', 'expect: a-miracle']) + 'xx');

    expect(await opened.until('requestId')).toMatch(/^HTTP\/1.1 401 /);
  });

  it('answers requests that come behind each other, in their order', async () => {
    const opened = await connection();
    const bodies = [aBody(), 'no JSON', aBody()];
    opened.write(
      bodies.map((body) => head([AUTHORIZATION, `content-length: ${body.length}`]) + body).join(''),
    );
    let text = '';
    await waitUntil(async () => {
      text = await opened.until('requestId');
      return text.split('requestId').length > 3;
    }, 10_000);

    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200']);
  });

  it.each([
    ['two tokens, each in order', [AUTHORIZATION, AUTHORIZATION]],
    ['a token behind a wrong one', ['authorization: Bearer x', AUTHORIZATION]],
    ['a signature twice', ['x-signature: t=1,v1=00', 'x-signature: t=1,v1=00']],
    ['a signature that is wrong beside a token in order', ['x-signature: t=1,v1=00', AUTHORIZATION]],
  ])('knows nobody by %s', async (_name, lines) => {
    const body = aBody();
    const opened = await connection();
    opened.write(head([...lines, `content-length: ${body.length}`]) + body);

    expect(await opened.until('requestId')).toMatch(/^HTTP\/1.1 401 /);
    expect(stack.simulator.seen).toEqual([]);
  });

  it('takes an address in absolute form for any other path', async () => {
    const body = aBody();
    const opened = await connection();
    opened.write(
      head(
        [AUTHORIZATION, `content-length: ${body.length}`],
        'POST http://elsewhere.example/x?y=1 HTTP/1.1',
      ) + body,
    );

    expect(await opened.until('requestId')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('has no body for HEAD', async () => {
    const opened = await connection();
    opened.write(head(['connection: close'], 'HEAD / HTTP/1.1'));
    const answer = await opened.end();

    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer).toMatch(/\r\n\r\n$/);
  });

  it.each(['OPTIONS * HTTP/1.1', 'TRACE / HTTP/1.1', 'DELETE / HTTP/1.1', 'QUERY / HTTP/1.1'])(
    'refuses %s',
    async (requestLine) => {
      const opened = await connection();
      opened.write(head(['connection: close'], requestLine));

      expect(await opened.end()).toMatch(/^HTTP\/1.1 405 /);
    },
  );

  it.each([
    ['CONNECT', head([], 'CONNECT elsewhere.example:443 HTTP/1.1')],
    ['an upgrade', head(['connection: upgrade', 'upgrade: websocket'], 'GET / HTTP/1.1')],
  ])('tunnels nothing: %s', async (_name, text) => {
    const opened = await connection();
    opened.write(text);
    await waitUntil(() => opened.hasEnded(), 500);
    opened.destroy();

    expect(await opened.end()).not.toMatch(/HTTP\/1.1 (?:101|200)/);
    expect(await sendHonestly()).toBe(200);
  });
});

describe('the output of an instance under attack', () => {
  it('holds lines of JSON and nothing else, on both streams', () => {
    expect(gateway.process.logs()).not.toEqual([]);
    expect(linesThatAreNoJson(gateway.process.rawOutput())).toEqual([]);
  });
});

describeWithMemory('the memory of an instance under attack', () => {
  it('stayed small to the end', () => {
    const all = [...peaks, { after: 'all of it', mib: peakResidentMib(gateway.process.pid) }];
    expect(all.filter(({ mib }) => mib === null || mib >= MOST_RESIDENT_MIB)).toEqual([]);
  });
});

describe('SIGTERM with 40 requests in flight', () => {
  it.each([1, 2, 3])('answers them all with 200 and exits with 0, time %d', async () => {
    const ending = await stack.startGateway({ RATE_LIMITS: '' });
    stack.simulator.change({ latencyMs: 700 });
    const answers = Array.from({ length: 40 }, () => sendHonestly(ending));
    const lookups = (): number =>
      stack.simulator.seen.filter(({ operation }) => operation === 'lookup').length;
    expect(await waitUntil(() => lookups() === 40, 20_000)).toBe(true);
    const exit = ending.process.stop('SIGTERM');

    expect(await Promise.all(answers)).toEqual(answers.map(() => 200));
    expect(await exit).toBe(0);
    stack.simulator.change({ latencyMs: 0 });
  });
});
