import type { FirestoreDocuments } from './firestore-documents.ts';

/** Where the rules are: a collection, and a document of settings. */
export const RULES_LOCATION = { collection: 'blocklist', settings: 'settings/gateway' } as const;
/** When a read of them is given up, in milliseconds. */
export const RULES_READ_LIMIT_MS = 6000;

/**
 * Begins to read the rules at once, and gives what comes of it, failures included, to whoever asks first: the network is
 * waited for while the code is loaded that understands the answer. Later questions are asked anew; so is the first one
 * when it comes later than a read may take, because the instance was frozen meanwhile.
 *
 * @param now - a clock in milliseconds; default `Date.now`
 */
export function readRulesAhead(
  documents: FirestoreDocuments,
  now: () => number = Date.now,
): FirestoreDocuments {
  const { collection, settings } = RULES_LOCATION;
  const takeList = begin(() => documents.list(collection, RULES_READ_LIMIT_MS), now);
  const takeSettings = begin(() => documents.get(settings, RULES_READ_LIMIT_MS), now);
  return {
    list: (name, timeoutMs) => (name === collection ? takeList() : null) ?? documents.list(name, timeoutMs),
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
    return ageMs >= 0 && ageMs <= RULES_READ_LIMIT_MS ? taken : null;
  };
}
