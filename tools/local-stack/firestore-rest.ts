import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { decodeRestFields, encodeRestFields } from './firestore-rest-value.ts';

/** Gives the database of a project, by the names in the path of a request. */
export type DatabaseOf = (project: string, database: string) => Firestore;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Asked {
  readonly firestore: Firestore;
  /** The name that all documents of the database begin with. */
  readonly root: string;
  /** Collection and id, once or more often; the last id is missing in the path of a collection. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface Operation {
  readonly parameters: readonly string[];
  readonly run: (asked: Asked) => Promise<Answer>;
}

const DOCUMENTS = /^\/v1\/(projects\/([^/]+)\/databases\/([^/]+)\/documents)\/(.+)$/;
const MAX_BODY_BYTES = 1_048_576;
const MAX_PAGE_SIZE = 300;

/** The codes of gRPC that a caller can cause, as Google maps them to HTTP. */
const STATUS_OF_GRPC: ReadonlyMap<unknown, [number, string]> = new Map([
  [3, [400, 'INVALID_ARGUMENT']],
  [5, [404, 'NOT_FOUND']],
  [6, [409, 'ALREADY_EXISTS']],
]);

const OPERATIONS: Readonly<Record<string, Operation | undefined>> = {
  'GET collection': { parameters: ['pageSize', 'pageToken'], run: listDocuments },
  'POST collection': { parameters: ['documentId'], run: createDocument },
  'GET document': { parameters: [], run: getDocument },
  'PATCH document': { parameters: [], run: replaceDocument },
  'DELETE document': { parameters: [], run: deleteDocument },
};

/**
 * Creates the REST interface of Firestore, as far as this project uses it, in front of a Firestore that speaks gRPC
 * only: list (`pageSize`, `pageToken`), create (`documentId`), get, replace and delete documents.
 *
 * Everything else is answered 501, so that nobody takes a silence for an answer.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents
 */
export function createFirestoreRest(
  databaseOf: DatabaseOf,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const answer = await answerTo(incoming, databaseOf).catch(failureAnswer);
    outgoing.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' });
    outgoing.end(JSON.stringify(answer.body));
  };
}

async function answerTo(incoming: IncomingMessage, databaseOf: DatabaseOf): Promise<Answer> {
  const text = await readText(incoming);
  const url = new URL(incoming.url ?? '/', 'http://firestore');
  // Google's emulator greets in the same way.
  if (url.pathname === '/') return { status: 200, body: 'Ok' };
  const [, root, project, database, rest] = DOCUMENTS.exec(url.pathname) ?? [];
  if (!root || !project || !database || !rest) return unimplemented('no such path');

  const path = rest.split('/').map(decodeURIComponent);
  const kind = path.length % 2 === 0 ? 'document' : 'collection';
  const operation = OPERATIONS[`${incoming.method ?? ''} ${kind}`];
  if (operation === undefined) return unimplemented('no such method');
  const unknown = [...url.searchParams.keys()].find((name) => !operation.parameters.includes(name));
  if (unknown !== undefined) return unimplemented(`the parameter ${unknown}`);

  const body: unknown = text === '' ? {} : JSON.parse(text);
  const firestore = databaseOf(decodeURIComponent(project), decodeURIComponent(database));
  return operation.run({ firestore, root: decodeURIComponent(root), path, query: url.searchParams, body });
}

async function listDocuments({ firestore, root, path, query }: Asked): Promise<Answer> {
  const pageSize = Math.min(Number(query.get('pageSize')) || MAX_PAGE_SIZE, MAX_PAGE_SIZE);
  const { docs } = await collectionAt(firestore, path).get();
  const sorted = docs.toSorted((a, b) => compareIds(a.id, b.id));
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  const left = sorted.filter(({ id }) => compareIds(id, after) > 0);
  const page = left.slice(0, pageSize);
  const last = page.at(-1);
  const documents = page.map((snapshot) => documentAnswer(root, snapshot));
  if (last === undefined) return { status: 200, body: {} };
  const hasMore = left.length > page.length;
  const nextPageToken = Buffer.from(last.id).toString('base64url');
  return { status: 200, body: hasMore ? { documents, nextPageToken } : { documents } };
}

async function createDocument({ firestore, root, path, query, body }: Asked): Promise<Answer> {
  const id = query.get('documentId') ?? randomBytes(15).toString('base64url');
  const document = collectionAt(firestore, path).doc(id);
  await document.create(decodeRestFields(fieldsOf(body), firestore));
  return { status: 200, body: documentAnswer(root, await document.get()) };
}

async function getDocument({ firestore, root, path }: Asked): Promise<Answer> {
  const snapshot = await documentAt(firestore, path).get();
  if (!snapshot.exists) return errorAnswer(404, 'NOT_FOUND', 'no such document');
  return { status: 200, body: documentAnswer(root, snapshot) };
}

async function replaceDocument({ firestore, root, path, body }: Asked): Promise<Answer> {
  const document = documentAt(firestore, path);
  // The in-memory Firestore leaves the old fields in place when it sets a document: so it goes first, in the same commit.
  const batch = firestore.batch().delete(document);
  await batch.set(document, decodeRestFields(fieldsOf(body), firestore)).commit();
  return { status: 200, body: documentAnswer(root, await document.get()) };
}

async function deleteDocument({ firestore, path }: Asked): Promise<Answer> {
  await documentAt(firestore, path).delete();
  return { status: 200, body: {} };
}

function collectionAt(firestore: Firestore, path: readonly string[]) {
  const [collection = '', ...parents] = path.toReversed();
  if (parents.length === 0) return firestore.collection(collection);
  return documentAt(firestore, parents.toReversed()).collection(collection);
}

function documentAt(firestore: Firestore, path: readonly string[]) {
  return firestore.doc(path.join('/'));
}

function documentAnswer(root: string, snapshot: DocumentSnapshot): unknown {
  return {
    name: `${root}/${snapshot.ref.path}`,
    fields: encodeRestFields(snapshot.data() ?? {}),
    createTime: snapshot.createTime?.toDate(),
    updateTime: snapshot.updateTime?.toDate(),
  };
}

function compareIds(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function fieldsOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'fields' in body ? body.fields : undefined;
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new TypeError('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function failureAnswer(error: unknown): Answer {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const known = STATUS_OF_GRPC.get(code);
  if (known !== undefined) return errorAnswer(...known, 'refused');
  const isOfCaller = error instanceof TypeError || error instanceof SyntaxError || error instanceof URIError;
  if (isOfCaller) return errorAnswer(400, 'INVALID_ARGUMENT', error.message);
  return errorAnswer(500, 'INTERNAL', 'the in-memory Firestore failed');
}

function unimplemented(what: string): Answer {
  return errorAnswer(501, 'UNIMPLEMENTED', `the in-memory Firestore does not offer it: ${what}`);
}

function errorAnswer(code: number, status: string, message: string): Answer {
  return { status: code, body: { error: { code, message, status } } };
}
