import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPortFree } from './is-port-free.ts';
import { requireBuild } from './require-build.ts';
import { StackProblem } from './stack-problem.ts';
import { startProcess, type Program, type RunningProcess } from './start-process.ts';
import { waitUntil } from './wait-until.ts';

/** One function, as it is served. */
export interface FunctionProgram extends Pick<Program, 'onOutput'> {
  /** What `FUNCTION_TARGET` names. */
  readonly target: string;
  readonly port: number;
  /** The configuration (design §7); the framework's own variables are added. */
  readonly env: Program['env'];
  /** The folder that `make build` writes; default `dist/` of this project. */
  readonly dist?: string | undefined;
}

/** A function that was started, and whether it answers yet. */
export interface StartedFunction {
  readonly url: string;
  readonly process: RunningProcess;
  /** Settles when `GET /health` answers: false when it ended before, or did not within 30 s. */
  readonly isReady: Promise<boolean>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FRAMEWORK = path.join(ROOT, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
const READY_WITHIN_MS = 30_000;

/**
 * Serves a function of `dist/` as the cloud does (design §9), on loopback.
 *
 * @throws StackProblem when there is no `dist/`, or the port is taken
 */
export async function startFunction(program: FunctionProgram): Promise<StartedFunction> {
  const { target, port, env, onOutput, dist = path.join(ROOT, 'dist') } = program;
  requireBuild(dist);
  // Whoever has the port would answer in its place.
  if (!(await isPortFree(port))) throw new StackProblem(`Port ${port} is already in use.`);

  const url = `http://127.0.0.1:${port}`;
  const started = startProcess({
    args: [FRAMEWORK, `--source=${dist}`, `--port=${port}`],
    env: { ...env, NODE_ENV: 'production', FUNCTION_TARGET: target },
    ...(onOutput && { onOutput }),
  });
  return { url, process: started, isReady: isReady(url, started) };
}

async function isReady(url: string, { ended }: RunningProcess): Promise<boolean> {
  let isGone = false;
  void ended.then(() => {
    isGone = true;
  });
  const isSettled = await waitUntil(async () => isGone || (await isHealthy(url)), READY_WITHIN_MS);
  return isSettled && !isGone;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) });
    return answer.status === 200 && (await answer.text()).trim() === 'ok';
  } catch {
    return false;
  }
}
