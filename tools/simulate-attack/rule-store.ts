import { createServer, type IncomingMessage } from 'node:http';

/** Firestore in this process, as far as gateway and watch use it, with nothing to start or to wait for. */
export interface RuleStore {
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`. */
  readonly host: string;
  /** Writes a document whose fields are as the REST interface has them. */
  put(path: string, fields: Readonly<Record<string, unknown>>): void;
  /** Ids of a collection. */
  ids(collection: string): readonly string[];
  close(): Promise<void>;
}

interface Stored {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly updateTime: string;
}

interface Write {
  readonly update: { readonly name: string; readonly fields: Stored['fields'] };
  readonly currentDocument: { readonly updateTime: string };
}

const DOCUMENTS = /^\/v1\/(.+\/documents)(?:\/([^?]+)|:commit)/;

/** Starts it on loopback. */
export async function startRuleStore(): Promise<RuleStore> {
  const documents = new Map<string, Stored>();
  let version = 0;
  const put = (path: string, fields: Stored['fields']): Stored => {
    version += 1;
    const stored = { fields, updateTime: new Date(version * 1000).toISOString() };
    documents.set(path, stored);
    return stored;
  };
  const answer = (method: string, url: string, text: string): readonly [number, unknown] => {
    const [, root = '', path] = DOCUMENTS.exec(decodeURIComponent(url)) ?? [];
    const shown = ([name, stored]: [string, Stored]) => ({ name: `${root}/${name}`, ...stored });
    if (path === undefined) return commit(JSON.parse(text) as { writes: readonly Write[] }, documents, put);
    if (method === 'POST') {
      const name = `${path}/${new URL(url, 'http://here').searchParams.get('documentId') ?? ''}`;
      if (documents.has(name)) return [409, { error: { status: 'ALREADY_EXISTS' } }];
      const { fields } = JSON.parse(text) as Stored;
      return [200, shown([name, put(name, fields)])];
    }
    const found = documents.get(path);
    if (found !== undefined) return [200, shown([path, found])];
    if (path.includes('/')) return [404, { error: { status: 'NOT_FOUND' } }];
    return [200, { documents: [...documents].filter(([name]) => name.startsWith(`${path}/`)).map(shown) }];
  };

  const server = createServer((incoming, outgoing) => {
    void readText(incoming).then((text) => {
      const [status, body] = answer(incoming.method ?? '', incoming.url ?? '', text);
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the rule store has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    put,
    ids: (collection) => [...documents.keys()].flatMap((name) => name.split(`${collection}/`)[1] ?? []),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function commit(
  { writes }: { readonly writes: readonly Write[] },
  documents: ReadonlyMap<string, Stored>,
  put: (path: string, fields: Stored['fields']) => Stored,
): readonly [number, unknown] {
  for (const { update, currentDocument } of writes) {
    const path = update.name.split('/documents/')[1] ?? '';
    const stored = documents.get(path);
    if (stored?.updateTime !== currentDocument.updateTime)
      return [400, { error: { status: 'FAILED_PRECONDITION' } }];
    put(path, { ...stored.fields, ...update.fields });
  }
  return [200, {}];
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
