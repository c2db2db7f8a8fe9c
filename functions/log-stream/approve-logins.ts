import type { Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { createAskVerify, type AskVerifyOptions, type BatchRun } from './ask-verify.ts';
import { createFailedLogins } from './failed-logins.ts';
import type { Login } from './login.ts';
import type { Approval } from './ports.ts';
import { createRememberedKeys } from './remembered-keys.ts';
import { WAIT_IS_OVER, waitFor } from './wait-for.ts';

/**
 * How the report of one login ended; `failed` could succeed another time, `remembered` was done by another delivery of
 * the same event.
 */
export type LoginEnd =
  { readonly kind: Approval | 'remembered' } | { readonly kind: 'failed'; readonly error: unknown };

/** What became of the logins of a batch. */
export interface ApprovalOutcome {
  /** One for each login, in their order. */
  readonly ends: readonly LoginEnd[];
  /** Whether sending the batch again could help: a login failed for now, and is still of interest. */
  readonly isWorthRepeating: boolean;
}

/**
 * Reports logins to Verify. Answers when all have ended, at the deadline at the latest, and then nothing is going on any
 * more. Never throws.
 */
export type ApproveLogins = (logins: readonly Login[], deadline: Deadline) => Promise<ApprovalOutcome>;

/** What the use case is made of. */
export interface ApproveLoginsOptions extends AskVerifyOptions {
  /** Done events that are remembered, so that a batch that comes again repeats nothing; default 50,000. */
  readonly maxRemembered?: number;
  /** How long after its first failure a login is asked for again of which no event says when it happened. */
  readonly maxAgeMs: number;
  /** A clock in milliseconds of the epoch; default `Date.now`. */
  readonly now?: () => number;
}

/** Creates the use case. */
export function createApproveLogins(options: ApproveLoginsOptions): ApproveLogins {
  const { now = Date.now, maxRemembered = 50_000, wait = waitFor } = options;
  const ask = createAskVerify(options);
  const done = createRememberedKeys(maxRemembered);
  const failed = createFailedLogins({ maxAgeMs: options.maxAgeMs, now });
  const running = new Map<string, Promise<LoginEnd>>();

  const start = async (login: Login, batch: BatchRun): Promise<LoginEnd> => {
    try {
      return { kind: await ask(login.to, batch) };
    } catch (error) {
      return { kind: 'failed', error };
    }
  };

  const settle = async (login: Login, batch: BatchRun): Promise<LoginEnd> => {
    const open = login.keys.filter((key) => !done.has(key));
    if (open.length === 0 && login.keys.length > 0) return { kind: 'remembered' };
    const others = open.map((key) => running.get(key)).filter((other) => other !== undefined);
    if (others.length > 0 && others.length === open.length) {
      const ends = await Promise.all(others);
      return ends.find(({ kind }) => kind === 'failed') ?? { kind: 'remembered' };
    }
    const run = start(login, batch);
    for (const key of open) running.set(key, run);
    const end = await run;
    for (const key of open) {
      if (end.kind !== 'failed') done.add(key);
      if (running.get(key) === run) running.delete(key);
    }
    return end;
  };

  return async (logins, deadline) => {
    const over = new AbortController();
    const batch: BatchRun = { deadline, over: over.signal, refusedCredentials: 0, isCredentialGood: false };
    const late: LoginEnd = { kind: 'failed', error: new Fault('provider_timeout') };
    const ends: LoginEnd[] = logins.map(() => late);
    const all = logins.map(async (login, index) => {
      const end = await settle(login, batch);
      if (!over.signal.aborted) ends[index] = end;
    });
    await Promise.race([Promise.all(all), wait(deadline.remainingMs(), over.signal)]);
    over.abort(WAIT_IS_OVER);
    // Each is looked at, as failures are noted.
    const stillWanted = logins.filter((login, index) => {
      if (ends[index]?.kind === 'failed') return failed.isStillWanted(login);
      failed.forget(login);
      return false;
    });
    return { ends, isWorthRepeating: stillWanted.length > 0 };
  };
}
