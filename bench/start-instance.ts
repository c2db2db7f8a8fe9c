import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { findFreePort } from '../tools/local-stack/find-free-port.ts';
import type { Variant } from './variant.ts';

/** What a process has used since its start. */
export interface Usage {
  /** User and system, all threads. */
  readonly cpuMs: number;
  readonly peakRssMiB: number;
}

/** A running function. Moments are milliseconds of the clock that all processes share. */
export interface Instance {
  readonly url: string;
  readonly spawnedAt: number;
  readonly listeningAt: number;
  /** Files that were loaded until it listened, where it was started to say so. */
  readonly loadedFiles: readonly LoadedFile[];
  usage(): Promise<Usage>;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** A file that was loaded as code. */
export interface LoadedFile {
  readonly file: string;
  readonly bytes: number;
}

/** How it is started. */
export interface InstanceOptions {
  readonly variant: Variant;
  readonly target?: 'gateway' | 'log-stream';
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of node. */
  readonly flags?: readonly string[];
  readonly listsFiles?: boolean;
  /** The file of a control group that the process joins before its first instruction. */
  readonly groupFile?: string | undefined;
}

type Line =
  | { readonly kind: 'listening'; readonly at: number }
  | ({ readonly kind: 'usage' } & Usage)
  | ({ readonly kind: 'loaded' } & LoadedFile);

const FRAMEWORK = path.resolve(
  import.meta.dirname,
  '../node_modules/@google-cloud/functions-framework/build/src/main.js',
);
const WITHIN_MS = 60_000;

/** The moment, by the clock that all processes share, in milliseconds. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Starts a function as the cloud does (design §9) and waits until it listens.
 *
 * @throws Error with what it wrote when it ends before, or does not listen within a minute
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { variant, target = 'gateway', env = {} } = options;
  const port = await findFreePort();
  const [command = '', ...args] = commandOf(options, port);
  const spawnedAt = sharedNow();
  const child = spawn(command, args, {
    env: { ...variant.env, ...env, FUNCTION_TARGET: target },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const lines = readLines(child);
  const listeningAt = await lines.listening;
  return {
    url: `http://127.0.0.1:${port}`,
    spawnedAt,
    listeningAt,
    loadedFiles: [...lines.loaded],
    usage: () => {
      const usage = lines.nextUsage();
      child.kill('SIGUSR2');
      return usage;
    },
    stop: () => {
      child.kill('SIGKILL');
      return lines.ended;
    },
  };
}

function commandOf({ variant, flags = [], listsFiles, groupFile }: InstanceOptions, port: number): string[] {
  const preloads = [listsFiles === true ? 'list-loaded-files.cjs' : null, 'preload.cjs']
    .filter((name) => name !== null)
    .flatMap((name) => ['--require', path.join(import.meta.dirname, name)]);
  const program = [FRAMEWORK, `--source=${variant.folder}`, `--port=${port}`];
  const command = [process.execPath, ...flags, ...preloads, ...program];
  if (groupFile === undefined) return command;
  return ['sh', '-c', 'echo $$ > "$0" && exec "$@"', groupFile, ...command];
}

function readLines(child: ChildProcess) {
  const loaded: LoadedFile[] = [];
  const listening = Promise.withResolvers<number>();
  let usage = Promise.withResolvers<Usage>();
  let errors = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const fail = (why: string): void => {
    const error = new Error(`${why}: ${errors}`);
    listening.reject(error);
    usage.reject(error);
  };
  // Whoever waits is told; whoever does not is not ended by it.
  listening.promise.catch(() => undefined);
  usage.promise.catch(() => undefined);

  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2000)));
  createInterface({ input: child.stdio[3] as Readable }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    if (line.kind === 'loaded') loaded.push(line);
    if (line.kind === 'listening') listening.resolve(line.at);
    if (line.kind === 'usage') usage.resolve(line);
  });
  const timer = setTimeout(fail, WITHIN_MS, 'the function did not listen in time');
  void ended.then(() => fail('the function ended'));
  void listening.promise.finally(() => clearTimeout(timer)).catch(() => undefined);
  const killIt = (): void => void child.kill('SIGKILL');
  process.once('exit', killIt);
  void ended.then(() => process.removeListener('exit', killIt));

  return {
    loaded,
    listening: listening.promise,
    ended,
    nextUsage: () => {
      usage = Promise.withResolvers<Usage>();
      usage.promise.catch(() => undefined);
      return usage.promise;
    },
  };
}
