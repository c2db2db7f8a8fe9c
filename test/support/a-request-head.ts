import type { RequestHead } from '../../functions/http/request-head.ts';

/** The head of a request; headers are given as name and value. */
export function aRequestHead(
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  changes: Partial<RequestHead> = {},
): RequestHead {
  return {
    requestId: '00000000-0000-4000-8000-000000000000',
    method: 'POST',
    path: '/',
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
    ),
    trace: undefined,
    receivedAtMs: performance.now(),
    ...changes,
  };
}
