import type { Deadline } from '../domain/deadline.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import type { Settings } from '../domain/settings.ts';
import type { Attempt } from './find-idle-networks.ts';

/** What Verify was found to have sent. */
export interface AttemptsRead {
  readonly attempts: readonly Attempt[];
  /** Attempts that say too little to be counted: no number, no status. */
  readonly unusable: number;
  readonly pages: number;
  /** There was more than may be read in one run. */
  readonly isCutOff: boolean;
}

/** Twilio Verify, as far as its attempts go. */
export interface Attempts {
  /**
   * All attempts of the service between two moments, or none.
   *
   * @throws Fault `provider_timeout`, `provider_error`, `unavailable` (throttled), `misconfigured` (credential refused)
   */
  read(from: Date, until: Date, deadline: Deadline): Promise<AttemptsRead>;
}

/** What the operator has set, and what rules there are. */
export interface WatchBook {
  readonly watch: Settings['watch'];
  /** What is wrong with those settings; no values but ids, whose numbers are masked. */
  readonly problems: readonly string[];
  /** What counts in them as it stands, and perhaps was meant otherwise; as above. */
  readonly doubts: readonly string[];
  /** Whether the operator has written the mode, and it could be read. */
  readonly isModeTold: boolean;
  /** What documents that a person made or changed are about, in force, expired or off, found by what they match. */
  readonly rules: RuleSet;
  /** The rules of our own that nobody has changed and that have not expired: their actions, by id. */
  readonly own: ReadonlyMap<string, WatchRule['action']>;
}

/** A rule to be written. */
export interface WatchRule {
  readonly id: string;
  readonly action: 'block' | 'monitor';
  readonly reason: string;
  readonly expiresAt: Date;
}

/** What became of it; `kept`: there is a document that a person made or changed, and it stays as it is. */
export type Written = 'created' | 'prolonged' | 'kept';

/** The operator's database. */
export interface WatchRules {
  /** @throws Fault `unavailable` when not all of it could be read */
  read(deadline: Deadline): Promise<WatchBook>;
  /**
   * Creates a rule, or prolongs our own of that id, with the new action and reason.
   *
   * @throws Fault `unavailable` when that could not be done
   */
  write(rule: WatchRule, deadline: Deadline): Promise<Written>;
}
