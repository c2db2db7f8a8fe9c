import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { readRequestHead } from '../../../functions/http/request-head.ts';

const TRACE = '0123456789abcdef0123456789abcdef';
const NO_TRACE = '0'.repeat(32);

/** A request whose head has come in. */
function aRequest(
  headers: Readonly<Record<string, string | string[]>> = {},
  changes: { method?: string; url?: string } = {},
) {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: 'POST', url: '/', ...changes });
  request.headersDistinct = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
  );
  return request;
}

describe('readRequestHead', () => {
  it.each([
    ['/', '/'],
    ['/health', '/health'],
    ['/health?x=/y', '/health'],
    ['/a/b?c?d', '/a/b'],
    ['?x', ''],
  ])('reads the path of %j', (url, path) => {
    expect(readRequestHead(aRequest({}, { url })).path).toBe(path);
  });

  it('reads method and headers, a header that came twice with both values', () => {
    const head = readRequestHead(aRequest({ authorization: ['a', 'b'], 'x-signature': 'c' }));

    expect(head).toMatchObject({
      method: 'POST',
      headers: { authorization: ['a', 'b'], 'x-signature': ['c'] },
    });
  });

  it('gives each request an id of its own, whatever the caller calls it', () => {
    const request = aRequest({ 'x-request-id': 'mine' });
    const ids = [readRequestHead(request).requestId, readRequestHead(request).requestId];

    expect(new Set([...ids, 'mine']).size).toBe(3);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('notes when the request came in', () => {
    const before = performance.now();
    const { receivedAtMs } = readRequestHead(aRequest());

    expect(receivedAtMs).toBeGreaterThanOrEqual(before);
    expect(receivedAtMs).toBeLessThanOrEqual(performance.now());
  });

  it('does without method and address', () => {
    const request = new IncomingMessage(new Socket());
    request.headersDistinct = {};

    expect(readRequestHead(request)).toMatchObject({ method: '', headers: {}, trace: undefined });
  });
});

describe('readRequestHead: the trace', () => {
  const w3c = `00-${TRACE}-0123456789abcdef-01`;

  it.each([
    ['Google’s header', { 'x-cloud-trace-context': `${TRACE}/1;o=1` }],
    ['Google’s header with the trace alone', { 'x-cloud-trace-context': TRACE }],
    [
      'Google’s header in capitals',
      { 'x-cloud-trace-context': `${TRACE.toUpperCase()}/18446744073709551615` },
    ],
    ['traceparent', { traceparent: w3c }],
    ['traceparent of a version to come', { traceparent: w3c.replace('00-', '01-') }],
    ['traceparent where Google’s header is malformed', { 'x-cloud-trace-context': 'x', traceparent: w3c }],
    [
      'Google’s header first',
      { 'x-cloud-trace-context': TRACE, traceparent: w3c.replace(TRACE, 'f'.repeat(32)) },
    ],
  ])('is taken from %s', (_name, headers) => {
    expect(readRequestHead(aRequest(headers)).trace).toBe(TRACE);
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { 'x-cloud-trace-context': '' }],
    ['31 digits', { 'x-cloud-trace-context': TRACE.slice(1) }],
    ['33 digits', { 'x-cloud-trace-context': `${TRACE}0` }],
    ['zeros alone', { 'x-cloud-trace-context': NO_TRACE }],
    ['a path behind it', { 'x-cloud-trace-context': `${TRACE}/../x` }],
    ['zeros alone in traceparent', { traceparent: w3c.replace(TRACE, NO_TRACE) }],
    ['a parent of zeros', { traceparent: `00-${TRACE}-0000000000000000-01` }],
    ['the version that is forbidden', { traceparent: w3c.replace('00-', 'ff-') }],
    ['capitals in traceparent', { traceparent: w3c.toUpperCase() }],
    ['something behind traceparent', { traceparent: `${w3c}x` }],
  ])('is not taken from %s', (_name, headers) => {
    expect(readRequestHead(aRequest(headers)).trace).toBeUndefined();
  });
});
