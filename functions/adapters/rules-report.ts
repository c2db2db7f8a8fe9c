import { createHash } from 'node:crypto';
import { maskRuleId } from '../domain/mask-rule-id.ts';
import type { Log, LogFields } from '../http/log.ts';
import { FirestoreFailure } from './firestore-documents.ts';
import { TimeLimitPassed } from './within-time.ts';

/** What a refresh of the rules found. */
export interface RulesRead {
  /** All that was read, to see whether it differs from the last time. */
  readonly documents: readonly unknown[];
  readonly counts: Readonly<Record<string, number>>;
  /** What is wrong, by document; `blocklist/*` for the collection as such. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
  readonly durationMs: number;
}

/** Writes the log lines of the cached rules. */
export interface RulesReport {
  /**
   * `rules.refreshed`, at INFO when something changed or a failure is over, else at DEBUG; `rule.invalid` for each
   * document with a problem that it did not have at the last read.
   */
  read(found: RulesRead): void;
  /**
   * `rules.stale`, at most once a minute.
   *
   * @param ageMs - age of the rules in force, null for none
   */
  failed(error: unknown, ageMs: number | null): void;
}

const STALE_EVERY_MS = 60_000;
const MAX_INVALID_LINES = 100;
const MAX_ID_LENGTH = 64;

/** Creates the report; it remembers what it said, so that a mistake that stays is named once. */
export function createRulesReport({ log, now }: { log: Log; now: () => number }): RulesReport {
  const reportProblems = createProblemLines(log);
  let lastRead: { readonly at: number; readonly hash: string } | null = null;
  let staleAt: number | null = null;
  let isFailing = false;

  return {
    read: ({ documents, counts, problems, durationMs }) => {
      const hash = createHash('sha256').update(JSON.stringify(documents)).digest('base64');
      const isNews = isFailing || hash !== lastRead?.hash;
      const rulesAge = lastRead === null ? {} : { rulesAge: secondsOf(now() - lastRead.at) };
      const invalid = [...problems.values()].filter((found) => found.length > 0).length;
      lastRead = { at: now(), hash };
      isFailing = false;
      log(isNews ? 'INFO' : 'DEBUG', 'rules.refreshed', 'The rules were read', {
        counts: { ...counts, invalid },
        ...rulesAge,
        durationMs,
      });
      reportProblems(problems);
    },
    failed: (error, ageMs) => {
      isFailing = true;
      // A clock that was set back must not silence the warning.
      if (staleAt !== null && Math.abs(now() - staleAt) < STALE_EVERY_MS) return;
      staleAt = now();
      log(
        'WARNING',
        'rules.stale',
        ageMs === null
          ? 'No rules could be read'
          : 'The rules could not be read again: the last ones are in force',
        { ...reasonOf(error), ...(ageMs === null ? {} : { rulesAge: secondsOf(ageMs) }) },
      );
    },
  };
}

function createProblemLines(log: Log): (problems: RulesRead['problems']) => void {
  let named: RulesRead['problems'] = new Map();

  return (problems) => {
    const stillNamed = new Map<string, readonly string[]>();
    let lines = 0;
    for (const [id, found] of problems) {
      const before = named.get(id) ?? [];
      const news = found.filter((problem) => !before.includes(problem));
      // Those above the limit are not remembered, so that the next read names them.
      if (news.length > 0 && lines >= MAX_INVALID_LINES) continue;
      if (found.length > 0) stillNamed.set(id, found);
      if (news.length === 0) continue;
      lines += 1;
      log('WARNING', 'rule.invalid', 'Not all rules are in force as they were meant to be', {
        rule: maskRuleId(id).slice(0, MAX_ID_LENGTH),
        problems: news,
      });
    }
    named = stillNamed;
  };
}

function reasonOf(error: unknown): LogFields {
  if (error instanceof FirestoreFailure) {
    const { reason, documentsRead: documents } = error;
    // How far it came tells a collection that is too large for its time from a Firestore that is silent.
    return { problems: [reason], ...(documents > 0 ? { counts: { documents } } : {}) };
  }
  if (error instanceof TimeLimitPassed) return { problems: ['timeout'] };
  return { error: error instanceof Error ? error.name : typeof error };
}

function secondsOf(ms: number): number {
  return Math.round(ms / 1000);
}
