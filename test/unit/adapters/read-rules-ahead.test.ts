import { describe, expect, it } from '@jest/globals';
import type { FirestoreDocuments } from '../../../functions/adapters/firestore-documents.ts';
import {
  readRulesAhead,
  RULES_LOCATION,
  RULES_READ_LIMITS,
} from '../../../functions/adapters/read-rules-ahead.ts';

const { collection, settings } = RULES_LOCATION;

interface CountedDocuments extends FirestoreDocuments {
  readonly asked: string[];
  readonly limits: unknown[];
}

/** Answers each read with its number, and keeps what was asked and within which limits. */
function countedDocuments(fails = false): CountedDocuments {
  const asked: string[] = [];
  const limits: unknown[] = [];
  const note = (what: string): void => {
    asked.push(what);
    if (fails) throw new Error(`read ${asked.length}`);
  };
  return {
    asked,
    limits,
    maxDocuments: 7,
    list: async (name, timeoutMs, progress) => {
      limits.push([timeoutMs, progress?.silenceMs]);
      await Promise.resolve();
      progress?.onProgress?.();
      note(name);
      return [{ id: `read ${asked.length}`, fields: {} }];
    },
    get: async (path, timeoutMs) => {
      limits.push([timeoutMs]);
      await Promise.resolve();
      note(path);
      return { id: `read ${asked.length}`, fields: {} };
    },
  };
}

describe('readRulesAhead', () => {
  it('reads both at once, before anybody asks', async () => {
    const documents = countedDocuments();
    readRulesAhead(documents);
    await Promise.resolve();

    expect(documents.asked).toEqual([collection, settings]);
  });

  it('lets pages come for 30 s, and waits 6 s for each and for the settings', () => {
    const documents = countedDocuments();
    readRulesAhead(documents);

    expect(documents.limits).toEqual([[30_000, 6000], [6000]]);
  });

  it('tells who has taken the list of its progress', async () => {
    const ahead = readRulesAhead(countedDocuments());
    const told: string[] = [];
    const tell = (name: string) => ({ silenceMs: 1000, onProgress: () => void told.push(name) });

    await ahead.list(collection, 1000, tell('ahead'));
    await ahead.list(collection, 1000, tell('anew'));

    expect(told).toEqual(['ahead', 'anew']);
  });

  it('holds as many documents as the reader behind it', () => {
    expect(readRulesAhead(countedDocuments()).maxDocuments).toBe(7);
  });

  it('gives what was read ahead to the first who asks, and reads anew for the next', async () => {
    const documents = countedDocuments();
    const ahead = readRulesAhead(documents);

    await expect(ahead.list(collection, 1000)).resolves.toEqual([{ id: 'read 1', fields: {} }]);
    await expect(ahead.get(settings, 1000)).resolves.toEqual({ id: 'read 2', fields: {} });
    expect(documents.asked).toHaveLength(2);
    await ahead.list(collection, 1000);
    await ahead.get(settings, 1000);
    expect(documents.asked).toEqual([collection, settings, collection, settings]);
  });

  it('gives a failure to the first who asks, and reads anew for the next', async () => {
    const documents = countedDocuments(true);
    const ahead = readRulesAhead(documents);

    await expect(ahead.list(collection, 1000)).rejects.toThrow('read 1');
    await expect(ahead.list(collection, 1000)).rejects.toThrow('read 3');
  });

  it.each([
    ['longer ago than a page may take', RULES_READ_LIMITS.silenceMs + 1],
    ['in the future, by a clock that was set', -1],
  ])('does not give what was begun %s', async (_name, passedMs) => {
    const documents = countedDocuments();
    let nowMs = 1_000_000;
    const ahead = readRulesAhead(documents, () => nowMs);
    nowMs += passedMs;
    await ahead.list(collection, 1000);
    await ahead.get(settings, 1000);

    expect(documents.asked).toEqual([collection, settings, collection, settings]);
  });

  it('passes on what is asked of other places', async () => {
    const documents = countedDocuments();
    const ahead = readRulesAhead(documents);
    await ahead.list('others', 1000);
    await ahead.get('others/one', 1000);

    expect(documents.asked.slice(2)).toEqual(['others', 'others/one']);
  });
});
