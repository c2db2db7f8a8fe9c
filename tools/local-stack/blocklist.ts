import { decodeFirestoreFields } from '../../functions/adapters/firestore-value.ts';

/** A document of the collection `blocklist`. */
export interface BlocklistDocument {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The collection `blocklist` of an emulator, for people. Every call throws when Firestore does not answer as it should. */
export interface Blocklist {
  /** All documents, by id. */
  list(): Promise<readonly BlocklistDocument[]>;
  /** Adds a document unless there is one of that id: then false. */
  create(id: string, fields: TextFields): Promise<boolean>;
  /** Writes a document, whatever was there. */
  put(id: string, fields: TextFields): Promise<void>;
  /** Deletes a document; none is fine. */
  remove(id: string): Promise<void>;
}

type TextFields = Readonly<Record<string, string>>;

/** Which database of which emulator. */
export interface BlocklistOptions {
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`. */
  readonly host: string;
  readonly project: string;
  /** Default `(default)`. */
  readonly database?: string;
}

const TIMEOUT_MS = 5000;

/** Opens the collection; nothing is asked yet. */
export function createBlocklist({ host, project, database = '(default)' }: BlocklistOptions): Blocklist {
  const root = `http://${host}/v1/projects/${project}/databases/${encodeURIComponent(database)}/documents/blocklist`;
  const urlOf = (id: string): string => `${root}/${encodeURIComponent(id)}`;

  return {
    list: async () => {
      const documents: BlocklistDocument[] = [];
      let pageToken = '';
      do {
        const query = new URLSearchParams({ pageSize: '300', ...(pageToken && { pageToken }) });
        const page = await ask('GET', `${root}?${query.toString()}`);
        documents.push(...listIn(page.body).map(parseDocument));
        pageToken = textAt(page.body, 'nextPageToken');
      } while (pageToken !== '');
      return documents;
    },
    create: async (id, fields) => {
      const query = new URLSearchParams({ documentId: id });
      const answer = await ask('POST', `${root}?${query.toString()}`, { fields: encode(fields) }, [409]);
      return answer.status !== 409;
    },
    put: async (id, fields) => {
      await ask('PATCH', urlOf(id), { fields: encode(fields) });
    },
    remove: async (id) => {
      await ask('DELETE', urlOf(id));
    },
  };
}

async function ask(
  method: string,
  url: string,
  content?: unknown,
  alsoGood: readonly number[] = [],
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
  const text = await answer.text();
  if (!answer.ok && !alsoGood.includes(answer.status)) {
    throw new Error(`Firestore answered ${answer.status} to ${method}`);
  }
  return { status: answer.status, body: JSON.parse(text) };
}

function encode(fields: TextFields): Record<string, { stringValue: string }> {
  return Object.fromEntries(Object.entries(fields).map(([name, stringValue]) => [name, { stringValue }]));
}

function listIn(body: unknown): readonly unknown[] {
  const documents = memberOf(body, 'documents');
  return Array.isArray(documents) ? documents : [];
}

function parseDocument(document: unknown): BlocklistDocument {
  const name = textAt(document, 'name');
  return {
    id: name.slice(name.lastIndexOf('/') + 1),
    fields: decodeFirestoreFields(memberOf(document, 'fields')),
  };
}

function textAt(value: unknown, name: string): string {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : '';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
