import { isRecord } from '../../functions/adapters/is-record.ts';
import { PlaygroundProblem } from './playground-problem.ts';

/** Fields of a document as Firestore's REST interface writes them, so that what is put back is what was there. */
export type RawFields = Readonly<Record<string, unknown>>;

/** What operators edit, in the database itself: not over the wire that a scenario may cut. */
export interface OperatorDocuments {
  /** The fields of each document of `blocklist`, by id. */
  rules(): Promise<ReadonlyMap<string, RawFields>>;
  /** Null where there is no such document. */
  settings(): Promise<RawFields | null>;
  /** Writes a rule whole; null deletes it. */
  writeRule(id: string, fields: RawFields | null): Promise<void>;
  /** Writes the settings whole; null deletes them. */
  writeSettings(fields: RawFields | null): Promise<void>;
}

const TIMEOUT_MS = 3000;
const PAGE_SIZE = 300;

/**
 * Opens the documents; nothing is asked yet. Every call throws when Firestore does not answer as it should.
 *
 * @param host - host and port of the emulator
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents
 */
export function createOperatorDocuments(host: string, project: string): OperatorDocuments {
  const root = `http://${host}/v1/projects/${project}/databases/(default)/documents`;
  const urlOf = (collection: string, id: string): string => `${root}/${collection}/${encodeURIComponent(id)}`;
  const write = async (url: string, fields: RawFields | null): Promise<void> => {
    if (fields === null) await ask('DELETE', url);
    else await ask('PATCH', url, { fields });
  };

  return {
    rules: async () => {
      const found = new Map<string, RawFields>();
      let pageToken = '';
      do {
        const query = new URLSearchParams({
          pageSize: String(PAGE_SIZE),
          ...(pageToken === '' ? {} : { pageToken }),
        });
        const page = await ask('GET', `${root}/blocklist?${query.toString()}`);
        for (const document of listIn(page)) found.set(idOf(document), fieldsOf(document));
        pageToken = textAt(page, 'nextPageToken');
      } while (pageToken !== '');
      return found;
    },
    settings: async () => {
      const document = await ask('GET', urlOf('settings', 'gateway'));
      return document === null ? null : fieldsOf(document);
    },
    writeRule: (id, fields) => write(urlOf('blocklist', id), fields),
    writeSettings: (fields) => write(urlOf('settings', 'gateway'), fields),
  };
}

/** The body of an answer; null for 404. */
async function ask(method: string, url: string, content?: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
  const text = await answer.text();
  if (answer.status === 404) return null;
  if (!answer.ok) throw new PlaygroundProblem(`Firestore answered ${answer.status}.`);
  return JSON.parse(text) as unknown;
}

function listIn(page: unknown): readonly unknown[] {
  const list = isRecord(page) ? page['documents'] : undefined;
  return Array.isArray(list) ? list : [];
}

function idOf(document: unknown): string {
  const name = textAt(document, 'name');
  return name.slice(name.lastIndexOf('/') + 1);
}

function fieldsOf(document: unknown): RawFields {
  const fields = isRecord(document) ? document['fields'] : undefined;
  return isRecord(fields) ? fields : {};
}

function textAt(body: unknown, name: string): string {
  const value = isRecord(body) ? body[name] : undefined;
  return typeof value === 'string' ? value : '';
}
