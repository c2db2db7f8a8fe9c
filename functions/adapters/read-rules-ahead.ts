import type { FirestoreDocuments, ListProgress } from './firestore-documents.ts';
import type { ProgressLimits } from './while-progressing.ts';

/** Where the rules are: a collection, and a document of settings. */
export const RULES_LOCATION = { collection: 'blocklist', settings: 'settings/gateway' } as const;
/** When a read of them is given up: a page that does not come, and the settings, after 6 s; all pages after 30 s. */
export const RULES_READ_LIMITS = { silenceMs: 6000, totalMs: 30_000 } as const satisfies ProgressLimits;

/**
 * Begins to read the rules at once, and gives what comes of it, failures included, to whoever asks first: the network is
 * waited for while the code is loaded that understands the answer. Later questions are asked anew; so is the first one
 * when it comes later than a page may take, because the instance was frozen meanwhile.
 *
 * @param now - a clock in milliseconds; default `Date.now`
 */
export function readRulesAhead(
  documents: FirestoreDocuments,
  now: () => number = Date.now,
): FirestoreDocuments {
  const { collection, settings } = RULES_LOCATION;
  const { silenceMs, totalMs } = RULES_READ_LIMITS;
  let waiting: ListProgress | undefined;
  const progress = { silenceMs, onProgress: () => waiting?.onProgress?.() };
  const takeList = begin(() => documents.list(collection, totalMs, progress), now);
  const takeSettings = begin(() => documents.get(settings, silenceMs), now);
  return {
    maxDocuments: documents.maxDocuments,
    list: (name, timeoutMs, asked) => {
      const taken = name === collection ? takeList() : null;
      if (taken === null) return documents.list(name, timeoutMs, asked);
      waiting = asked;
      return taken;
    },
    get: (path, timeoutMs) => (path === settings ? takeSettings() : null) ?? documents.get(path, timeoutMs),
  };
}

function begin<T>(read: () => Promise<T>, now: () => number): () => Promise<T> | null {
  const startedAt = now();
  let running: Promise<T> | null = read();
  // Whoever takes it is told; a failure that nobody takes must not end the instance.
  running.catch(() => undefined);
  return () => {
    const taken = running;
    running = null;
    const ageMs = now() - startedAt;
    return ageMs >= 0 && ageMs <= RULES_READ_LIMITS.silenceMs ? taken : null;
  };
}
