import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reply } from './reply.ts';

/** Both sides of one exchange. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

const HTML =
  '<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body><h1>Please stand by</h1></body></html>\n';
const CHUNK = 'x'.repeat(64 * 1024);
const BIG_CHUNKS = 160;

/** Writes an answer, in the manner that it asks for; nothing when the client has gone. */
export function writeReply({ incoming, outgoing }: Exchange, reply: Reply): void {
  if (outgoing.destroyed) return;
  switch (reply.manner) {
    case undefined:
      writeText(outgoing, reply, 'application/json; charset=utf-8', JSON.stringify(reply.body));
      return;
    case 'problem':
      writeText(outgoing, reply, 'application/problem+json', JSON.stringify(reply.body));
      return;
    case 'html':
      writeText(outgoing, reply, 'text/html; charset=utf-8', HTML);
      return;
    case 'text':
      writeText(outgoing, reply, 'text/plain; charset=utf-8', 'queued');
      return;
    case 'empty':
    case 'redirect':
      outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': 0 }).end();
      return;
    case 'half':
      writeHalf(outgoing, reply);
      return;
    case 'big':
      void writeBig(outgoing, reply);
      return;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'hang':
  }
}

function writeText(outgoing: ServerResponse, reply: Reply, type: string, text: string): void {
  const length = Buffer.byteLength(text);
  outgoing.writeHead(reply.status, { ...reply.headers, 'content-type': type, 'content-length': length });
  outgoing.end(text);
}

function writeHalf(outgoing: ServerResponse, reply: Reply): void {
  const text = JSON.stringify(reply.body);
  const headers = {
    ...reply.headers,
    'content-type': 'application/json',
    'content-length': text.length + 64,
  };
  outgoing.writeHead(reply.status, headers);
  outgoing.write(text.slice(0, Math.ceil(text.length / 2)), () => outgoing.destroy());
}

// Without a content length, so that a client has to count what it reads.
async function writeBig(outgoing: ServerResponse, reply: Reply): Promise<void> {
  outgoing.writeHead(reply.status, { ...reply.headers, 'content-type': 'application/json' });
  const end = `","answer":${JSON.stringify(reply.body)}}`;
  // A client that has read enough closes the connection; that is what this answer is for.
  await pipeline(Readable.from(['{"padding":"', ...chunks(), end]), outgoing).catch(() => undefined);
}

function* chunks(): Generator<string> {
  for (let count = 0; count < BIG_CHUNKS; count += 1) yield CHUNK;
}
