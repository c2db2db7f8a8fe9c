/**
 * A module to be loaded before another program (`node --import`): every server of that process listens on 127.0.0.1,
 * whatever address it asks for.
 *
 * The Functions Framework and the in-memory Firestore know no address but "all interfaces", and neither has a place
 * on the network of a café.
 */
import { Server } from 'node:net';

const LOOPBACK = '127.0.0.1';

const listen: unknown = Reflect.get(Server.prototype, 'listen');
if (typeof listen !== 'function') throw new TypeError('net.Server has no listen');

Object.defineProperty(Server.prototype, 'listen', {
  configurable: true,
  writable: true,
  value: function listenOnLoopback(this: Server, ...args: readonly unknown[]): unknown {
    return Reflect.apply(listen, this, confine(args));
  },
});

function confine(args: readonly unknown[]): readonly unknown[] {
  const [first] = args;
  const callback = args.findLast((arg) => typeof arg === 'function');
  const target = typeof first === 'object' && first !== null ? first : portOf(first);
  // A path, a handle or a descriptor reaches no network.
  if (target === null || !('port' in target)) return args;
  return [{ ...target, host: LOOPBACK }, callback];
}

function portOf(first: unknown): { port: number } | null {
  if (first === undefined || typeof first === 'function') return { port: 0 };
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first));
  return isPort ? { port: Number(first) } : null;
}
