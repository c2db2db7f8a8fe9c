import { spawn } from 'node:child_process';
import process from 'node:process';

/** A program to be run by the Node that runs us. */
export interface Program {
  /** Arguments of node: the file, and what follows it. */
  readonly args: readonly string[];
  /** The whole environment: nothing of ours is passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets what it writes, in pieces, as it comes. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

/** How a process ended: one of the two is null. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that we started. */
export interface RunningProcess {
  readonly pid: number;
  /** Settles when it is gone and its output is complete; never fails. */
  readonly ended: Promise<ProcessEnd>;
  /**
   * Asks it to end, and forces it after a while. May be called again.
   *
   * @param signal - default SIGTERM
   * @param forceAfterMs - default 11,000: a function has 9 s for what is running
   */
  stop(signal?: NodeJS.Signals, forceAfterMs?: number): Promise<ProcessEnd>;
}

const FORCE_AFTER_MS = 11_000;

const PRELOADS: readonly URL[] = [
  new URL('./listen-on-loopback.ts', import.meta.url),
  new URL('./end-with-parent.ts', import.meta.url),
];

/**
 * Starts a program of Node that listens on loopback only and ends with us, however we die.
 *
 * It is a process group of its own, so that Ctrl-C reaches us alone and the parts end in good order.
 *
 * @throws Error when it cannot be started at all
 */
export function startProcess({ args, env, onOutput }: Program): RunningProcess {
  const preloads = PRELOADS.flatMap((url) => ['--import', url.href]);
  const child = spawn(process.execPath, [...preloads, ...args], { env, stdio: 'pipe', detached: true });
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  // It may be gone before the pipe that it never reads.
  child.stdin.on('error', () => undefined);
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => onOutput?.(text, stream));
  }
  if (child.pid === undefined) throw new Error('the process could not be started');

  return {
    pid: child.pid,
    ended,
    stop: async (signal = 'SIGTERM', forceAfterMs = FORCE_AFTER_MS) => {
      const force = setTimeout(() => child.kill('SIGKILL'), forceAfterMs);
      child.kill(signal);
      const end = await ended;
      clearTimeout(force);
      return end;
    },
  };
}
