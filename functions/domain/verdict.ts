/** The three questions, in the order in which they are asked. */
export const QUESTIONS = ['place', 'network', 'lineType'] as const;

/** What a rule asks about: where a number is, who serves it, what kind of line it is. */
export type Question = (typeof QUESTIONS)[number];

/** How one question was answered, and by what. */
export interface Answer {
  /** `pass`: nothing had anything to say. */
  readonly action: 'block' | 'allow' | 'pass';
  /**
   * The id of the rule; for what is built in or set: `type:premium` and its like, `no-country`, `defaultCountry`,
   * `lockdown`. Null for `pass`. May be a whole number: mask it.
   */
  readonly rule: string | null;
}

/** What stops a send. */
export interface Stop {
  readonly question: Question;
  /** As in `Answer`. */
  readonly rule: string;
  /** The action that the deciding rule has; `block` for what is built in or set. */
  readonly ruleAction: 'block' | 'monitor';
}

/** What the rules say about a number. The three answers leave `monitor` rules and monitor mode aside. */
export interface Verdict extends Readonly<Record<Question, Answer>> {
  /** The first question with a block; null when the code may be sent, and always in monitor mode. */
  readonly blockedBy: Stop | null;
  /** What would stop the send if `monitor` rules and monitor mode were in earnest; null when it is stopped anyway. */
  readonly wouldBlock: Stop | null;
  /** Whether a `block` or `allow` rule for the full number has answered all three questions. */
  readonly fullNumberRule: boolean;
  /**
   * Whether the paid Lookup has anything to add: place passed, and no rule for the full number. In monitor mode it is
   * false exactly where enforcing would have stopped at place. The same with and without a carrier.
   */
  readonly needsLookup: boolean;
}
