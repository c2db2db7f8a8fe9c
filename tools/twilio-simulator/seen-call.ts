import { createBoundedLog } from './bounded-log.ts';
import type { Operation } from './operation.ts';
import { unknownParameters } from './known-parameters.ts';

/** A call as it came in and as it was answered. */
export interface SeenCall {
  readonly operation: Operation;
  readonly method: string;
  /** Without the query, as it came. */
  readonly path: string;
  /** The number, address or SID that the call is about, decoded. */
  readonly to: string | null;
  readonly channel: string | null;
  /** The form of a POST, the query of a GET. */
  readonly params: Readonly<Record<string, string>>;
  /** Names among them that Twilio does not know. */
  readonly unknownParams: readonly string[];
  /** The SID of the credential, also of a refused one. */
  readonly apiKeySid: string | null;
  /** Time at the simulated Twilio. */
  readonly at: Date;
  /** When the call was read, in milliseconds of `performance.now()`. */
  readonly startedAtMs: number;
  /** When the exchange was over, whoever ended it; null until then. */
  readonly endedAtMs: number | null;
  /** Null until it is answered, and for ever where the connection was cut or nothing was said. */
  readonly status: number | null;
  /** Twilio's error code in the answer. */
  readonly code: number | null;
}

/** Keeps the calls. */
export interface SeenCalls {
  /** Oldest first. */
  readonly entries: readonly SeenCall[];
  /** Notes a call that came in. */
  add(call: Omit<SeenCall, 'unknownParams' | 'startedAtMs' | 'endedAtMs' | 'status' | 'code'>): NotedCall;
  clear(): void;
}

/** A call to which the rest can be added. */
export interface NotedCall {
  readonly answered: (status: number | null, code: number | null) => void;
  readonly ended: () => void;
}

/**
 * Starts empty.
 *
 * @param maxEntries - how many are remembered
 */
export function createSeenCalls(maxEntries: number): SeenCalls {
  const log = createBoundedLog<SeenCall>(maxEntries);
  return {
    entries: log.entries,
    add: (call) => {
      const noted: { -readonly [Name in keyof SeenCall]: SeenCall[Name] } = {
        ...call,
        unknownParams: unknownParameters(call.operation, call.params),
        startedAtMs: performance.now(),
        endedAtMs: null,
        status: null,
        code: null,
      };
      log.add(noted);
      return {
        answered: (status, code) => {
          noted.status = status;
          noted.code = code;
        },
        ended: () => {
          noted.endedAtMs = performance.now();
        },
      };
    },
    clear: () => log.clear(),
  };
}
