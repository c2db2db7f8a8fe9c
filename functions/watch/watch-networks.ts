import type { Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import type { Settings } from '../domain/settings.ts';
import type { Findings, IdleGroup, Thresholds } from './find-idle-networks.ts';
import type { PlannedRule } from './plan-watch-rules.ts';
import type { AttemptsRead, WatchRules, Written } from './ports.ts';
import { safeModeOf, surveyNetworks, type SurveyPorts } from './survey-networks.ts';

/** What the use case needs of the world. */
export interface WatchPorts extends SurveyPorts {
  readonly rules: WatchRules;
}

/** What became of a group: as `Written` and `PlannedRule` say; `failed`: it could not be written. */
export interface WatchedGroup {
  readonly group: IdleGroup;
  readonly action: PlannedRule['rule']['action'];
  readonly outcome: Written | Exclude<PlannedRule['plan'], 'write'> | 'failed';
  /** Why it failed, where it did. */
  readonly code?: Fault['code'];
}

/** One run. */
export interface WatchOutcome {
  readonly mode: Settings['watch']['mode'];
  /** What the operator should look at in the settings. */
  readonly problems: readonly string[];
  /** Null in mode `off`, which asks for nothing. */
  readonly read: AttemptsRead | null;
  readonly findings: Findings | null;
  /** Nothing was written because nobody can tell whether feedback arrives: somebody must look. */
  readonly isFeedbackBroken: boolean;
  /** Empty where feedback is not proven. */
  readonly groups: readonly WatchedGroup[];
}

/**
 * Looks at the last hour once, and adds, prolongs or leaves rules.
 *
 * @throws Fault when attempts, settings or rules cannot be read: then nothing was written
 */
export type WatchNetworks = (deadline: Deadline) => Promise<WatchOutcome>;

/**
 * Creates the use case.
 *
 * It keeps no state: Verify knows what was sent, the database what was done about it. Nothing is written unless
 * everything could be read, and nothing where the rest does not convert.
 */
export function createWatchNetworks(ports: WatchPorts, thresholds: Thresholds): WatchNetworks {
  return async (deadline) => {
    const book = await ports.rules.read(deadline);
    const mode = safeModeOf(book);
    const problems = [...book.problems, ...book.doubts];
    if (mode === 'off')
      return { mode, problems, read: null, findings: null, isFeedbackBroken: false, groups: [] };

    const { plans, ...survey } = await surveyNetworks({ book, action: mode, thresholds }, ports, deadline);
    const groups: WatchedGroup[] = [];
    for (const planned of plans) groups.push(await carryOut(planned, ports.rules, deadline));
    return { mode, problems, ...survey, groups };
  };
}

/** One that fails does not stop the others: the next run tries it again. */
async function carryOut(
  { group, rule, plan }: PlannedRule,
  rules: WatchRules,
  deadline: Deadline,
): Promise<WatchedGroup> {
  const { action } = rule;
  if (plan !== 'write') return { group, action, outcome: plan };
  try {
    return { group, action, outcome: await rules.write(rule, deadline) };
  } catch (error) {
    if (error instanceof Fault) return { group, action, outcome: 'failed', code: error.code };
    throw error;
  }
}
