import { createBoundedLog } from './bounded-log.ts';
import { newSid } from './new-sid.ts';
import type { NumberFacts } from './numbers.ts';

/** One message or call of a verification, as Twilio's list of attempts knows it. */
export interface Attempt {
  readonly sid: string;
  /** Counts up: the list shows the newest first. */
  readonly sequence: number;
  readonly serviceSid: string;
  readonly verificationSid: string;
  readonly to: string;
  readonly channel: string;
  readonly codeLength: number;
  readonly locale: string;
  /** Null for an e-mail address. */
  readonly facts: NumberFacts | null;
  readonly createdAtMs: number;
  /** When the verification ends by itself. */
  readonly expiresAtMs: number;
  updatedAtMs: number;
  isConverted: boolean;
}

/** Every attempt of the account, up to a bound. */
export interface AttemptStore {
  /** Oldest first. */
  readonly entries: readonly Attempt[];
  add(attempt: Omit<Attempt, 'sid' | 'sequence' | 'updatedAtMs' | 'isConverted'>): Attempt;
  clear(): void;
}

/**
 * Starts empty.
 *
 * @param maxEntries - how many are remembered
 */
export function createAttemptStore(maxEntries: number): AttemptStore {
  const log = createBoundedLog<Attempt>(maxEntries);
  let sequence = 0;
  return {
    entries: log.entries,
    add: (attempt) => {
      sequence += 1;
      const added: Attempt = {
        ...attempt,
        sid: newSid('VL'),
        sequence,
        updatedAtMs: attempt.createdAtMs,
        isConverted: false,
      };
      log.add(added);
      return added;
    },
    clear: () => log.clear(),
  };
}
