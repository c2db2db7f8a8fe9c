/** What the page shows of the stack that it stands beside; the same from start to end. */
export interface StackFacts {
  readonly gatewayUrl: string;
  readonly logStreamUrl: string;
  /** Whether Twilio is simulated; false: messages are real and cost money. */
  readonly isSimulated: boolean;
  /** Which Firestore it is and why. */
  readonly firestore: string;
  /** What `BLOCKLIST_TTL_SECONDS` is here. */
  readonly rulesTtlSeconds: number;
  /** False where `LOG_LEVEL` hides the lines that decisions are read from. */
  readonly areDecisionsLogged: boolean;
}

/** One part of the stack. */
export interface PartHealth {
  readonly name: string;
  readonly isUp: boolean;
  /** Where it is, or what is wrong with it. */
  readonly detail: string;
}

/** What reached a recipient, as the simulator delivered it. */
export interface PhoneMessage {
  readonly id: string;
  readonly channel: string;
  readonly to: string;
  readonly code: string;
  readonly text: string;
  readonly at: string;
}

/** A verification at Verify. */
export interface VerificationState {
  readonly sid: string;
  readonly to: string;
  readonly channel: string;
  readonly status: string;
  readonly sendAttempts: number;
  readonly updatedAt: string;
}

/** A log line of a function, as it was printed. */
export interface Decision {
  /** Counts up. */
  readonly id: number;
  /** When it was read. */
  readonly at: string;
  /** The function. */
  readonly source: string;
  readonly event: string;
  readonly severity: string;
  /** Whether the page itself asked, with a number that cannot exist, so that the gateway reads its rules. */
  readonly isOwnCheck: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What the log lines add up to since the stack was started, the page's own checks apart. */
export interface Totals {
  readonly sent: number;
  readonly blocked: number;
  readonly monitored: number;
  readonly duplicates: number;
  /** Refused by Twilio, by shape, or failed. */
  readonly otherwise: number;
  readonly lookupsPaid: number;
  readonly lookupsCached: number;
  readonly approved: number;
}

/** A rule as it stands in Firestore, and what the gateway makes of it. */
export interface RuleRow {
  readonly id: string;
  readonly action: string;
  readonly reason: string | null;
  readonly source: string | null;
  readonly expiresAt: string | null;
  /** False for what makes no rule: switched off, or not a good id. */
  readonly isRule: boolean;
  readonly problems: readonly string[];
}

/** What operators edit. */
export interface OperatorState {
  readonly rules: readonly RuleRow[];
  /** The document `settings/gateway` as JSON; null where there is none. */
  readonly settings: string | null;
  readonly settingsProblems: readonly string[];
  /** Why Firestore could not be read, if so; the rest is what was read before. */
  readonly problem: string | null;
}

/** Whether the gateway has read what was changed last. */
export interface RulesReading {
  /** When it last said that it read changed rules; null: not yet. */
  readonly readAt: string | null;
  readonly isPending: boolean;
}

/** One step of a scenario. */
export interface ScenarioStep {
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed';
  /** What really happened. */
  readonly detail: string;
}

/** The scenario that runs, or the last one that ran. */
export interface ScenarioRun {
  readonly id: string;
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly steps: readonly ScenarioStep[];
}

/** The channels that the gateway was started with (`ENABLED_CHANNELS`). */
export interface ChannelState {
  readonly enabled: readonly string[];
  readonly isChanging: boolean;
  /** Whether the page may start the gateway again with all four. */
  readonly mayEnableAll: boolean;
}

/** What the page offers to choose from. */
export interface Choices {
  readonly numbers: readonly { readonly number: string; readonly meaning: string }[];
  readonly templates: readonly { readonly name: string; readonly text: string; readonly isGood: boolean }[];
  readonly scenarios: readonly {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
  }[];
  /** Why there are no scenarios and no phone; null where there are. */
  readonly whyNotSimulated: string | null;
}

/** Everything that the page follows live: one event of its stream for each name. */
export interface LiveState {
  readonly stack: StackFacts;
  readonly choices: Choices;
  readonly channels: ChannelState;
  readonly health: readonly PartHealth[];
  /** Newest last. */
  readonly messages: readonly PhoneMessage[];
  /** Newest last. */
  readonly verifications: readonly VerificationState[];
  /** Newest last. */
  readonly decisions: readonly Decision[];
  readonly totals: Totals;
  readonly operator: OperatorState;
  readonly reading: RulesReading;
  readonly scenario: ScenarioRun | null;
}
