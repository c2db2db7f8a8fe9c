import { LRUCache } from 'lru-cache';
import type { Login } from './login.ts';

/** Judges logins whose report has failed. */
export interface FailedLogins {
  /** Notes a failure. Gives whether the login is still of interest, so that its batch is to be sent again. */
  isStillWanted(login: Login): boolean;
  /** Forgets a login that is over. */
  forget(login: Login): void;
}

/** For how long, and by which clock. */
export interface FailedLoginsOptions {
  /** How old a login may be; of one without a date, its first failure. */
  readonly maxAgeMs: number;
  /** A clock in milliseconds of the epoch. */
  readonly now: () => number;
}

const MOST_UNDATED = 10_000;

/**
 * Creates the judgement. It remembers when a login failed first of which no event says when it happened: else that would
 * be lost at its first failure, or asked for without end. One that is given up is forgotten, so that another login of
 * the same recipient starts anew.
 */
export function createFailedLogins({ maxAgeMs, now }: FailedLoginsOptions): FailedLogins {
  const firstFailedAtMs = new LRUCache<string, number>({ max: MOST_UNDATED });
  const nameOf = ({ to, keys }: Login): string => keys[0] ?? to;
  return {
    isStillWanted: (login) => {
      if (login.freshUntilMs !== null) return now() <= login.freshUntilMs;
      const name = nameOf(login);
      const first = firstFailedAtMs.get(name) ?? now();
      const isWanted = now() - first <= maxAgeMs;
      if (isWanted) firstFailedAtMs.set(name, first);
      else firstFailedAtMs.delete(name);
      return isWanted;
    },
    forget: (login) => {
      firstFailedAtMs.delete(nameOf(login));
    },
  };
}
