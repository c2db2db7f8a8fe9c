import { CliProblem } from '../cli-problem.ts';
import type { CliWorld } from '../cli-world.ts';
import { createFacts } from '../facts.ts';
import type { Output } from '../output.ts';
import { AUTH0_CHECKS } from './auth0-checks.ts';
import { CHECK_GROUPS, type Check, type CheckResult } from './check.ts';
import { FUNCTION_CHECKS } from './function-checks.ts';
import { GOOGLE_CHECKS } from './google-checks.ts';
import { runChecks } from './run-checks.ts';
import { SECRET_CHECKS } from './secret-checks.ts';
import { TOOL_CHECKS } from './tool-checks.ts';
import { TWILIO_CHECKS } from './twilio-checks.ts';
import { WATCH_CHECKS } from './watch-checks.ts';

const BEFORE_DEPLOY = ['twilio.service', 'twilio.limits', 'twilio.keys'];

/** Every check, in the order in which a new installation turns green. */
export const CHECKS: readonly Check[] = [
  ...TOOL_CHECKS,
  ...TWILIO_CHECKS.filter(({ id }) => BEFORE_DEPLOY.includes(id)),
  ...GOOGLE_CHECKS,
  ...SECRET_CHECKS,
  ...FUNCTION_CHECKS,
  ...WATCH_CHECKS,
  ...TWILIO_CHECKS.filter(({ id }) => !BEFORE_DEPLOY.includes(id)),
  ...AUTH0_CHECKS,
];

const MARKS = { green: 'ok     ', red: 'RED    ', skipped: '-      ', unknown: 'UNKNOWN' } as const;

/** What was asked for. */
export interface DoctorOptions {
  /** Groups, comma-separated; default all. */
  readonly only?: string;
}

/**
 * Looks at everything and says what to do, a line for each thing. It changes nothing and sends nothing.
 *
 * Exit code 0: all green; 1: something is red; 2: something could not be found out.
 */
export async function runDoctor(world: CliWorld, output: Output, options: DoctorOptions): Promise<void> {
  const groups = options.only?.split(',').map((group) => group.trim()) ?? CHECK_GROUPS;
  const unknown = groups.find((group) => !CHECK_GROUPS.some((known) => known === group));
  if (unknown !== undefined) throw new CliProblem(`--only takes ${CHECK_GROUPS.join(', ')}.`);
  const checks = CHECKS.filter(({ group }) => groups.some((asked) => asked === group));
  const facts = createFacts(world);
  try {
    const results = await runChecks(checks, facts, (result) => sayResult(output, result));
    const code = exitCodeOf(results);
    output.say(summaryOf(results));
    output.result({ ok: code === 0, checks: results });
    world.exit(code);
  } finally {
    await facts.close();
  }
}

function sayResult(output: Output, { state, title, detail, fix }: CheckResult): void {
  output.say(`${MARKS[state]}  ${title}: ${detail}`);
  if (fix !== null) output.say(`         fix: ${fix}`);
}

function exitCodeOf(results: readonly CheckResult[]): number {
  if (results.some(({ state }) => state === 'red')) return 1;
  return results.some(({ state }) => state === 'unknown') ? 2 : 0;
}

function summaryOf(results: readonly CheckResult[]): string {
  const count = (state: CheckResult['state']): number =>
    results.filter((result) => result.state === state).length;
  if (count('green') === results.length) return `All ${results.length} checks are green.`;
  return `${count('green')} green, ${count('red')} red, ${count('unknown')} unknown, ${count('skipped')} waiting.`;
}
