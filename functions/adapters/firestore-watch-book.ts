import { Fault } from '../domain/fault.ts';
import { parseRule } from '../domain/parse-rule.ts';
import { parseSettings } from '../domain/parse-settings.ts';
import { createRuleSet } from '../domain/rule-set.ts';
import { DEFAULT_SETTINGS } from '../domain/settings.ts';
import type { WatchBook, WatchRules } from '../watch/ports.ts';
import { FirestoreFailure, type FirestoreDocuments } from './firestore-documents.ts';
import { isOwnRule } from './is-own-rule.ts';
import { isRecord } from './is-record.ts';

/** What the book is read from. */
export interface FirestoreWatchBookOptions {
  readonly documents: FirestoreDocuments;
  readonly now?: () => number;
}

const LIMIT_MS = 10_000;
const LIST_LIMIT_MS = 30_000;

/**
 * Creates the reading of `settings/gateway` and the whole collection `blocklist`, both anew for each run. A collection
 * that is larger than what is read of it is a failure: nothing is decided about networks whose rules are not known.
 */
export function createFirestoreWatchBook(options: FirestoreWatchBookOptions): Pick<WatchRules, 'read'> {
  const { documents, now = Date.now } = options;
  return {
    read: async (deadline) => {
      const silenceMs = Math.min(LIMIT_MS, deadline.remainingMs());
      const listMs = Math.min(LIST_LIMIT_MS, deadline.remainingMs());
      try {
        const reads = [
          documents.list('blocklist', listMs, { silenceMs }),
          documents.get('settings/gateway', silenceMs),
        ] as const;
        await Promise.allSettled(reads);
        const [rules, settings] = await Promise.all(reads);
        if (rules.length >= documents.maxDocuments) {
          const documentsRead = rules.length;
          throw new FirestoreFailure(`blocklist: ${documentsRead} documents or more`, { documentsRead });
        }
        return bookOf(rules, settings?.fields ?? null, now());
      } catch (cause) {
        if (cause instanceof FirestoreFailure) throw new Fault('unavailable', { cause });
        throw cause;
      }
    },
  };
}

function bookOf(
  documents: Awaited<ReturnType<FirestoreDocuments['list']>>,
  settings: Readonly<Record<string, unknown>> | null,
  nowMs: number,
): WatchBook {
  const parsed = parseSettings(settings, DEFAULT_SETTINGS);
  const told = settings?.['watch'];
  const people = documents.filter(({ fields }) => !isOwnRule(fields));
  const own = documents.flatMap(({ id, fields }) => {
    const stands = isOwnRule(fields) && fields.expiresAt.getTime() > nowMs;
    return stands ? [[id, fields.action] as const] : [];
  });
  return {
    watch: parsed.settings.watch,
    problems: parsed.problems.filter(isAboutWatch),
    doubts: parsed.doubts,
    isModeTold: isRecord(told) && told['mode'] === parsed.settings.watch.mode,
    // One that is switched off is there all the same.
    rules: createRuleSet(
      people.flatMap(({ id, fields }) => parseRule({ id, fields: { ...fields, enabled: true } }).rule ?? []),
    ),
    own: new Map(own),
  };
}

/** The field itself may be what is misspelt. */
function isAboutWatch(problem: string): boolean {
  return problem.startsWith('watch') || problem.endsWith(': did you mean watch');
}
