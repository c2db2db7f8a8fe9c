/**
 * A preload for a function: its time, wall clock and monotonic alike, is the one that the latest request names in
 * `x-simulated-time` (milliseconds since 1970), until then that of the machine. Timers run as ever.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const realNow = Date.now.bind(Date);
const realMonotonic = performance.now.bind(performance);
let aheadMs = 0;

Date.now = () => realNow() + aheadMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget) as Date,
});
performance.now = () => realMonotonic() + aheadMs;

subscribe('http.server.request.start', (message) => {
  const { request } = message as { readonly request: IncomingMessage };
  const at = Number(request.headers['x-simulated-time']);
  // Never back: what was measured would be negative.
  if (at > 0) aheadMs = Math.max(aheadMs, at - realNow());
});
