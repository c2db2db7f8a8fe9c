import { connect, createServer, type Socket } from 'node:net';

/** A wire between two programs of this machine that can be cut and mended again. */
export interface TcpRelay {
  /** Host and port that lead to the target. */
  readonly host: string;
  isCut(): boolean;
  /** Resets what is connected, and whatever connects from now on. */
  cut(): void;
  /** Lets connections through again. */
  mend(): void;
  stop(): Promise<void>;
}

/**
 * Starts a relay on a free port of loopback.
 *
 * @param target - host and port of what listens behind it
 */
export async function startTcpRelay(target: string): Promise<TcpRelay> {
  const { hostname, port } = new URL(`http://${target}`);
  const sockets = new Set<Socket>();
  let isCut = false;

  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const server = createServer((downstream) => {
    track(downstream);
    if (isCut) {
      downstream.resetAndDestroy();
      return;
    }
    const upstream = track(connect({ host: hostname, port: Number(port) }));
    // Whichever side goes, the other must learn of it.
    downstream.once('close', () => upstream.destroy());
    upstream.once('close', () => downstream.destroy());
    downstream.pipe(upstream).pipe(downstream);
  });
  const resetAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    isCut: () => isCut,
    cut: () => {
      isCut = true;
      resetAll();
    },
    mend: () => {
      isCut = false;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        resetAll();
      }),
  };
}
