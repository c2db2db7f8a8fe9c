import { isRecord } from '../../functions/adapters/is-record.ts';
import type { RuleDocument } from '../../functions/domain/parse-rule.ts';
import { askJson } from './ask-json.ts';
import { CliProblem } from './cli-problem.ts';
import { decodeRuleValue } from './decode-rule-value.ts';
import { encodeRuleValue } from './encode-rule-value.ts';
import { listAt } from './list-at.ts';
import { memberAt } from './member-at.ts';
import { textAt } from './text-at.ts';

/** The collection `blocklist` of a database. */
export interface RuleDocuments {
  /** All documents, by id, with their values as `decodeRuleValue` gives them. */
  list(): Promise<readonly RuleDocument[]>;
  /** Writes a document whole, whatever was there. */
  put(id: string, fields: RuleDocument['fields']): Promise<void>;
  /** Deletes a document; none is fine. */
  remove(id: string): Promise<void>;
}

/** Which database, and as whom. */
export interface RuleDocumentsOptions {
  readonly project: string;
  readonly database: string;
  /** Host and port of an emulator; then nobody is asked for a token. */
  readonly emulatorHost: string | undefined;
  readonly accessToken: () => Promise<string>;
}

const MAX_PAGES = 1000;

/** Opens the collection; nothing is asked yet. Each call throws CliProblem when Firestore refuses. */
export function createRuleDocuments(options: RuleDocumentsOptions): RuleDocuments {
  const { project, database, emulatorHost, accessToken } = options;
  const origin = emulatorHost === undefined ? 'https://firestore.googleapis.com' : `http://${emulatorHost}`;
  const root = `${origin}/v1/projects/${project}/databases/${encodeURIComponent(database)}/documents/blocklist`;
  const urlOf = (id: string): string => `${root}/${encodeURIComponent(id)}`;
  const ask = async (method: string, url: string, content?: unknown): Promise<unknown> => {
    const token = emulatorHost === undefined ? await accessToken() : 'owner';
    const answer = await askJson({ method, url, content, headers: { authorization: `Bearer ${token}` } });
    if (answer.status === 200) return answer.body;
    throw new CliProblem(complaint(answer.status, project, database));
  };

  return {
    list: async () => {
      const documents: RuleDocument[] = [];
      let token = '';
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = new URLSearchParams({ pageSize: '300', ...(token === '' ? {} : { pageToken: token }) });
        const body = await ask('GET', `${root}?${query.toString()}`);
        documents.push(...listAt(body, 'documents').map(parse));
        token = textAt(body, 'nextPageToken');
        if (token === '') break;
      }
      return documents;
    },
    put: async (id, fields) => {
      await ask('PATCH', urlOf(id), { fields: mapValues(fields, encodeRuleValue) });
    },
    remove: async (id) => {
      await ask('DELETE', urlOf(id));
    },
  };
}

function complaint(status: number, project: string, database: string): string {
  if (status === 401 || status === 403)
    return `Google does not let you use the database ${database} of ${project}: ask for the role Cloud Datastore User, or run gcloud auth application-default login.`;
  if (status === 404) return `There is no database ${database} in ${project}: look at PROJECT and ENV.`;
  return `Firestore answers ${status}.`;
}

function mapValues(fields: RuleDocument['fields'], map: (value: unknown) => unknown): RuleDocument['fields'] {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(value)]));
}

function parse(document: unknown): RuleDocument {
  const name = textAt(document, 'name');
  const fields = memberAt(document, 'fields');
  return {
    id: name.slice(name.lastIndexOf('/') + 1),
    fields: isRecord(fields) ? mapValues(fields, decodeRuleValue) : {},
  };
}
