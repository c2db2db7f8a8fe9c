import type { DecisionLog } from '../playground/decision-log.ts';
import { formatLogLine } from './format-log-line.ts';
import { createLineSplitter } from './line-splitter.ts';
import type { StackEnvironment } from './stack-environment.ts';
import { functionEnvironment, STACK_FUNCTIONS, type StackContext } from './stack-functions.ts';
import type { StackParts } from './stack-parts.ts';
import { StackProblem } from './stack-problem.ts';
import { startFunction } from './start-function.ts';

/** The functions of the stack, as they run. */
export interface RunningFunctions {
  readonly urls: readonly { readonly target: string; readonly url: string }[];
  /** Ends a function in good order, and starts it again with other settings. */
  restart(target: string, settings: StackContext['inherited']): Promise<void>;
}

/** What running them needs. */
export interface RunFunctionsOptions extends Pick<StackEnvironment, 'basePort' | 'dist' | 'log'> {
  readonly print: (text: string) => void;
  readonly parts: StackParts;
  readonly context: StackContext;
  /** Gets every line that they print. */
  readonly decisions: DecisionLog;
}

/**
 * Starts all functions of the stack.
 *
 * @throws StackProblem when one does not start
 */
export async function runFunctions(options: RunFunctionsOptions): Promise<RunningFunctions> {
  const released = new Map<string, () => Promise<unknown>>();
  const start = async (target: string, context: StackContext): Promise<{ target: string; url: string }> => {
    const { url, release } = await startOne(options, target, context);
    released.set(target, release);
    return { target, url };
  };
  const urls = await Promise.all(STACK_FUNCTIONS.map(({ target }) => start(target, options.context)));
  return {
    urls,
    restart: async (target, settings) => {
      await released.get(target)?.();
      const { context } = options;
      await start(target, { ...context, inherited: { ...context.inherited, ...settings } });
    },
  };
}

async function startOne(
  { basePort, dist, log, print, parts, decisions }: RunFunctionsOptions,
  target: string,
  context: StackContext,
): Promise<{ url: string; release: () => Promise<unknown> }> {
  const stackFunction = STACK_FUNCTIONS.find((one) => one.target === target);
  if (stackFunction === undefined) throw new StackProblem(`There is no function ${target}.`);
  const lines = createLineSplitter((line) => {
    print(log === 'json' ? line : formatLogLine(line, target, new Date()));
    decisions.add(target, line);
  });
  const started = await startFunction({
    target,
    port: basePort + stackFunction.offset,
    dist,
    env: functionEnvironment(stackFunction, context),
    onOutput: (text) => lines.add(text),
  });
  const { pid, ended } = started.process;
  const release = parts.add({ name: target, pid, ended, stop: () => started.process.stop() });
  if (await started.isReady) return { url: started.url, release };
  throw new StackProblem(`${target} did not start: what it wrote stands above.`);
}
