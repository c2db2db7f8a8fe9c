import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createLineSplitter } from './line-splitter.ts';
import { StackProblem } from './stack-problem.ts';
import { startProcess, type RunningProcess } from './start-process.ts';

/** A running Firestore in memory. */
export interface MemoryFirestore {
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`, for REST alone. */
  readonly host: string;
  readonly process: RunningProcess;
}

const PROGRAM = fileURLToPath(new URL('./memory-firestore.ts', import.meta.url));
const STARTED = /^\{"event":"firestore\.started","host":"([\d.:]+)"\}$/;
const READY_WITHIN_MS = 30_000;

/**
 * Starts a Firestore in memory, `@firestore-emulator/server` behind the REST interface that it lacks, in a process of
 * its own on loopback.
 *
 * Good for reading, writing and deleting whole documents, and nothing else.
 *
 * @param port - default: a free one
 * @throws StackProblem when it ends, or is not ready within 30 s
 */
export async function startMemoryFirestore(port = 0): Promise<MemoryFirestore> {
  let tail = '';
  const { promise: started, resolve } = Promise.withResolvers<string | null>();
  const lines = createLineSplitter((line) => {
    const host = STARTED.exec(line)?.[1];
    if (host !== undefined) resolve(host);
  });
  const running = startProcess({
    args: [PROGRAM],
    // The client would look for a machine of Google's for seconds.
    env: { PATH: process.env['PATH'], PORT: String(port), METADATA_SERVER_DETECTION: 'none' },
    onOutput: (text, stream) => {
      tail = (tail + text).slice(-2000);
      if (stream === 'stdout') lines.add(text);
    },
  });
  void running.ended.then(() => resolve(null));
  const timer = setTimeout(resolve, READY_WITHIN_MS, null);
  const host = await started;
  clearTimeout(timer);
  if (host !== null) return { host, process: running };
  await running.stop('SIGKILL');
  throw new StackProblem(`The in-memory Firestore did not start: ${tail.trim()}`);
}
