import type { Fault, FaultKind } from './fault.ts';

/** What is answered. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written as JSON, unless the manner says otherwise. */
  readonly body: unknown;
  /** How the answer is written when it is not a proper one. */
  readonly manner?: FaultKind;
  /** What is to go wrong with this answer. */
  readonly fault?: Fault;
}

/** One call, as the operations see it. */
export interface Call {
  /** Path without the query, as it came. */
  readonly path: string;
  /** The variable parts of the path, decoded. */
  readonly ids: readonly string[];
  /** The form of a POST, the query of a GET. */
  readonly params: Readonly<Record<string, string>>;
  /** Scheme, host and port that the client used: links in answers lead there. */
  readonly origin: string;
}

/** Answers one kind of call. */
export type Handler = (call: Call) => Reply;
