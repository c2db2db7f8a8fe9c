import type { Deadline } from '../domain/deadline.ts';
import type { Settings } from '../domain/settings.ts';
import { findIdleNetworks, type Findings, type Thresholds } from './find-idle-networks.ts';
import { planWatchRules, type PlannedRule } from './plan-watch-rules.ts';
import type { Attempts, AttemptsRead, WatchBook, WatchRule } from './ports.ts';

/** What the survey needs of the world. */
export interface SurveyPorts {
  readonly attempts: Attempts;
  /** The wall clock. */
  readonly now: () => Date;
}

/** What the survey goes by. */
export interface SurveyTerms {
  readonly book: WatchBook;
  /** Of new rules. */
  readonly action: WatchRule['action'];
  readonly thresholds: Thresholds;
}

/** What the last hour was like. */
export interface Survey {
  readonly read: AttemptsRead;
  readonly findings: Findings;
  /** Nobody can tell whether feedback arrives: somebody must look. */
  readonly isFeedbackBroken: boolean;
  /** What to do about each idle group; nothing where feedback is not proven. */
  readonly plans: readonly PlannedRule[];
}

const MINUTE_MS = 60_000;
const WINDOW_MS = 60 * MINUTE_MS;
// A code of these may still be used, and the login reported.
const TOO_YOUNG_MS = 3 * MINUTE_MS;
const RULE_LIFE_MS = 6 * 60 * MINUTE_MS;

/**
 * Looks at the attempts of the last hour, those of its last 3 minutes left out, and says which rules there should be.
 * It writes nothing.
 *
 * @throws Fault when the attempts cannot be read
 */
export async function surveyNetworks(
  { book, action, thresholds }: SurveyTerms,
  { attempts, now }: SurveyPorts,
  deadline: Deadline,
): Promise<Survey> {
  const nowMs = now().getTime();
  const read = await attempts.read(new Date(nowMs - WINDOW_MS), new Date(nowMs - TOO_YOUNG_MS), deadline);
  const findings = findIdleNetworks(read.attempts, thresholds);
  if (findings.feedback !== 'works') {
    // A quiet hour is no alarm: there is nothing that anybody would have blocked.
    const isFeedbackBroken = findings.feedback === 'broken' || findings.idle.length > 0;
    return { read, findings, isFeedbackBroken, plans: [] };
  }
  const expiresAt = new Date(nowMs + RULE_LIFE_MS);
  const plans = planWatchRules(findings.idle, { book, action, expiresAt });
  return { read, findings, isFeedbackBroken: false, plans };
}

/**
 * The mode in force for what is new: a list of exceptions that cannot be read might hold what would now be blocked.
 * Blocks of our own that stand go on nevertheless (`planWatchRules`).
 */
export function safeModeOf({ watch, problems }: WatchBook): Settings['watch']['mode'] {
  return watch.mode === 'block' && problems.length > 0 ? 'monitor' : watch.mode;
}
