import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createFirestoreDocuments,
  FirestoreFailure,
  type FirestoreDocument,
  type FirestoreDocuments,
} from '../../functions/adapters/firestore-documents.ts';
import {
  createFirestoreRules,
  type FirestoreRulesOptions,
} from '../../functions/adapters/firestore-rules.ts';
import { HttpFailure, type HttpClient } from '../../functions/adapters/http-client.ts';
import { readRulesAhead } from '../../functions/adapters/read-rules-ahead.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';
import { DEFAULT_SETTINGS } from '../../functions/domain/settings.ts';
import type { Rulebook } from '../../functions/gateway/ports.ts';
import type { LogEvent, LogFields, Severity } from '../../functions/http/log.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2031-01-01T00:00:00Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

interface Line {
  readonly severity: Severity;
  readonly event: LogEvent;
  readonly message: string;
  readonly fields: LogFields;
}

/** A Firestore that keeps what it was asked and answers as it is told. */
function aFirestore() {
  const state = {
    blocklist: [
      { id: 'UZ', fields: {} },
      { id: '234-51', fields: {} },
    ] as FirestoreDocument[],
    settings: null as Record<string, unknown> | null,
    /** What an answer takes, in milliseconds; Infinity: for ever. */
    takesMs: 0,
    /** How many times that long a list takes, with progress each time. */
    pages: 1,
    maxDocuments: 20_000,
    listFailure: null as Error | null,
    getFailure: null as Error | null,
    lists: 0,
    gets: 0,
    /** Of each read, in milliseconds. */
    limits: [] as unknown[],
  };
  const answer = async <T>(failure: Error | null, value: T): Promise<T> => {
    if (state.takesMs === Infinity) return new Promise(() => undefined);
    if (state.takesMs > 0) await new Promise((resolve) => setTimeout(resolve, state.takesMs));
    if (failure !== null) throw failure;
    return value;
  };
  const documents: FirestoreDocuments = {
    get maxDocuments() {
      return state.maxDocuments;
    },
    list: async (collection, timeoutMs, progress) => {
      expect(collection).toBe('blocklist');
      state.lists += 1;
      state.limits.push([timeoutMs, progress?.silenceMs]);
      for (let page = 1; page < state.pages; page += 1) {
        await answer(null, null);
        progress?.onProgress?.();
      }
      return answer(state.listFailure, [...state.blocklist]);
    },
    get: (path, timeoutMs) => {
      expect(path).toBe('settings/gateway');
      state.gets += 1;
      state.limits.push([timeoutMs]);
      const document = state.settings === null ? null : { id: 'gateway', fields: state.settings };
      return answer(state.getFailure, document);
    },
  };
  const failWith = (error: Error | null): void => {
    state.listFailure = error;
    state.getFailure = error;
  };
  return { state, documents, failWith };
}

function someRules(overrides: Partial<FirestoreRulesOptions> = {}) {
  const firestore = aFirestore();
  const lines: Line[] = [];
  const rules = createFirestoreRules({
    documents: firestore.documents,
    ttlSeconds: 60,
    maxStaleSeconds: 86_400,
    log: (severity, event, message, fields = {}) => lines.push({ severity, event, message, fields }),
    ...overrides,
  });
  /** Asks, and lets time pass until the answer is there. */
  const ask = async (deadlineMs = 15_000): Promise<{ book: Rulebook; waitedMs: number | undefined }> => {
    const startedAt = Date.now();
    const waited: number[] = [];
    const asked = rules.current(createDeadline(deadlineMs)).finally(() => {
      waited.push(Date.now() - startedAt);
    });
    for (let step = 0; step < 1000 && waited.length === 0; step += 1) {
      await jest.advanceTimersByTimeAsync(step === 0 ? 0 : 10);
    }
    return { book: await asked, waitedMs: waited[0] };
  };
  const linesOf = (event: LogEvent): Line[] => lines.filter((line) => line.event === event);
  return { ...firestore, rules, lines, linesOf, ask };
}

const passes = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('the rules', () => {
  it('are the collection and the settings, read once', async () => {
    const { state, ask, linesOf } = someRules();
    state.settings = { mode: 'monitor' };

    const { book } = await ask();

    expect(book.state).toBe('fresh');
    expect(book.settings.mode).toBe('monitor');
    expect(linesOf('rules.refreshed')).toMatchObject([
      { severity: 'INFO', fields: { counts: { rules: 2, documents: 2, invalid: 0 } } },
    ]);
    expect([state.lists, state.gets]).toEqual([1, 1]);
  });

  it('have default settings where there is no document for them', async () => {
    const { ask } = someRules();

    expect((await ask()).book.settings).toEqual(DEFAULT_SETTINGS);
  });

  it.each<[string, number, number, 'fresh' | 'stale' | 'missing', number]>([
    // age, what Firestore does (ms, -1 fails), state, waited
    ['young, Firestore up', 59 * SECOND, 100, 'fresh', 0],
    ['young, Firestore down', 59 * SECOND, -1, 'fresh', 0],
    ['older than the TTL, Firestore up', 61 * SECOND, 100, 'fresh', 0],
    ['older than the TTL, Firestore silent', 61 * SECOND, Infinity, 'fresh', 0],
    ['five times the TTL, Firestore up', 5 * MINUTE, 100, 'fresh', 0],
    ['older than that, Firestore up', 301 * SECOND, 100, 'fresh', 100],
    ['older than that, Firestore slow', 301 * SECOND, 1600, 'stale', 1500],
    ['older than that, Firestore silent', 301 * SECOND, Infinity, 'stale', 1500],
    ['older than that, Firestore down', 301 * SECOND, -1, 'stale', 0],
    ['a day old, Firestore down', 23.9 * HOUR, -1, 'stale', 0],
    ['more than a day old, Firestore down', 24.1 * HOUR, -1, 'missing', 0],
    ['more than a day old, Firestore silent', 24.1 * HOUR, Infinity, 'missing', 1500],
    ['more than a day old, Firestore up', 24.1 * HOUR, 100, 'fresh', 100],
  ])('serve by age: %s', async (_name, ageMs, takesMs, expected, waited) => {
    const { state, ask, failWith } = someRules();
    state.settings = { mode: 'monitor' };
    await ask();
    await passes(ageMs);
    if (takesMs === -1) failWith(new FirestoreFailure('blocklist: status 503'));
    state.takesMs = Math.max(0, takesMs);

    const { book, waitedMs } = await ask();

    expect(book.state).toBe(expected);
    expect(book.settings.mode).toBe(expected === 'missing' ? DEFAULT_SETTINGS.mode : 'monitor');
    expect(waitedMs).toBe(waited);
  });

  it.each<[string, number, 'fresh' | 'missing', number]>([
    ['answers', 100, 'fresh', 100],
    ['is slow', 5900, 'fresh', 5900],
    ['is silent', Infinity, 'missing', 6000],
    ['is down', -1, 'missing', 0],
  ])(
    'are waited for up to 6 s at the first read when Firestore %s',
    async (_name, takesMs, expected, waited) => {
      const { state, ask, failWith } = someRules();
      if (takesMs === -1) failWith(new Error('down'));
      state.takesMs = Math.max(0, takesMs);

      const { book, waitedMs } = await ask();

      expect(book.state).toBe(expected);
      expect(waitedMs).toBe(waited);
    },
  );

  it('are read for each request where they may have no age at all', async () => {
    const { state, ask, failWith } = someRules({ ttlSeconds: 0 });
    await ask();
    await passes(1);
    state.settings = { mode: 'monitor' };

    expect((await ask()).book.settings.mode).toBe('monitor');
    expect(state.lists).toBe(2);

    failWith(new FirestoreFailure('blocklist: status 503'));
    await passes(1);
    expect((await ask()).book).toMatchObject({ state: 'stale', settings: { mode: 'monitor' } });
  });

  it.each([0, 15_000])(
    'that may have no age are not asked for in the 5 s after a failure, %i documents into it',
    async (documentsRead) => {
      const { state, ask, failWith } = someRules({ ttlSeconds: 0 });
      await ask();
      failWith(new FirestoreFailure('blocklist: status 503', { documentsRead }));
      for (let request = 0; request < 20; request += 1) {
        await passes(1);
        await ask();
      }
      expect(state.lists).toBe(2);

      await passes(5 * SECOND);
      await ask();
      expect(state.lists).toBe(3);
    },
  );

  it('are never waited for beyond the deadline', async () => {
    const { state, ask } = someRules();
    state.takesMs = Infinity;

    expect(await ask(250)).toMatchObject({ book: { state: 'missing' }, waitedMs: 250 });
  });

  it('are missing with default settings while nothing was ever read, and wait 1.5 s for later attempts', async () => {
    const { state, ask, failWith } = someRules();
    state.settings = { mode: 'lockdown' };
    failWith(new Error('down'));

    expect((await ask()).book).toMatchObject({ state: 'missing', settings: DEFAULT_SETTINGS });

    failWith(null);
    state.takesMs = Infinity;
    await passes(5 * SECOND);
    expect(await ask()).toMatchObject({ book: { state: 'missing' }, waitedMs: 1500 });
  });

  it('are read when the instance starts, and callers join', async () => {
    const { rules, state, ask } = someRules();
    state.takesMs = 2000;
    rules.warm();
    await passes(1500);

    expect(await ask()).toMatchObject({ book: { state: 'fresh' }, waitedMs: 500 });
    expect(state.lists).toBe(1);
  });

  it('are read once for one hundred callers', async () => {
    const { rules, state } = someRules();
    state.takesMs = 300;

    const asked = Promise.all(Array.from({ length: 100 }, () => rules.current(createDeadline(15_000))));
    await passes(300);

    expect((await asked).every((book) => book.state === 'fresh')).toBe(true);
    expect([state.lists, state.gets]).toEqual([1, 1]);
  });

  it('are read with 30 s for all pages, and 6 s for one and for the settings', async () => {
    const { state, ask } = someRules();
    await ask();

    expect(state.limits).toEqual([[30_000, 6000], [6000]]);
  });

  it('are read in the background when their pages take longer than anybody waits', async () => {
    const { state, ask, linesOf } = someRules();
    Object.assign(state, { pages: 10, takesMs: 2000 });

    expect(await ask()).toMatchObject({ book: { state: 'missing' }, waitedMs: 6000 });
    await passes(SECOND);
    expect(await ask()).toMatchObject({ book: { state: 'missing' }, waitedMs: 0 });
    await passes(13 * SECOND);

    expect(await ask()).toMatchObject({ book: { state: 'fresh' }, waitedMs: 0 });
    expect(state.lists).toBe(1);
    expect(linesOf('rules.stale')).toEqual([]);
  });

  it('wait no longer than 1.5 s for such a read where there are old ones', async () => {
    const { state, ask } = someRules();
    await ask();
    await passes(6 * MINUTE);
    Object.assign(state, { pages: 10, takesMs: 2000 });

    expect(await ask()).toMatchObject({ book: { state: 'stale' }, waitedMs: 1500 });
    expect(await ask()).toMatchObject({ book: { state: 'stale' }, waitedMs: 0 });
  });

  it('wait for their first read as long as they are told', async () => {
    const { state, ask } = someRules({ firstWaitMs: Infinity });
    Object.assign(state, { pages: 4, takesMs: 2000 });

    expect(await ask(40_000)).toMatchObject({ book: { state: 'fresh' }, waitedMs: 8000 });
  });

  it('take over what operators changed, deletions too', async () => {
    const { state, ask, linesOf } = someRules();
    state.settings = { mode: 'monitor' };
    await ask();
    state.blocklist = [{ id: 'BR', fields: {} }];
    state.settings = null;
    await passes(6 * MINUTE);

    const { book } = await ask();

    expect(book.settings).toEqual(DEFAULT_SETTINGS);
    expect(linesOf('rules.refreshed')[1]).toMatchObject({
      severity: 'INFO',
      fields: { counts: { rules: 1, documents: 1, invalid: 0 }, rulesAge: 360 },
    });
  });

  it('keep the last good value of a setting that became bad', async () => {
    const { state, ask } = someRules();
    state.settings = { mode: 'monitor' };
    await ask();
    state.settings = { mode: 'sometimes' };
    await passes(6 * MINUTE);

    expect((await ask()).book.settings.mode).toBe('monitor');
  });
});

describe('when Firestore is down', () => {
  it('no request but the first waits, until the pause is over', async () => {
    const { state, ask, failWith } = someRules();
    await ask();
    await passes(6 * MINUTE);
    failWith(new Error('down'));
    await ask();
    state.takesMs = Infinity;

    await passes(4.9 * SECOND);
    expect(await ask()).toMatchObject({ book: { state: 'stale' }, waitedMs: 0 });
    expect(state.lists).toBe(2);

    await passes(0.2 * SECOND);
    expect(await ask()).toMatchObject({ book: { state: 'stale' }, waitedMs: 1500 });
    expect(state.lists).toBe(3);
  });

  it('a TTL shorter than the pause shortens it', async () => {
    const { state, ask, failWith } = someRules({ ttlSeconds: 2 });
    failWith(new Error('down'));
    await ask();
    await passes(2 * SECOND);
    await ask();

    expect(state.lists).toBe(2);
  });

  it('what was read before is not paid for again', async () => {
    const { state, ask } = someRules();
    state.getFailure = new FirestoreFailure('settings/gateway: status 503');
    await ask();
    await passes(5 * SECOND);
    await ask();
    expect([state.lists, state.gets]).toEqual([1, 2]);

    state.getFailure = null;
    await passes(5 * SECOND);

    expect((await ask()).book.state).toBe('fresh');
    expect([state.lists, state.gets]).toEqual([1, 3]);
  });

  it('an hour of failures after some pages costs no more reads than an hour without', async () => {
    const { rules, state } = someRules();
    state.listFailure = new FirestoreFailure('blocklist: timeout', { documentsRead: 300 });

    for (let second = 0; second < 3600; second += 1) {
      void rules.current(createDeadline(15_000));
      await passes(SECOND);
    }

    expect(state.lists).toBeLessThanOrEqual(60);
    expect(state.gets).toBeLessThanOrEqual(60);
  });

  it('one line a minute says so, with the reason and the age, and one says that it is over', async () => {
    const { ask, linesOf, failWith } = someRules();
    await ask();
    failWith(new FirestoreFailure('blocklist: status 403'));
    for (let second = 0; second < 150; second += 1) {
      await passes(SECOND);
      await ask();
    }

    expect(linesOf('rules.stale')).toMatchObject([
      { severity: 'WARNING', fields: { problems: ['blocklist: status 403'], rulesAge: 60 } },
      { severity: 'WARNING', fields: { problems: ['blocklist: status 403'], rulesAge: 120 } },
    ]);

    failWith(null);
    await passes(5 * SECOND);
    await ask();
    await passes(10);
    expect(linesOf('rules.refreshed').map(({ severity }) => severity)).toEqual(['INFO', 'INFO']);
  });

  it.each<[string, Error | null, LogFields]>([
    ['never answers', null, { problems: ['timeout'] }],
    [
      'answers for a while, and how far that came',
      new FirestoreFailure('blocklist: timeout', { documentsRead: 300 }),
      { problems: ['blocklist: timeout'], counts: { documents: 300 } },
    ],
    ['fails in a way that nobody foresaw', new RangeError('holds +447700900123'), { error: 'RangeError' }],
  ])('a line says what is known when it %s', async (_name, failure, fields) => {
    const { state, ask, linesOf, failWith } = someRules();
    failWith(failure);
    if (failure === null) state.takesMs = Infinity;
    await ask();
    await passes(SECOND);

    expect(linesOf('rules.stale')).toMatchObject([{ message: 'No rules could be read', fields }]);
    expect(JSON.stringify(linesOf('rules.stale'))).not.toContain('7700');
  });
});

describe('the reads of Firestore', () => {
  it.each([60, 5])('are at most one per TTL of %d s at any load', async (ttlSeconds) => {
    const { rules, state } = someRules({ ttlSeconds });
    state.takesMs = 50;

    for (let tick = 0; tick < 10 * 60 * 4; tick += 1) {
      void rules.current(createDeadline(15_000));
      await passes(250);
    }

    expect(state.lists).toBeLessThanOrEqual(600 / ttlSeconds);
    expect(state.gets).toBe(state.lists);
  });

  it('do not happen without requests', async () => {
    const { state, ask } = someRules();
    await ask();
    await passes(HOUR);

    expect(state.lists).toBe(1);
  });
});

describe('a document with a mistake', () => {
  it('is named once for as long as it stays the same, masked, and stops no other', async () => {
    const { state, ask, linesOf } = someRules();
    state.blocklist = [
      { id: 'UK', fields: {} },
      { id: '+447700900123', fields: { action: 'sometimes' } },
      { id: 'UZ', fields: {} },
    ];
    for (let read = 0; read < 3; read += 1) {
      await ask();
      await passes(6 * MINUTE);
    }

    const named = linesOf('rule.invalid');
    expect(named).toHaveLength(2);
    expect(named.every(({ severity }) => severity === 'WARNING')).toBe(true);
    expect(named[0]?.fields.rule).toBe('UK');
    expect(named[0]?.fields.problems).toEqual([expect.stringContaining('GB')]);
    expect(JSON.stringify(named)).not.toContain('7700900');
    expect(linesOf('rules.refreshed')[0]?.fields.counts).toEqual({ rules: 2, documents: 3, invalid: 2 });
    expect(linesOf('rules.refreshed').map(({ severity }) => severity)).toEqual(['INFO', 'DEBUG', 'DEBUG']);
  });

  it('is named again when it was right meanwhile, and for another mistake', async () => {
    const { state, ask, linesOf } = someRules();
    const versions: Record<string, unknown>[] = [
      { action: 'sometimes' },
      { action: 'block' },
      { action: 'sometimes' },
      { action: 'sometimes', expiresAt: 'tomorrow' },
    ];
    for (const fields of versions) {
      state.blocklist = [{ id: 'UZ', fields }];
      await ask();
      await passes(6 * MINUTE);
    }

    const named = linesOf('rule.invalid');
    expect(named).toHaveLength(3);
    expect(named[2]?.fields.problems).toHaveLength(1);
  });

  it('may be the one of the settings, which is then named', async () => {
    const { state, ask, linesOf } = someRules();
    state.settings = { mode: 'sometimes' };
    await ask();
    await passes(6 * MINUTE);
    await ask();

    expect(linesOf('rule.invalid')).toMatchObject([{ fields: { rule: 'settings/gateway' } }]);
  });

  it('is one of at most a hundred that are named at a time', async () => {
    const { state, ask, linesOf } = someRules();
    state.blocklist = Array.from({ length: 150 }, (_value, index) => ({
      id: `bad document ${index}`,
      fields: {},
    }));
    await ask();
    expect(linesOf('rule.invalid')).toHaveLength(100);

    await passes(6 * MINUTE);
    await ask();
    await passes(6 * MINUTE);
    await ask();
    expect(new Set(linesOf('rule.invalid').map(({ fields }) => fields.rule)).size).toBe(150);
    expect(linesOf('rule.invalid')).toHaveLength(150);
  });
});

describe('a collection of twelve thousand documents, 160 ms a page', () => {
  /** Begins to read them ahead, as the gateway does; one page may never come. */
  function manyRules(silentPage = Infinity) {
    let pages = 0;
    const answerTo = (url: string): { readonly status: number; readonly body: string } => {
      if (url.includes('settings')) return { status: 404, body: '{}' };
      const first = pages * 300;
      pages += 1;
      const documents = Array.from({ length: 300 }, (_value, index) => ({ name: `a/+9989${first + index}` }));
      return { status: 200, body: JSON.stringify({ documents, nextPageToken: pages < 40 ? 'more' : '' }) };
    };
    const httpClient: HttpClient = {
      request: async ({ url, timeoutMs }) => {
        const isSilent = pages === silentPage;
        await new Promise((resolve) => setTimeout(resolve, isSilent ? timeoutMs : 160));
        if (isSilent) throw new HttpFailure('timeout');
        return { headers: {}, ...answerTo(url) };
      },
      close: () => undefined,
    };
    const documents = createFirestoreDocuments({
      httpClient,
      project: 'demo',
      database: '(default)',
      emulatorHost: 'localhost:1',
      accessToken: () => Promise.reject(new Error('an emulator needs no token')),
    });
    return someRules({ documents: readRulesAhead(documents) });
  }

  it('is read a little after the first request has gone on without', async () => {
    const { rules, ask, linesOf } = manyRules();
    rules.warm();

    expect(await ask()).toMatchObject({ book: { state: 'missing' }, waitedMs: 6000 });
    await passes(SECOND);

    expect((await ask()).book.state).toBe('fresh');
    expect(linesOf('rules.refreshed')).toMatchObject([
      { fields: { counts: { documents: 12_000, rules: 12_000 } } },
    ]);
  });

  it('fails when a page does not come for 6 s', async () => {
    const { rules, linesOf } = manyRules(10);
    rules.warm();
    await passes(7590);
    expect(linesOf('rules.stale')).toEqual([]);
    await passes(20);

    expect(linesOf('rules.stale')).toMatchObject([
      { fields: { problems: ['blocklist: timeout'], counts: { documents: 3000 } } },
    ]);
  });
});

describe('a collection that is larger than is read of it', () => {
  const SIZE_PROBLEM = 'holds 2 documents or more: those behind the first 2, by id, are not read';

  it('is in force as far as it is read, and is named once', async () => {
    const { state, ask, linesOf } = someRules();
    state.maxDocuments = 2;
    const { book } = await ask();
    await passes(6 * MINUTE);
    await ask();

    expect(book).toMatchObject({
      state: 'fresh',
      rules: { countries: new Map([['UZ', expect.anything()]]) },
    });
    expect(linesOf('rule.invalid')).toMatchObject([
      { severity: 'WARNING', fields: { rule: 'blocklist/*', problems: [SIZE_PROBLEM] } },
    ]);
  });

  it('is named again when it was small enough meanwhile', async () => {
    const { state, ask, linesOf } = someRules();
    for (const maxDocuments of [2, 3, 2]) {
      state.maxDocuments = maxDocuments;
      await ask();
      await passes(6 * MINUTE);
    }

    expect(linesOf('rule.invalid')).toHaveLength(2);
  });

  it('is named before a hundred documents with mistakes', async () => {
    const { state, ask, linesOf } = someRules();
    state.blocklist = Array.from({ length: 150 }, (_value, index) => ({
      id: `bad document ${index}`,
      fields: {},
    }));
    state.maxDocuments = 150;
    await ask();

    expect(linesOf('rule.invalid')[0]?.fields.rule).toBe('blocklist/*');
  });
});
