import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What is known of a request before its body is read. */
export interface RequestHead {
  /** Ours: no header of the caller's gets into a log under this name. */
  readonly requestId: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Every value of every header, by lower-case name: a header that came twice has two. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** The trace id of 32 hexadecimal digits, where the caller or Google's front end named one. */
  readonly trace: string | undefined;
  /** When the request came in, by the monotonic clock in milliseconds. */
  readonly receivedAtMs: number;
}

const NO_TRACE = '0'.repeat(32);

/** Reads the head of a request. */
export function readRequestHead(request: IncomingMessage): RequestHead {
  const headers = request.headersDistinct;
  return {
    requestId: randomUUID(),
    method: request.method ?? '',
    path: (request.url ?? '/').split('?', 1)[0] ?? '/',
    headers,
    trace: traceOf(headers['x-cloud-trace-context']?.[0], headers['traceparent']?.[0]),
    receivedAtMs: performance.now(),
  };
}

/**
 * The trace of a request: Google's own header first, then W3C trace context.
 *
 * @see https://cloud.google.com/trace/docs/trace-context
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
function traceOf(cloudTraceContext: string | undefined, traceparent: string | undefined): string | undefined {
  const google = /^([0-9a-f]{32})(?:\/\d{1,20})?(?:;o=\d)?$/i.exec(cloudTraceContext ?? '')?.[1];
  const w3c = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.exec(
    traceparent ?? '',
  )?.[1];
  return [google?.toLowerCase(), w3c].find((trace) => trace !== undefined && trace !== NO_TRACE);
}
