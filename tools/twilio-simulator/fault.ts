/**
 * Ways of answering badly beside a proper error of Twilio:
 * `reset` cuts the connection, `hang` never answers, `half` cuts the connection within the body, `big` is 10 MiB long,
 * `html` and `text` are no JSON, `empty` has no body, `redirect` points to another path of the simulator,
 * `problem` is an error in the form of RFC 9457, which the SDK takes as an error class of its own.
 */
export const FAULT_KINDS = [
  'reset',
  'hang',
  'half',
  'big',
  'html',
  'text',
  'empty',
  'redirect',
  'problem',
] as const;

/** One way of answering badly. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Something that goes wrong with one answer. */
export interface Fault {
  /** HTTP status; default: that of the code or of the kind. */
  readonly status?: number;
  /** Twilio's error code. */
  readonly code?: number;
  /** Twilio's text; default: that of the code. `{to}` stands for the recipient. */
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly kind?: FaultKind;
  /** How much later the answer comes, in milliseconds. */
  readonly delayMs?: number;
  /**
   * Whether the work was done although the answer is bad. Default: yes where nobody can tell from outside (`reset`, `hang`), where
   * the status says so (`half`, `big`, `text`) and where only a delay is asked for; else no. This is the reading that
   * hurts a client that tries again.
   */
  readonly processed?: boolean;
}

const PROCESSED_KINDS: ReadonlySet<FaultKind> = new Set<FaultKind>(['reset', 'hang', 'half', 'big', 'text']);

/** Whether the work is done in spite of a fault. */
export function isProcessed(fault: Fault): boolean {
  if (fault.processed !== undefined) return fault.processed;
  if (fault.kind !== undefined) return PROCESSED_KINDS.has(fault.kind);
  return fault.status === undefined && fault.code === undefined;
}
