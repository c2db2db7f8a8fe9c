import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import process from 'node:process';
import { signAuth0Token } from '../local-stack/auth0-request.ts';
import { findFreePort } from '../local-stack/find-free-port.ts';
import { startFunction } from '../local-stack/start-function.ts';
import { waitUntil } from '../local-stack/wait-until.ts';
import { SIMULATOR_DEFAULTS } from '../twilio-simulator/settings.ts';
import { peakResidentMib } from './peak-resident-mib.ts';
import type { Upstream } from './upstream.ts';

/** How one request ended. */
export interface Answered {
  /** 0: no answer. */
  readonly status: number;
  readonly durationMs: number;
  /** When it was sent, in milliseconds of `performance.now()`. */
  readonly sentAtMs: number;
}

/** A gateway under load, in a process of its own. */
export interface LoadedGateway {
  readonly port: number;
  /** A token in order, good for minutes. */
  readonly token: () => Promise<string>;
  /** Sends a request in order; never throws. */
  send(recipient?: string): Promise<Answered>;
  /** In MiB; null where it cannot be measured. */
  peakResidentMib(): number | null;
  /** Bytes in use after a garbage collection. */
  heapAfterGc(): Promise<number>;
  /** Ends the process as the cloud does, and gives its exit code. */
  end(): Promise<number | null>;
  /** Ends everything. */
  stop(): Promise<void>;
}

const TOKEN_MS = 60_000;
const WITHIN_MS = 40_000;
// Of the United States: their numbers 555-0100 to 555-0199 are reserved for fiction.
const AREA_CODES = [
  201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224,
].concat([
  225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301,
  302,
]);

let made = 0;
/** A number and a code that come again after 4000 others. */
function next(): { readonly recipient: string; readonly code: string } {
  made += 1;
  const areaCode = AREA_CODES[made % AREA_CODES.length] ?? 202;
  const last = String(100 + (Math.floor(made / AREA_CODES.length) % 100)).padStart(4, '0');
  return { recipient: `+1${areaCode}555${last}`, code: String(100_000 + (made % 900_000)) };
}

/**
 * Starts a gateway whose Twilio and Firestore is the upstream.
 *
 * @param env - added to a configuration in which no limit of its own stands in the way of load
 */
export async function startLoadedGateway(
  upstream: Upstream,
  env: Readonly<Record<string, string>> = {},
): Promise<LoadedGateway> {
  const key = randomBytes(32).toString('hex');
  const port = await findFreePort();
  let complaints = '';
  const { process: started, isReady } = await startFunction({
    target: 'gateway',
    port,
    env: { ...environment(key, upstream), ...env },
    onOutput: (text, stream) => {
      if (stream === 'stderr') complaints = (complaints + text).slice(-2000);
    },
  });
  if (!(await isReady)) throw new Error(`The gateway did not start: ${complaints}`);
  const token = keptFor(TOKEN_MS, () => signAuth0Token(key));
  const agent = new Agent({ keepAlive: true, maxSockets: 1000 });
  return {
    port,
    token,
    send: async (recipient) =>
      post({ port, agent, token: await token(), ...next(), ...(recipient && { recipient }) }),
    peakResidentMib: () => peakResidentMib(started.pid),
    heapAfterGc: async () => {
      complaints = '';
      process.kill(started.pid, 'SIGUSR2');
      const heap = (): string | undefined => /heap-after-gc=(\d+)\n/.exec(complaints)?.[1];
      if (!(await waitUntil(() => heap() !== undefined, 10_000))) throw new Error('no heap was reported');
      return Number(heap());
    },
    end: async () => (await started.stop()).code,
    stop: async () => {
      agent.destroy();
      await started.stop();
    },
  };
}

function environment(key: string, { host }: Upstream): Record<string, string | undefined> {
  const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
  return {
    PATH: process.env['PATH'],
    NODE_OPTIONS: `--expose-gc --import=${new URL('./report-heap.ts', import.meta.url).href}`,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_API_KEY_SID: apiKey.sid,
    TWILIO_API_KEY_SECRET: apiKey.secret,
    TWILIO_VERIFY_SERVICE_SID: serviceSid,
    TWILIO_API_BASE_URL: `http://${host}`,
    GATEWAY_SECRETS: key,
    GOOGLE_CLOUD_PROJECT: 'demo-gateway',
    FIRESTORE_EMULATOR_HOST: host,
    FAIL_OPEN_PER_MINUTE: '1000000',
    MAX_SENDS_PER_NUMBER: '1000',
    LOOKUP_CACHE_SECONDS: '0',
    LOOKUPS_PER_PREFIX_PER_MINUTE: '0',
  };
}

function keptFor<T>(ms: number, make: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly at: number } | null = null;
  return () => {
    if (kept === null || performance.now() - kept.at > ms) kept = { value: make(), at: performance.now() };
    return kept.value;
  };
}

interface Post {
  readonly port: number;
  readonly agent: Agent;
  readonly token: string;
  readonly recipient: string;
  readonly code: string;
}

function post({ port, agent, token, recipient, code }: Post): Promise<Answered> {
  const body = JSON.stringify({ recipient, body: `Your code is ${code}`, req: { ip: '203.0.113.7' } });
  const sentAtMs = performance.now();
  return new Promise((resolve) => {
    const end = (status: number): void =>
      resolve({ status, sentAtMs, durationMs: performance.now() - sentAtMs });
    const outgoing = request(
      { host: '127.0.0.1', port, agent, method: 'POST', path: '/', timeout: WITHIN_MS },
      (answer) => {
        answer.resume().once('end', () => end(answer.statusCode ?? 0));
        answer.once('error', () => end(0));
      },
    );
    outgoing.setHeader('authorization', `Bearer ${token}`);
    outgoing.setHeader('content-length', Buffer.byteLength(body));
    outgoing.once('error', () => end(0)).once('timeout', () => outgoing.destroy());
    outgoing.end(body);
  });
}
