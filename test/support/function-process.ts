import process from 'node:process';
import { findFreePort } from '../../tools/local-stack/find-free-port.ts';
import { createLineSplitter } from '../../tools/local-stack/line-splitter.ts';
import { startFunction as serveFunction } from '../../tools/local-stack/start-function.ts';

/** A line of a function's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Which function, and what it is told. */
export interface FunctionOptions {
  readonly target: string;
  /** Its whole environment; only `PATH` and what design §9 names is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: a free one. */
  readonly port?: number;
  /** The folder that is served; default `dist/`, or what the variable `DIST` names. */
  readonly dist?: string;
}

/** A function in a process of its own, served by the real framework on loopback. It ends with the tests. */
export interface FunctionProcess {
  readonly url: string;
  readonly pid: number;
  /** The JSON objects on its standard output so far, one for each line; always the same array, oldest first. */
  logs(): readonly LogLine[];
  /** All that it wrote, both streams, as it came. */
  rawOutput(): string;
  /**
   * Waits for a line; one that is there already counts.
   *
   * @throws Error with the output when there is none within the time (default 20 s), or the process ends before
   */
  waitForLog(isWanted: (line: LogLine) => boolean, withinMs?: number): Promise<LogLine>;
  /**
   * Ends it, by force after 11 s. May be called again.
   *
   * @param signal - default SIGTERM
   * @returns its exit code; null when a signal ended it
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How a function that ends by itself did so. */
export interface FunctionEnd {
  readonly exitCode: number | null;
  /** All that it wrote, both streams. */
  readonly output: string;
  readonly logs: readonly LogLine[];
}

interface Recorder {
  readonly lines: readonly LogLine[];
  readonly text: () => string;
  readonly onOutput: (text: string, stream: 'stdout' | 'stderr') => void;
  /** Called at each new line. */
  readonly listeners: Set<() => void>;
}

/**
 * Starts a function and waits until `GET /health` answers.
 *
 * @throws Error with its output when it ends, or does not answer within 30 s
 */
export async function startFunction(options: FunctionOptions): Promise<FunctionProcess> {
  const recorder = createRecorder();
  const { url, process: started, isReady } = await serve(options, recorder);
  if (!(await isReady)) {
    const { code } = await started.stop('SIGKILL');
    // Another process may take a port between its choice and its use; whoever named one wants no other.
    if (options.port === undefined && recorder.text().includes('EADDRINUSE')) return startFunction(options);
    throw new Error(`${options.target} did not start (exit code ${String(code)}): ${recorder.text()}`);
  }
  return {
    url,
    pid: started.pid,
    logs: () => recorder.lines,
    rawOutput: recorder.text,
    waitForLog: (isWanted, withinMs = 20_000) => waitForLog(recorder, started.ended, isWanted, withinMs),
    stop: async (signal) => (await started.stop(signal)).code,
  };
}

/**
 * Runs a function that is to end by itself, as one that is badly configured.
 *
 * @throws Error with its output when it answers requests instead
 */
export async function runFunctionToItsEnd(options: FunctionOptions): Promise<FunctionEnd> {
  const recorder = createRecorder();
  const { process: started, isReady } = await serve(options, recorder);
  if (await isReady) {
    await started.stop('SIGKILL');
    throw new Error(`${options.target} started although it should not: ${recorder.text()}`);
  }
  const { code } = await started.stop();
  return { exitCode: code, output: recorder.text(), logs: recorder.lines };
}

async function serve({ target, env, port, dist }: FunctionOptions, { onOutput }: Recorder) {
  return serveFunction({
    target,
    port: port ?? (await findFreePort()),
    env: { PATH: process.env['PATH'], ...env },
    onOutput,
    dist: dist ?? process.env['DIST'],
  });
}

function createRecorder(): Recorder {
  const lines: LogLine[] = [];
  const listeners = new Set<() => void>();
  let text = '';
  const splitter = createLineSplitter((line) => {
    const parsed = parseLine(line);
    if (parsed === null) return;
    lines.push(parsed);
    for (const listener of listeners) listener();
  });
  return {
    lines,
    listeners,
    text: () => text,
    onOutput: (piece, stream) => {
      text += piece;
      if (stream === 'stdout') splitter.add(piece);
    },
  };
}

function waitForLog(
  { lines, listeners, text }: Recorder,
  ended: Promise<unknown>,
  isWanted: (line: LogLine) => boolean,
  withinMs: number,
): Promise<LogLine> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      listeners.delete(look);
      act();
    };
    const fail = (why: string): void => settle(() => reject(new Error(`${why}: ${text()}`)));
    const look = (): void => {
      const found = lines.find(isWanted);
      if (found !== undefined) settle(() => resolve(found));
    };
    const timer = setTimeout(fail, withinMs, 'there was no such line in time');
    listeners.add(look);
    void ended.then(() => fail('the function ended before such a line'));
    look();
  });
}

function parseLine(line: string): LogLine | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
