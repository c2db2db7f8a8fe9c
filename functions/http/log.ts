/** The severities of Cloud Logging that we use, least first. */
export const SEVERITIES = ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL'] as const;

/** How urgent a line is. */
export type Severity = (typeof SEVERITIES)[number];

/** Every event that a line can report: a closed list, because metrics and alerts are built on it. */
export type LogEvent =
  | 'otp.sent'
  | 'otp.blocked'
  | 'otp.monitored'
  | 'otp.duplicate'
  | 'otp.suppressed'
  | 'otp.reused'
  | 'otp.failed'
  | 'request.refused'
  | 'feedback.batch'
  | 'feedback.approved'
  | 'feedback.noop'
  | 'feedback.failed'
  | 'rules.refreshed'
  | 'rules.stale'
  | 'rule.invalid'
  | 'watch.report'
  | 'watch.rule'
  | 'watch.feedback_broken'
  | 'config.fault'
  | 'instance.started'
  | 'instance.draining';

/**
 * What a line may say. A new field is a decision: nothing personal has a place here, and a number is masked before it
 * comes in.
 */
export interface LogFields {
  requestId?: string;
  /** The bare trace id; the line carries it under Cloud Logging's name with the project before it. */
  trace?: string | undefined;
  durationMs?: number;
  outcome?: string;
  code?: string;
  door?: 'legacy' | 'action';
  rule?: string;
  ruleAction?: string;
  mcc?: string | null;
  mnc?: string | null;
  carrier?: string | null;
  lineType?: string | null;
  country?: string | null;
  channel?: string;
  /** Masked. */
  number?: string;
  /** Keyed pseudonym. */
  numberKey?: string | undefined;
  ipPrefix?: string;
  app?: string;
  twilioCode?: number | undefined;
  lookup?: 'fresh' | 'cached' | 'skipped' | 'unavailable';
  /** Why the cancelling of what was pending failed, when it did; the send went on. */
  cancel?: string;
  /** Age of the token in seconds, where it says when it was issued. */
  tokenAge?: number;
  /** Names of the time claims that the token had. */
  tokenClaims?: readonly string[];
  /** Names of configuration entries or fields at fault, or hints for an operator. */
  problems?: readonly string[];
  /** Age of the rules in seconds. */
  rulesAge?: number;
  counts?: Readonly<Record<string, number>>;
  /** The class of an unexpected error and where it was thrown; never its message. */
  error?: string;
}

/** Writes one line. `message` is a fixed sentence: it never holds data from outside. */
export type Log = (severity: Severity, event: LogEvent, message: string, fields?: LogFields) => void;

/** Where lines go and what they carry. */
export interface LogOptions {
  /** Lines below it are dropped; default `INFO`. */
  readonly level?: Severity;
  /** Names the trace; without it no trace is written. */
  readonly project?: string | undefined;
  /** Takes a finished line, newline included; default standard output. */
  readonly write?: (line: string) => void;
}

/**
 * Creates the one writer of log lines: JSON, one line each, fields of `LogFields` only.
 *
 * Separators that some terminals and viewers take for a line's end are escaped beyond what JSON asks.
 */
export function createLog(options: LogOptions = {}): Log {
  const write = options.write ?? ((line) => process.stdout.write(line));
  const least = SEVERITIES.indexOf(options.level ?? 'INFO');
  return (severity, event, message, fields = {}) => {
    if (SEVERITIES.indexOf(severity) < least) return;
    const { trace, ...rest } = fields;
    const line: Record<string, unknown> = { severity, message, event, ...rest };
    if (trace !== undefined && options.project !== undefined) {
      line['logging.googleapis.com/trace'] = `projects/${options.project}/traces/${trace}`;
    }
    write(JSON.stringify(line).replace(/[\u007f-\u009f\u2028\u2029]/g, escapeCharacter) + '\n');
  };
}

function escapeCharacter(character: string): string {
  return '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0');
}
