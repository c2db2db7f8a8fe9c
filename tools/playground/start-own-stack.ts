import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../local-stack/find-free-port.ts';
import { startProcess } from '../local-stack/start-process.ts';
import { StackProblem } from '../local-stack/stack-problem.ts';
import { waitUntil } from '../local-stack/wait-until.ts';

/** A local stack on ports of its own, with keys of its own. */
export interface OwnStack {
  readonly pageUrl: string;
  /** All that it has printed. */
  output(): string;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../local-stack/main.ts', import.meta.url));
const PAGE = /^Open (http:\/\/[\d.:]+) in a browser/m;
const OFFSETS = [1, 5, 10, 20];
const STARTED_WITHIN_MS = 90_000;
const FORCE_AFTER_MS = 20_000;

/** What a `.env` may name stays out: set to nothing it counts as absent. */
const NO_SETTINGS = {
  TWILIO_ACCOUNT_SID: '',
  TWILIO_API_KEY_SID: '',
  TWILIO_API_KEY_SECRET: '',
  TWILIO_VERIFY_SERVICE_SID: '',
  ENABLED_CHANNELS: '',
  LOG_LEVEL: '',
};

/**
 * Starts what `make dev` starts, beside a stack that may be running already, with a Firestore in memory.
 *
 * @param env - further settings
 * @throws StackProblem with what it printed when it does not start
 */
export async function startOwnStack(env: Readonly<Record<string, string>> = {}): Promise<OwnStack> {
  const folder = mkdtempSync(path.join(tmpdir(), 'playground-'));
  let output = '';
  const started = startProcess({
    args: [PROGRAM],
    env: {
      ...NO_SETTINGS,
      PATH: process.env['PATH'],
      ...(process.env['DIST'] === undefined ? {} : { DIST: process.env['DIST'] }),
      PORT: String(await findFreePort(OFFSETS)),
      FIRESTORE: 'memory',
      LOG: 'json',
      STACK_FILE: path.join(folder, 'stack.json'),
      ...env,
    },
    onOutput: (text) => {
      output += text;
    },
  });
  const stop = async (): Promise<void> => {
    await started.stop('SIGTERM', FORCE_AFTER_MS);
    rmSync(folder, { recursive: true, force: true });
  };
  const ends: unknown[] = [];
  void started.ended.then((end) => ends.push(end));
  await waitUntil(() => ends.length > 0 || output.includes('Ctrl-C stops'), STARTED_WITHIN_MS);
  const pageUrl = PAGE.exec(output)?.[1];
  if (ends.length === 0 && pageUrl !== undefined) return { pageUrl, output: () => output, stop };
  await stop();
  throw new StackProblem(`the stack did not start: ${output}`);
}
