import { createServer } from 'node:net';

/**
 * Says whether a port of the loopback address can be listened on.
 *
 * @throws Error for any other reason than that something listens on it
 */
export function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
