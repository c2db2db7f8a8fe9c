import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { BodyInterrupted, readBody, type BodyReading } from '../../../functions/http/read-body.ts';

const EVENTS = ['data', 'end', 'close', 'error'] as const;

/** A request whose head has come in, and whose body a test brings. */
function aRequest(contentLength?: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  if (contentLength !== undefined) request.headers['content-length'] = contentLength;
  return request;
}

function bring(request: IncomingMessage, ...chunks: readonly (string | null)[]): void {
  for (const chunk of chunks) request.push(chunk === null ? null : Buffer.from(chunk));
}

/** Reads, and counts how often the caller was asked for its body. */
function read(request: IncomingMessage, changes: Partial<BodyReading> = {}) {
  const asked: string[] = [];
  const body = readBody(request, {
    maxBytes: 10,
    timeoutMs: 10_000,
    space: null,
    askForBody: () => asked.push('asked'),
    ...changes,
  });
  return { body, asked };
}

describe('readBody', () => {
  it.each([
    ['no chunk', [], ''],
    ['one chunk', ['hello'], 'hello'],
    ['several chunks', ['he', 'l', 'lo'], 'hello'],
    ['as many bytes as there may be', ['0123456789'], '0123456789'],
  ])('gives the bytes of %s', async (_name, chunks, expected) => {
    const request = aRequest();
    const { body, asked } = read(request);
    bring(request, ...chunks, null);

    expect((await body).toString('utf8')).toBe(expected);
    expect(asked).toHaveLength(1);
  });

  it('gives a character whole that came in two chunks', async () => {
    const request = aRequest();
    const { body } = read(request);
    for (const byte of Buffer.from('\u00e9')) request.push(Buffer.from([byte]));
    bring(request, null);

    expect((await body).toString('utf8')).toBe('\u00e9');
  });

  it('reads into the space that it is given, and gives no more of it than it has read', async () => {
    const request = aRequest('5');
    const space = Buffer.from('old text');
    const { body } = read(request, { space });
    bring(request, 'he', 'llo', null);

    expect((await body).toString('utf8')).toBe('hello');
    expect(space.toString('utf8')).toBe('helloext');
  });

  it('refuses a stated length that is too large, and does not ask for the body', async () => {
    const request = aRequest('11');
    const { body, asked } = read(request);

    await expect(body).rejects.toMatchObject({ name: 'Refusal', code: 'content_too_large' });
    expect(asked).toEqual([]);
    expect(EVENTS.map((event) => request.listenerCount(event))).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['one chunk', ['0123456789a']],
    ['several chunks', ['01234', '56789', 'a']],
  ])('refuses %s of more than there may be, before the end is there', async (_name, chunks) => {
    const request = aRequest();
    const { body } = read(request);
    bring(request, ...chunks);

    await expect(body).rejects.toMatchObject({ name: 'Refusal', code: 'content_too_large' });
    expect(request.isPaused()).toBe(true);
  });

  it.each([
    ['that comes too slowly', 1],
    ['for which no time is left', 0],
    ['for which less than no time is left', -5],
  ])('refuses a body %s', async (_name, timeoutMs) => {
    const request = aRequest('5');
    const { body } = read(request, { timeoutMs });
    bring(request, 'he');

    await expect(body).rejects.toMatchObject({ name: 'Refusal', code: 'malformed_request' });
    expect(request.isPaused()).toBe(true);
  });

  it.each([
    ['closes', (request: IncomingMessage) => request.destroy()],
    ['breaks', (request: IncomingMessage) => request.destroy(new Error('ECONNRESET'))],
  ])('has nobody to answer where the connection %s', async (_name, end) => {
    const request = aRequest('5');
    request.on('error', () => undefined);
    const { body } = read(request);
    bring(request, 'he');
    end(request);

    await expect(body).rejects.toBeInstanceOf(BodyInterrupted);
  });

  it('leaves no listener behind, and does not mind what comes later', async () => {
    const request = aRequest();
    const { body } = read(request);
    bring(request, 'hello', null);
    await body;

    expect(EVENTS.map((event) => request.listenerCount(event))).toEqual([0, 0, 0, 0]);
  });
});
