import { isRecord } from '../../functions/adapters/is-record.ts';
import { StackProblem } from './stack-problem.ts';

/** Fields of a document as Firestore's REST interface writes them, so that what is put back is what was there. */
export type RawFields = Readonly<Record<string, unknown>>;

/** Documents of an emulator, for people and not over the wire of the functions, which a scenario may cut. */
export interface EmulatorDocuments {
  /** The fields of each document of a collection, by id: all of them, however many pages that takes. */
  list(collection: string): Promise<ReadonlyMap<string, RawFields>>;
  /** Null where there is no such document. */
  get(collection: string, id: string): Promise<RawFields | null>;
  /** Adds a document unless there is one of that id: then false. */
  create(collection: string, id: string, fields: RawFields): Promise<boolean>;
  /** Writes a document whole, whatever was there. */
  put(collection: string, id: string, fields: RawFields): Promise<void>;
  /** Deletes a document; none is fine. */
  remove(collection: string, id: string): Promise<void>;
}

/** Which database of which emulator. */
export interface EmulatorDatabase {
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`. */
  readonly host: string;
  readonly project: string;
  /** Default `(default)`. */
  readonly database?: string;
}

const TIMEOUT_MS = 5000;
const PAGE_SIZE = '300';

/**
 * Opens the documents of an emulator; nothing is asked yet. Every call throws StackProblem for an answer that is none of
 * those above, and what `fetch` throws when there is no answer within 5 s.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents
 */
export function createEmulatorDocuments({
  host,
  project,
  database = '(default)',
}: EmulatorDatabase): EmulatorDocuments {
  const root = `http://${host}/v1/projects/${project}/databases/${encodeURIComponent(database)}/documents`;
  const urlOf = (collection: string, id: string): string => `${root}/${collection}/${encodeURIComponent(id)}`;

  return {
    list: async (collection) => {
      const found = new Map<string, RawFields>();
      let pageToken = '';
      do {
        const query = new URLSearchParams({ pageSize: PAGE_SIZE, ...(pageToken && { pageToken }) });
        const { body } = await ask('GET', `${root}/${collection}?${query.toString()}`);
        for (const document of documentsIn(body)) found.set(idOf(document), fieldsOf(document));
        pageToken = textAt(body, 'nextPageToken');
      } while (pageToken !== '');
      return found;
    },
    get: async (collection, id) => {
      const { status, body } = await ask('GET', urlOf(collection, id), { alsoGood: 404 });
      return status === 404 ? null : fieldsOf(body);
    },
    create: async (collection, id, fields) => {
      const query = new URLSearchParams({ documentId: id });
      const url = `${root}/${collection}?${query.toString()}`;
      const { status } = await ask('POST', url, { content: { fields }, alsoGood: 409 });
      return status !== 409;
    },
    put: async (collection, id, fields) => {
      await ask('PATCH', urlOf(collection, id), { content: { fields } });
    },
    remove: async (collection, id) => {
      await ask('DELETE', urlOf(collection, id), { alsoGood: 404 });
    },
  };
}

interface AskOptions {
  readonly content?: unknown;
  /** A status other than 2xx that is an answer and no failure. */
  readonly alsoGood?: number;
}

async function ask(
  method: string,
  url: string,
  { content, alsoGood }: AskOptions = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
  const text = await answer.text();
  if (!answer.ok && answer.status !== alsoGood) {
    throw new StackProblem(`Firestore answered ${answer.status}.`);
  }
  return { status: answer.status, body: JSON.parse(text) };
}

function documentsIn(body: unknown): readonly unknown[] {
  const documents = isRecord(body) ? body['documents'] : undefined;
  return Array.isArray(documents) ? documents : [];
}

function idOf(document: unknown): string {
  const name = textAt(document, 'name');
  return name.slice(name.lastIndexOf('/') + 1);
}

function fieldsOf(document: unknown): RawFields {
  const fields = isRecord(document) ? document['fields'] : undefined;
  return isRecord(fields) ? fields : {};
}

function textAt(value: unknown, name: string): string {
  const member = isRecord(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : '';
}
