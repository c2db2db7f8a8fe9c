import { createServer, type IncomingHttpHeaders } from 'node:http';

/** What the stand-in was asked. */
export interface StandInRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** `hang` never answers; `reset` cuts the connection. */
export type StandInAnswer = { readonly status: number; readonly body: unknown } | 'hang' | 'reset';

/** A server on loopback in place of one of Google's. */
export interface GoogleStandIn {
  /** Host and port. */
  readonly host: string;
  readonly requests: readonly StandInRequest[];
  close(): Promise<void>;
}

/**
 * Starts a stand-in.
 *
 * @param answer - what to answer; a body that is no text is written as JSON
 */
export async function startGoogleStandIn(
  answer: (request: StandInRequest) => StandInAnswer,
): Promise<GoogleStandIn> {
  const requests: StandInRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    requests.push(request);
    const answered = answer(request);
    if (answered === 'hang') return;
    if (answered === 'reset') {
      incoming.socket.destroy();
      return;
    }
    const { status, body } = answered;
    outgoing.writeHead(status, { 'content-type': 'application/json' });
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
