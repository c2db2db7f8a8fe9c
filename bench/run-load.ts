import { Agent, request as httpRequest } from 'node:http';
import type { BenchRequest } from './login-request.ts';
import { sharedNow } from './start-instance.ts';

/** A request that was answered. Moments are milliseconds of the clock that all processes share. */
export interface Answered {
  readonly status: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Sends requests over connections that stay open. */
export interface Caller {
  send(request: BenchRequest): Promise<Answered>;
  close(): void;
}

/** Creates a caller of one function. */
export function createCaller(url: string): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const { port } = new URL(url);
  return {
    send: ({ headers, body }) =>
      new Promise((resolve, reject) => {
        const sentAt = sharedNow();
        const length = { 'content-length': Buffer.byteLength(body) };
        const options = { agent, host: '127.0.0.1', port, method: 'POST', path: '/' };
        const outgoing = httpRequest({ ...options, headers: { ...headers, ...length } }, (incoming) => {
          incoming.once('error', reject).resume();
          incoming.once('end', () =>
            resolve({ status: incoming.statusCode ?? 0, sentAt, answeredAt: sharedNow() }),
          );
        });
        outgoing.once('error', reject).end(body);
      }),
    close: () => agent.destroy(),
  };
}

/**
 * Sends requests, a fixed number at a time, each as soon as another one is answered.
 *
 * @throws Error when an answer is not 200: what refuses is not what is measured
 */
export async function runLoad(
  caller: Caller,
  requests: Iterable<BenchRequest>,
  concurrency: number,
): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  const waiting = requests[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const answer = await caller.send(next.value);
      if (answer.status !== 200) throw new Error(`a request of the load was answered ${answer.status}`);
      answers.push(answer);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return answers;
}
