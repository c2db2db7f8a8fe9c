import type { Facts } from '../facts.ts';

/** What a check belongs to; `--only` chooses by it. */
export const CHECK_GROUPS = ['tools', 'google', 'functions', 'twilio', 'auth0'] as const;

/** One of them. */
export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** What a check found. */
export type Finding =
  | { readonly isGood: true; readonly detail: string }
  /** The fix is one line that a person can do or type. */
  | { readonly isGood: false; readonly detail: string; readonly fix: string };

/** One question that doctor asks. */
export interface Check {
  /** Such as `google.apis`. */
  readonly id: string;
  readonly group: CheckGroup;
  /** What is asked, in a few words. */
  readonly title: string;
  /** Checks without which this one makes no sense: it is skipped unless they are green. */
  readonly needs: readonly string[];
  /** Whether it is asked at all, once what it needs is green; default: always. What is not asked is not mentioned. */
  readonly isWanted?: (facts: Facts) => Promise<boolean>;
  /** Finds it out. A thrown CliProblem or DeployFailure means that it could not be found out, and says how to. */
  readonly run: (facts: Facts) => Promise<Finding>;
}

/** What became of a check. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly state: 'green' | 'red' | 'skipped' | 'unknown';
  readonly detail: string;
  readonly fix: string | null;
}
