import { setTimeout as sleep } from 'node:timers/promises';
import { createDeadline, type Deadline } from '../domain/deadline.ts';
import { decodeFirestoreFields } from './firestore-value.ts';
import { HttpFailure, type HttpClient } from './http-client.ts';
import { isRecord } from './is-record.ts';
import { TimeLimitPassed, withinTime } from './within-time.ts';

/** A document: its id (what follows the last slash of its name) and its fields as plain values. */
export interface FirestoreDocument {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How a list that may take long is watched. */
export interface ListProgress {
  /** The list fails as soon as nothing has come for so long, in milliseconds. */
  readonly silenceMs: number;
  /** Told each time that something has come. */
  readonly onProgress?: () => void;
}

/** How many documents of a collection are read, the first ones by id. */
export const MAX_DOCUMENTS = 20_000;

/** Reads documents of one Firestore database. Both calls take their time limit in milliseconds. */
export interface FirestoreDocuments {
  /** How many documents `list` gives at most: where it gives so many, there may be more. */
  readonly maxDocuments: number;

  /**
   * The documents of a collection, by id, up to `maxDocuments`; none for a collection that is not there.
   *
   * @param timeoutMs - for all of them
   * @throws FirestoreFailure when they could not be read within the limits
   */
  list(collection: string, timeoutMs: number, progress?: ListProgress): Promise<readonly FirestoreDocument[]>;

  /**
   * One document, or null where there is none.
   *
   * @param path - collection and id, such as `settings/gateway`
   * @throws FirestoreFailure when that could not be found out within the limit
   */
  get(path: string, timeoutMs: number): Promise<FirestoreDocument | null>;
}

/** Why documents could not be read. */
export class FirestoreFailure extends Error {
  /** Fixed words: what was asked for and what went wrong; nothing of the answer. */
  readonly reason: string;
  /** How many documents had been read, and so are paid for, when it failed. */
  readonly documentsRead: number;

  constructor(reason: string, options: { documentsRead?: number; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.name = 'FirestoreFailure';
    this.reason = reason;
    this.documentsRead = options.documentsRead ?? 0;
  }
}

/** Which database is read, and how. */
export interface FirestoreDocumentsOptions {
  readonly httpClient: HttpClient;
  readonly project: string;
  /** `(default)` or the name of a database. */
  readonly database: string;
  /** Host and port of an emulator, which is asked by plain HTTP as its owner; absent: Google. */
  readonly emulatorHost?: string | undefined;
  /** Not called for an emulator. */
  readonly accessToken: () => Promise<string>;
  /** A list ends with so many; default `MAX_DOCUMENTS`. */
  readonly maxDocuments?: number;
}

const PAGE_SIZE = 300;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const RETRY_AFTER_MS = 100;

/**
 * Creates a reader of documents over Firestore's REST interface, without its SDK, whose import would cost every cold
 * start a quarter of a second.
 *
 * A request that did not get through (no token, no connection, 5xx) is repeated once within the limit, because the
 * first request after a pause of the instance often meets a socket that is dead.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents/list
 */
export function createFirestoreDocuments(options: FirestoreDocumentsOptions): FirestoreDocuments {
  const { project, database, emulatorHost, maxDocuments = MAX_DOCUMENTS } = options;
  const origin = emulatorHost === undefined ? 'https://firestore.googleapis.com' : `http://${emulatorHost}`;
  const root = `${origin}/v1/projects/${encodePath(project)}/databases/${encodePath(database)}/documents/`;
  const fetchAnswer = createFetch(options);

  return {
    maxDocuments,
    list: async (collection, timeoutMs, progress) => {
      const deadline = createDeadline(timeoutMs);
      const documents: FirestoreDocument[] = [];
      let pageToken: string | undefined;
      try {
        do {
          const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(pageToken && { pageToken }) });
          const url = `${root}${encodePath(collection)}?${query.toString()}`;
          const pageMs = Math.min(progress?.silenceMs ?? timeoutMs, deadline.remainingMs());
          const page = parsePage(await fetchAnswer(url, createDeadline(pageMs)));
          documents.push(...page.documents);
          pageToken = page.nextPageToken;
          progress?.onProgress?.();
        } while (pageToken !== undefined && documents.length < maxDocuments);
        return documents.slice(0, maxDocuments);
      } catch (error) {
        throw failureOf(error, collection, documents.length);
      }
    },
    get: async (path, timeoutMs) => {
      try {
        return parseDocument(await fetchAnswer(root + encodePath(path), createDeadline(timeoutMs)));
      } catch (error) {
        if (error instanceof ReadFailure && error.status === 404) return null;
        throw failureOf(error, path, 0);
      }
    },
  };
}

/** A failure of one request, in fixed words. */
class ReadFailure extends Error {
  readonly status: number | undefined;
  readonly mayBeRepeated: boolean;

  constructor(reason: string, details: { status?: number; mayBeRepeated?: boolean; cause?: unknown } = {}) {
    super(reason, { cause: details.cause });
    this.status = details.status;
    this.mayBeRepeated = details.mayBeRepeated ?? false;
  }
}

function createFetch({ httpClient, emulatorHost, accessToken }: FirestoreDocumentsOptions) {
  const tokenWithin = async (deadline: Deadline): Promise<string> => {
    try {
      return await withinTime(accessToken(), deadline.remainingMs());
    } catch (cause) {
      throw new ReadFailure('no access token', { mayBeRepeated: !(cause instanceof TimeLimitPassed), cause });
    }
  };

  const request = async (url: string, token: string, deadline: Deadline) => {
    const timeoutMs = deadline.remainingMs();
    if (timeoutMs <= 0) throw new ReadFailure('timeout');
    try {
      const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
      return await httpClient.request({ method: 'GET', url, headers, timeoutMs, maxBytes: MAX_PAGE_BYTES });
    } catch (cause) {
      const kind = cause instanceof HttpFailure ? cause.kind : 'no answer';
      throw new ReadFailure(kind, { mayBeRepeated: true, cause });
    }
  };

  const fetchOnce = async (url: string, deadline: Deadline): Promise<unknown> => {
    const token = emulatorHost === undefined ? await tokenWithin(deadline) : 'owner';
    const { status, body } = await request(url, token, deadline);
    if (status !== 200) throw new ReadFailure(`status ${status}`, { status, mayBeRepeated: status >= 500 });
    return parseJson(body);
  };

  return async (url: string, deadline: Deadline): Promise<unknown> => {
    try {
      return await fetchOnce(url, deadline);
    } catch (error) {
      const isHopeless = !(error instanceof ReadFailure) || !error.mayBeRepeated;
      if (isHopeless || deadline.remainingMs() <= RETRY_AFTER_MS) throw error;
    }
    await sleep(RETRY_AFTER_MS);
    return fetchOnce(url, deadline);
  };
}

function failureOf(error: unknown, what: string, documentsRead: number): FirestoreFailure {
  const reason = error instanceof ReadFailure ? error.message : 'unreadable answer';
  return new FirestoreFailure(`${what}: ${reason}`, { documentsRead, cause: error });
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ReadFailure('unreadable answer');
  }
}

function parsePage(answer: unknown): {
  documents: FirestoreDocument[];
  nextPageToken: string | undefined;
} {
  if (!isRecord(answer)) throw new ReadFailure('unreadable answer');
  const { documents = [], nextPageToken } = answer;
  if (!Array.isArray(documents)) throw new ReadFailure('unreadable answer');
  const isLastPage = typeof nextPageToken !== 'string' || nextPageToken === '';
  return { documents: documents.map(parseDocument), nextPageToken: isLastPage ? undefined : nextPageToken };
}

function parseDocument(document: unknown): FirestoreDocument {
  const name = isRecord(document) ? document['name'] : undefined;
  if (!isRecord(document) || typeof name !== 'string') throw new ReadFailure('unreadable answer');
  return { id: name.slice(name.lastIndexOf('/') + 1), fields: decodeFirestoreFields(document['fields']) };
}
