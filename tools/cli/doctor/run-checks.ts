import { DeployFailure } from '../../deploy/deploy-failure.ts';
import { TwilioFailure } from '../../../functions/adapters/twilio-transport.ts';
import { CliProblem } from '../cli-problem.ts';
import type { Facts } from '../facts.ts';
import type { Check, CheckResult } from './check.ts';

type States = Map<string, Pick<CheckResult, 'title' | 'state'>>;

/**
 * Runs checks one after another.
 *
 * @param report - gets each result as soon as it is there
 * @returns the results, those of unwanted checks left out
 */
export async function runChecks(
  checks: readonly Check[],
  facts: Facts,
  report: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const states: States = new Map();
  for (const check of checks) {
    const result = await runCheck(check, facts, states);
    states.set(check.id, { title: check.title, state: result?.state ?? 'skipped' });
    if (result === null) continue;
    results.push(result);
    report(result);
  }
  return results;
}

async function runCheck(
  { id, title, needs, isWanted, run }: Check,
  facts: Facts,
  states: States,
): Promise<CheckResult | null> {
  // What was not asked for (--only) cannot stop anything.
  const missing = needs
    .map((need) => states.get(need))
    .find((need) => need !== undefined && need.state !== 'green');
  if (missing !== undefined && isWanted !== undefined) return null;
  if (missing !== undefined)
    return { id, title, state: 'skipped', detail: `waits for: ${missing.title}`, fix: null };
  try {
    if (isWanted !== undefined && !(await isWanted(facts))) return null;
    const finding = await run(facts);
    if (finding.isGood) return { id, title, state: 'green', detail: finding.detail, fix: null };
    return { id, title, state: 'red', detail: finding.detail, fix: finding.fix };
  } catch (error) {
    return { id, title, state: 'unknown', ...explain(error) };
  }
}

function explain(error: unknown): { readonly detail: string; readonly fix: string | null } {
  if (error instanceof CliProblem || error instanceof DeployFailure) {
    return { detail: 'could not be found out', fix: error.message.replaceAll('\n', ' ') };
  }
  if (error instanceof TwilioFailure)
    return { detail: `Twilio answers ${error.message}`, fix: 'Try again; see the list of errors of Twilio.' };
  const kind = error instanceof Error ? error.name : typeof error;
  return { detail: `could not be found out (${kind})`, fix: 'Run it again.' };
}
