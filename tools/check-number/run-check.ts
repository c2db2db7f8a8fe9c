import type { RunningStack } from '../local-stack/stack-file.ts';
import { variableIn } from '../local-stack/variable-in.ts';
import { CheckProblem } from './check-problem.ts';
import { checkNumber } from './check-number.ts';
import type { Deployment } from './deployment.ts';
import { describeCheck } from './describe-check.ts';
import type { NumberCheck } from './number-check.ts';
import { openSources, type CheckSources, type SourcesQuestion } from './open-sources.ts';

/** How to check a number. */
export interface RunCheckOptions {
  /** `PHONE`, `LOOKUP` (`0` leaves the paid Lookup out), `JSON` (`1`), and what `openSources` reads. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws StackProblem when its file cannot be read */
  readonly stack: () => RunningStack | null;
  /** The installation that is meant; null where none is. */
  readonly deployment: () => Promise<Deployment | null>;
  /** Of the person, for Google; not called for the local stack or an emulator. */
  readonly accessToken: () => Promise<string>;
  readonly print: (text: string) => void;
  /** To be replaced in tests. */
  readonly open?: (question: SourcesQuestion) => Promise<CheckSources>;
}

const EXIT_CODES: Readonly<Record<NumberCheck['verdict'], number>> = { sent: 0, blocked: 2, unknown: 1 };

/**
 * Checks a number and prints what was found out: lines for people, or one JSON object.
 *
 * @returns the exit code: 0 it would be sent, 2 it would not, 1 that could not be found out
 * @throws CheckProblem when the question cannot be understood, or there is nothing to ask
 */
export async function runCheck(options: RunCheckOptions): Promise<number> {
  const { env, print, open = openSources } = options;
  const phone = variableIn(env, 'PHONE');
  if (phone === undefined) {
    throw new CheckProblem('PHONE is missing, as in: make check-number PHONE=+447700900001');
  }
  const withLookup = flagIn(env, 'LOOKUP', true);
  const isJson = flagIn(env, 'JSON', false);
  const deployment = await options.deployment();
  const { accessToken } = options;
  const sources = await open({ env, stack: options.stack(), deployment, accessToken, withLookup });
  try {
    const check = await checkNumber({ ...sources, phone });
    print(isJson ? JSON.stringify(check) : describeCheck(check));
    return EXIT_CODES[check.verdict];
  } finally {
    await sources.close();
  }
}

function flagIn(env: RunCheckOptions['env'], name: string, fallback: boolean): boolean {
  const value = variableIn(env, name);
  if (value === undefined) return fallback;
  if (value !== '0' && value !== '1') throw new CheckProblem(`${name} must be 0 or 1.`);
  return value === '1';
}
