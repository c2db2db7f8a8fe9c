import { parseRule } from '../domain/parse-rule.ts';
import { parseSettings } from '../domain/parse-settings.ts';
import type { Rule } from '../domain/rule.ts';
import { createRuleSet, type RuleSet } from '../domain/rule-set.ts';
import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';
import type { Rulebook, Rules } from '../gateway/ports.ts';
import type { Log } from '../http/log.ts';
import { FirestoreFailure, type FirestoreDocument, type FirestoreDocuments } from './firestore-documents.ts';
import { RULES_LOCATION, RULES_READ_LIMITS } from './read-rules-ahead.ts';
import { createRefreshedValue, type Reading } from './refreshed-value.ts';
import { createRulesReport } from './rules-report.ts';

/** The operator's rules, kept in memory. */
export interface FirestoreRules extends Rules {
  /** Starts the first read without waiting for it: called when the instance starts; callers join it. */
  warm(): void;
}

/** What the rules are made from. */
export interface FirestoreRulesOptions {
  readonly documents: FirestoreDocuments;
  /**
   * Younger rules are not read again; rules up to five times that old are served while they are. In seconds; 0 reads for
   * each request, those that come meanwhile share a read.
   */
  readonly ttlSeconds: number;
  /** How long rules serve while Firestore cannot be read, in seconds. */
  readonly maxStaleSeconds: number;
  readonly log: Log;
  /** How long the first read is waited for, in milliseconds; default 6000. */
  readonly firstWaitMs?: number;
  /** A clock in milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

const FIRST_WAIT_MS = 6000;
const WAIT_MS = 1500;
const SERVED_WHILE_READING_TTLS = 5;
const PAUSE_MS = 5000;
// The reader's own limits come first: its failure knows what was read and is paid for.
const GRACE_MS = 500;
// No document's id has a slash.
const WHOLE_COLLECTION = `${RULES_LOCATION.collection}/*`;

interface Book {
  readonly rules: RuleSet;
  readonly settings: Settings;
}

const MISSING: Rulebook = { rules: createRuleSet([]), settings: DEFAULT_SETTINGS, state: 'missing' };

/**
 * Creates the cache of the collection `blocklist` and the document `settings/gateway`: in memory, whole (or the first
 * documents by id, where there are more than the reader gives: then the log says so), refreshed by traffic only, one
 * refresh at a time.
 *
 * Rules younger than `ttlSeconds` are served; up to five times that old they are served while a refresh runs beside;
 * older ones wait for it, 1.5 s from its start (the first read of the instance 6 s). A refresh fails when nothing comes
 * for 6 s; while pages come it may take 30 s. When it fails, rules serve for `maxStaleSeconds` as `stale`, then they are
 * `missing`; the next attempt comes after 5 s, or `ttlSeconds` where that is shorter and not 0, or where documents had
 * been read and paid for, and never sooner then.
 */
export function createFirestoreRules(options: FirestoreRulesOptions): FirestoreRules {
  const { ttlSeconds, maxStaleSeconds, log, firstWaitMs = FIRST_WAIT_MS, now = Date.now } = options;
  const ttlMs = ttlSeconds * 1000;
  // Rules that are read for each request must not be asked for by each while Firestore fails.
  const pauseMs = ttlMs === 0 ? PAUSE_MS : Math.min(ttlMs, PAUSE_MS);
  const report = createRulesReport({ log, now });
  const book = createRefreshedValue<Book>({
    read: createReadBook(options.documents, ttlMs, report, now),
    freshMs: ttlMs,
    serveWhileReadingMs: ttlMs * SERVED_WHILE_READING_TTLS,
    maxStaleMs: maxStaleSeconds * 1000,
    firstWaitMs,
    waitMs: WAIT_MS,
    // Longer than anybody waits: what comes late still brings new rules.
    attemptLimits: {
      silenceMs: RULES_READ_LIMITS.silenceMs + GRACE_MS,
      totalMs: RULES_READ_LIMITS.totalMs + GRACE_MS,
    },
    pauseAfter: (error) => (documentsReadBy(error) > 0 ? Math.max(ttlMs, pauseMs) : pauseMs),
    onFailure: (error, ageMs) => report.failed(error, ageMs),
    now,
  });

  return {
    warm: () => book.warm(),
    current: async (deadline) => {
      const held = await book.current(deadline);
      return held === null ? MISSING : { ...held.value, state: held.isStale ? 'stale' : 'fresh' };
    },
  };
}

function documentsReadBy(error: unknown): number {
  return error instanceof FirestoreFailure ? error.documentsRead : 0;
}

function createReadBook(
  documents: FirestoreDocuments,
  ttlMs: number,
  report: ReturnType<typeof createRulesReport>,
  now: () => number,
): (onProgress: () => void) => Promise<Reading<Book>> {
  const { silenceMs, totalMs } = RULES_READ_LIMITS;
  const blocklist = keepUntilTaken(
    (onProgress) => documents.list(RULES_LOCATION.collection, totalMs, { silenceMs, onProgress }),
    ttlMs,
    now,
  );
  const settingsDocument = keepUntilTaken(
    () => documents.get(RULES_LOCATION.settings, silenceMs),
    ttlMs,
    now,
  );
  let settings = DEFAULT_SETTINGS;

  return async (onProgress) => {
    const startedAt = now();
    const reads = [blocklist.read(onProgress), settingsDocument.read(onProgress)] as const;
    // Both have ended before either failure counts: no read outlives its attempt.
    await Promise.allSettled(reads);
    const [rulesRead, settingsRead] = await Promise.all(reads);
    blocklist.take();
    settingsDocument.take();

    const { rules, problems } = parseRules(rulesRead.value);
    const parsed = parseSettings(settingsRead.value?.fields ?? null, settings);
    settings = parsed.settings;
    report.read({
      documents: [...rulesRead.value, settingsRead.value],
      counts: { rules: rules.length, documents: rulesRead.value.length },
      problems: new Map([
        [WHOLE_COLLECTION, problemsOfSize(rulesRead.value.length, documents.maxDocuments)],
        ...problems,
        [RULES_LOCATION.settings, [...parsed.problems, ...parsed.doubts]],
      ]),
      durationMs: now() - startedAt,
    });
    const readAt = Math.min(rulesRead.readAt, settingsRead.readAt);
    return { value: { rules: createRuleSet(rules), settings }, readAt };
  };
}

function parseRules(documents: readonly FirestoreDocument[]): {
  rules: readonly Rule[];
  problems: Map<string, readonly string[]>;
} {
  const problems = new Map<string, readonly string[]>();
  const rules = documents.flatMap((document) => {
    const parsed = parseRule(document);
    problems.set(document.id, parsed.problems);
    return parsed.rule ?? [];
  });
  return { rules, problems };
}

function problemsOfSize(count: number, maxDocuments: number): readonly string[] {
  if (count < maxDocuments) return [];
  return [
    `holds ${maxDocuments} documents or more: those behind the first ${maxDocuments}, by id, are not read`,
  ];
}

/**
 * Remembers what was read until it is taken, so that when one of two reads fails, the other is not paid for again at
 * the next attempt.
 */
function keepUntilTaken<T>(load: (onProgress: () => void) => Promise<T>, keepMs: number, now: () => number) {
  let kept: Reading<T> | null = null;
  return {
    read: async (onProgress: () => void): Promise<Reading<T>> => {
      const readAt = now();
      if (kept !== null && readAt >= kept.readAt && readAt - kept.readAt < keepMs) return kept;
      kept = { value: await load(onProgress), readAt };
      return kept;
    },
    take: (): void => {
      kept = null;
    },
  };
}
