import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What becomes of one exchange that passes through:
 *
 * - `pass`: nothing happens to it
 * - `black-hole`: the request is swallowed, nothing ever comes back
 * - `reset-unseen`: the connection is reset before the other side has seen the request
 * - `reset-unanswered`: the other side answers, the connection is reset before a byte of that arrives
 * - `reset-midway`: the connection is reset in the middle of the answer's body
 * - `half`: the connection ends, as if in good order, in the middle of the answer's body
 * - `delayMs`: the answer comes that much later
 */
export type WireFault =
  | 'pass'
  | 'black-hole'
  | 'reset-unseen'
  | 'reset-unanswered'
  | 'reset-midway'
  | 'half'
  | { readonly delayMs: number };

/** Stands on the way to a server, and spoils what passes. */
export interface FaultProxy {
  /** Host and port. */
  readonly host: string;
  /** First lines of the requests that came, oldest first, whatever became of them; always the same array. */
  readonly requests: readonly string[];
  /** From now on, what becomes of a request, by its first line; requests under way keep what they have. */
  spoil(faultOf: (requestLine: string) => WireFault): void;
  /** From now on, connections are refused; those that are there are reset. */
  refuse(): Promise<void>;
  /** Everything passes again. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a proxy on loopback.
 *
 * It is a proxy of TCP, so that connections can break as they do; of HTTP/1.1 it knows that one request follows the
 * other on a connection, each after the answer to the one before, and where a first line ends.
 *
 * @param target - host and port of the server behind it
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let faultOf: (requestLine: string) => WireFault = () => 'pass';
  const server = createServer((downstream) => {
    const track = (socket: Socket): void => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    };
    track(downstream);
    carry(downstream, {
      connectUpstream: () => {
        const upstream = connectTo(target);
        track(upstream);
        return upstream;
      },
      faultOf: (requestLine) => {
        requests.push(requestLine);
        return faultOf(requestLine);
      },
    });
  });
  const port = await listen(server, 0);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.resetAndDestroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    host: `127.0.0.1:${port}`,
    requests,
    spoil: (choose) => {
      faultOf = choose;
    },
    refuse: close,
    heal: async () => {
      faultOf = () => 'pass';
      if (!server.listening) await listen(server, port);
    },
    stop: close,
  };
}

interface Carriage {
  readonly connectUpstream: () => Socket;
  readonly faultOf: (requestLine: string) => WireFault;
}

function carry(downstream: Socket, { connectUpstream, faultOf }: Carriage): void {
  let upstream: Socket | null = null;
  let fault: WireFault = 'pass';
  let isBetweenRequests = true;

  const answered = (chunk: Buffer): void => {
    isBetweenRequests = true;
    deliver(chunk, fault, downstream);
  };
  downstream.on('data', (chunk: Buffer) => {
    if (isBetweenRequests) {
      isBetweenRequests = false;
      fault = faultOf(chunk.toString('latin1').split('\r\n', 1)[0] ?? '');
    }
    if (fault === 'black-hole') return;
    if (fault === 'reset-unseen') {
      downstream.resetAndDestroy();
      return;
    }
    upstream ??= connectUpstream()
      .on('data', answered)
      .once('close', () => downstream.destroy());
    upstream.write(chunk);
  });
  downstream.once('close', () => upstream?.destroy());
}

function deliver(chunk: Buffer, fault: WireFault, downstream: Socket): void {
  if (typeof fault === 'object') {
    setTimeout(() => downstream.write(chunk), fault.delayMs);
    return;
  }
  switch (fault) {
    case 'reset-unanswered':
      downstream.resetAndDestroy();
      return;
    case 'reset-midway':
      // A reset overtakes what was written just before it.
      downstream.write(firstHalf(chunk), () => setTimeout(() => downstream.resetAndDestroy(), 20));
      return;
    case 'half':
      downstream.end(firstHalf(chunk));
      return;
    default:
      downstream.write(chunk);
  }
}

/** The head, and half of what follows it. */
function firstHalf(chunk: Buffer): Buffer {
  const bodyStart = chunk.indexOf('\r\n\r\n') + 4;
  return chunk.subarray(0, bodyStart + Math.floor((chunk.length - bodyStart) / 2));
}

function connectTo(target: string): Socket {
  const { hostname, port } = new URL(`http://${target}`);
  return connect({ host: hostname, port: Number(port) });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
