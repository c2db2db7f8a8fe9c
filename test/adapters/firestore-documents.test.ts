import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createFirestoreDocuments,
  FirestoreFailure,
  type FirestoreDocumentsOptions,
} from '../../functions/adapters/firestore-documents.ts';
import { createHttpClient, HttpFailure, type HttpClient } from '../../functions/adapters/http-client.ts';
import { startGoogleStandIn, type StandInAnswer, type StandInRequest } from '../support/google-stand-in.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function documentsOf(
  answer: (request: StandInRequest, index: number) => StandInAnswer,
  options: Partial<FirestoreDocumentsOptions> = {},
) {
  let index = 0;
  const firestore = await startGoogleStandIn((request) => answer(request, index++));
  const httpClient = createHttpClient({ maxSockets: 4 });
  closing.push(
    () => httpClient.close(),
    () => firestore.close(),
  );
  const timeouts: number[] = [];
  const documents = createFirestoreDocuments({
    httpClient: {
      ...httpClient,
      request: (request) => {
        timeouts.push(request.timeoutMs);
        return httpClient.request(request);
      },
    },
    project: 'demo-gateway',
    database: '(default)',
    emulatorHost: firestore.host,
    accessToken: () => Promise.reject(new Error('an emulator needs no token')),
    ...options,
  });
  return { documents, firestore, timeouts };
}

const FIRST_PAGE_MS = 20;

/** Lets time pass in which nothing else happens. */
function spend(ms: number): void {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
}

function page(ids: readonly string[], nextPageToken?: string): StandInAnswer {
  const documents = ids.map((id) => ({
    name: `projects/demo-gateway/databases/(default)/documents/blocklist/${id}`,
    fields: { action: { stringValue: 'block' } },
    createTime: '2030-01-01T00:00:00Z',
    updateTime: '2030-01-01T00:00:00Z',
  }));
  return { status: 200, body: { documents, ...(nextPageToken === undefined ? {} : { nextPageToken }) } };
}

async function failureOf(promise: Promise<unknown>): Promise<FirestoreFailure> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (!(failure instanceof FirestoreFailure)) throw new Error(`not a FirestoreFailure: ${String(failure)}`);
  return failure;
}

describe('list', () => {
  it('reads all pages, 300 documents each', async () => {
    const answers = [page(['+998', 'UZ'], 'a/b+c='), page(['234-51'])];
    const { documents, firestore } = await documentsOf((_request, index) => answers[index] ?? 'reset');

    const listed = await documents.list('blocklist', 1000);

    expect(listed).toEqual(['+998', 'UZ', '234-51'].map((id) => ({ id, fields: { action: 'block' } })));
    const collection = '/v1/projects/demo-gateway/databases/(default)/documents/blocklist';
    expect(firestore.requests.map(({ url }) => url)).toEqual([
      `${collection}?pageSize=300`,
      `${collection}?pageSize=300&pageToken=a%2Fb%2Bc%3D`,
    ]);
    expect(firestore.requests[0]?.headers.authorization).toBe('Bearer owner');
  });

  it('finds nothing in a collection that is not there', async () => {
    const { documents } = await documentsOf(() => ({ status: 200, body: {} }));

    await expect(documents.list('blocklist', 1000)).resolves.toEqual([]);
  });

  it.each<[number, readonly string[], number]>([
    [4, ['a0', 'b0', 'a1', 'b1'], 2],
    [5, ['a0', 'b0', 'a1', 'b1', 'a2'], 3],
  ])('ends with the first %d documents where it may hold no more', async (maxDocuments, ids, requests) => {
    const { documents, firestore } = await documentsOf(
      (_request, index) => page([`a${index}`, `b${index}`], 'more'),
      { maxDocuments },
    );

    const listed = await documents.list('blocklist', 1000);

    expect(listed.map(({ id }) => id)).toEqual(ids);
    expect(firestore.requests).toHaveLength(requests);
  });

  it('says how many documents it may hold', async () => {
    const { documents } = await documentsOf(() => 'reset', { maxDocuments: 5 });
    expect(documents.maxDocuments).toBe(5);
  });

  it('keeps all pages within one limit', async () => {
    const { documents, timeouts } = await documentsOf((_request, index) => {
      if (index > 0) return 'hang';
      spend(FIRST_PAGE_MS);
      return page(['UZ'], 'more');
    });
    const failure = await failureOf(documents.list('blocklist', 300));

    expect(failure).toMatchObject({ documentsRead: 1, reason: 'blocklist: timeout' });
    expect(timeouts).toHaveLength(2);
    expect(timeouts[1]).toBeLessThanOrEqual(300 - FIRST_PAGE_MS);
  });

  it.each<[string, StandInAnswer, string]>([
    ['a refusal', { status: 403, body: { error: { message: 'vendor text' } } }, 'blocklist: status 403'],
    ['a database that is not there', { status: 404, body: {} }, 'blocklist: status 404'],
    ['throttling', { status: 429, body: {} }, 'blocklist: status 429'],
    ['a redirect', { status: 302, body: '' }, 'blocklist: status 302'],
    ['a text that is no JSON', { status: 200, body: '<html>' }, 'blocklist: unreadable answer'],
    ['an array', { status: 200, body: [] }, 'blocklist: unreadable answer'],
    ['documents that are no list', { status: 200, body: { documents: 1 } }, 'blocklist: unreadable answer'],
    ['a document without a name', { status: 200, body: { documents: [{}] } }, 'blocklist: unreadable answer'],
    ['a document that is none', { status: 200, body: { documents: [1] } }, 'blocklist: unreadable answer'],
    [
      'fields that are none',
      { status: 200, body: { documents: [{ name: 'a/b', fields: 1 }] } },
      'blocklist: unreadable answer',
    ],
  ])('fails on %s at once, in fixed words', async (_name, answer, reason) => {
    const { documents, firestore } = await documentsOf(() => answer);

    const failure = await failureOf(documents.list('blocklist', 1000));

    expect(failure.reason).toBe(reason);
    expect(firestore.requests).toHaveLength(1);
  });

  it.each<[string, StandInAnswer]>([
    ['a cut connection', 'reset'],
    ['a 503', { status: 503, body: {} }],
    ['a 500', { status: 500, body: {} }],
  ])('tries once more after %s', async (_name, answer) => {
    const { documents, firestore } = await documentsOf((_request, index) =>
      index === 0 ? answer : page(['UZ']),
    );

    await expect(documents.list('blocklist', 1000)).resolves.toHaveLength(1);

    expect(firestore.requests).toHaveLength(2);
  });

  it('gives up after the second failure', async () => {
    const { documents, firestore } = await documentsOf(() => ({ status: 503, body: {} }));

    const failure = await failureOf(documents.list('blocklist', 1000));

    expect(failure.reason).toBe('blocklist: status 503');
    expect(firestore.requests).toHaveLength(2);
  });

  it('does not try again where no time is left for it', async () => {
    const { documents, firestore } = await documentsOf(() => ({ status: 503, body: {} }));

    await failureOf(documents.list('blocklist', 90));

    expect(firestore.requests).toHaveLength(1);
  });
});

describe('a list that is watched', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Twenty pages of one document each; a page takes so long, in milliseconds. */
  function slowDocuments(pageTakesMs: (page: number) => number) {
    const startedAt = Date.now();
    let pages = 0;
    const httpClient: HttpClient = {
      request: async ({ timeoutMs }) => {
        const takesMs = pageTakesMs(pages);
        await new Promise((resolve) => setTimeout(resolve, Math.min(takesMs, timeoutMs)));
        if (takesMs > timeoutMs) throw new HttpFailure('timeout');
        pages += 1;
        const body = {
          documents: [{ name: `a/${pages}` }],
          ...(pages < 20 ? { nextPageToken: `${pages}` } : {}),
        };
        return { status: 200, headers: {}, body: JSON.stringify(body) };
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
    const progress: number[] = [];
    const onProgress = (): void => void progress.push(Date.now() - startedAt);
    /** How it ended, and after how many milliseconds. */
    const list = async () => {
      const reading = documents
        .list('blocklist', 30_000, { silenceMs: 6000, onProgress })
        .catch((error: unknown) => error);
      const ended = reading.then((end) => ({ end, afterMs: Date.now() - startedAt }));
      await jest.advanceTimersByTimeAsync(60_000);
      return ended;
    };
    return { list, progress };
  }

  it('may take longer than one page may, and tells of each that has come', async () => {
    const { list, progress } = slowDocuments(() => 1000);

    expect(await list()).toMatchObject({ end: { length: 20 }, afterMs: 20_000 });
    expect(progress).toEqual(Array.from({ length: 20 }, (_value, index) => (index + 1) * 1000));
  });

  it.each([
    ['the first', 0, 0],
    ['a later', 10, 10_000],
  ])('fails as soon as %s page has not come for its limit', async (_name, silent, begunAfterMs) => {
    const { list } = slowDocuments((number) => (number === silent ? Infinity : 1000));

    expect(await list()).toMatchObject({
      end: { reason: 'blocklist: timeout', documentsRead: silent },
      afterMs: begunAfterMs + 6000,
    });
  });

  it('fails when all its time is over, however well it comes on', async () => {
    const { list } = slowDocuments(() => 4000);

    expect(await list()).toMatchObject({
      end: { reason: 'blocklist: timeout', documentsRead: 7 },
      afterMs: 30_000,
    });
  });
});

describe('get', () => {
  it('reads one document', async () => {
    const { documents, firestore } = await documentsOf(() => ({
      status: 200,
      body: {
        name: 'projects/demo-gateway/databases/(default)/documents/settings/gateway',
        fields: { mode: { stringValue: 'monitor' } },
      },
    }));

    await expect(documents.get('settings/gateway', 1000)).resolves.toEqual({
      id: 'gateway',
      fields: { mode: 'monitor' },
    });
    expect(firestore.requests[0]?.url).toBe(
      '/v1/projects/demo-gateway/databases/(default)/documents/settings/gateway',
    );
  });

  it('writes an id of any characters into the path', async () => {
    const { documents, firestore } = await documentsOf(() => ({ status: 404, body: {} }));

    await documents.get('blocklist/+44?#%é', 1000);

    expect(firestore.requests[0]?.url).toMatch(/\/blocklist\/%2B44%3F%23%25%C3%A9$/);
  });

  it('knows that there is none', async () => {
    const { documents } = await documentsOf(() => ({
      status: 404,
      body: { error: { status: 'NOT_FOUND' } },
    }));

    await expect(documents.get('settings/gateway', 1000)).resolves.toBeNull();
  });

  it.each<[string, StandInAnswer, string]>([
    ['a refusal', { status: 403, body: {} }, 'settings/gateway: status 403'],
    ['an answer that is no document', { status: 200, body: {} }, 'settings/gateway: unreadable answer'],
  ])('fails on %s', async (_name, answer, reason) => {
    const { documents } = await documentsOf(() => answer);

    expect((await failureOf(documents.get('settings/gateway', 1000))).reason).toBe(reason);
  });

  it('does not wait for silence beyond its limit', async () => {
    const { documents } = await documentsOf(() => 'hang');
    expect((await failureOf(documents.get('settings/gateway', 200))).reason).toBe(
      'settings/gateway: timeout',
    );
  });
});

describe('against Google', () => {
  interface Asked {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }

  function documentsOfGoogle(accessToken: () => Promise<string>, database = '(default)') {
    const asked: Asked[] = [];
    const httpClient: HttpClient = {
      request: ({ url, headers }) => {
        asked.push({ url, headers });
        return Promise.resolve({ status: 200, headers: {}, body: '{}' });
      },
      close: () => undefined,
    };
    return {
      asked,
      documents: createFirestoreDocuments({ httpClient, project: 'demo', database, accessToken }),
    };
  }

  it('asks over TLS with the token of the function', async () => {
    const { documents, asked } = documentsOfGoogle(() => Promise.resolve('ya29.token'), 'rules-eu');

    await documents.list('blocklist', 1000);

    expect(asked[0]?.url).toBe(
      'https://firestore.googleapis.com/v1/projects/demo/databases/rules-eu/documents/blocklist?pageSize=300',
    );
    expect(asked[0]?.headers['authorization']).toBe('Bearer ya29.token');
  });

  it('asks for the token once more when there was none', async () => {
    let calls = 0;
    const { documents } = documentsOfGoogle(() => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('metadata')) : Promise.resolve('token');
    });

    await expect(documents.list('blocklist', 1000)).resolves.toEqual([]);
  });

  it.each<[string, () => Promise<string>]>([
    ['fails', () => Promise.reject(new Error('metadata'))],
    ['never comes', () => new Promise(() => undefined)],
  ])('gives up within the limit when the token %s', async (_name, accessToken) => {
    const { documents, asked } = documentsOfGoogle(accessToken);

    const failure = await failureOf(documents.list('blocklist', 300));

    expect(failure.reason).toBe('blocklist: no access token');
    expect(asked).toHaveLength(0);
  });
});
