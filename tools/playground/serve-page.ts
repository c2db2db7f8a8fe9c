import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord } from '../../functions/adapters/is-record.ts';
import { StackProblem } from '../local-stack/stack-problem.ts';
import { refuseCaller } from './check-caller.ts';
import type { LiveStream } from './live-stream.ts';
import type { PageFile } from './page-files.ts';

/** What the page asks for, by the last part of its path; the answer becomes JSON. */
export type Actions = ReadonlyMap<string, (body: Readonly<Record<string, unknown>>) => Promise<unknown>>;

/** What serving needs. */
export interface ServePageOptions {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly live: LiveStream;
  readonly actions: Actions;
}

const MAX_BODY_BYTES = 65_536;
const LIVE_PATH = '/api/live';
const ACTION_PATH = '/api/';

/** Nothing from outside, nothing within the page's own markup, no frame around it. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Answers one request to the page. */
export async function servePage(
  { files, live, actions }: ServePageOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method, headers, url = '/', socket } = incoming;
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) outgoing.setHeader(name, value);
  const refusal = refuseCaller(method, headers, socket.localPort ?? 0);
  if (refusal !== null) {
    answerJson(outgoing, 403, { problem: refusal });
    return;
  }
  // As it came: not every path is a URL, and one that has to be resolved first is none of ours.
  const [pathname = ''] = url.split('?');
  const file = method === 'GET' ? files.get(pathname) : undefined;
  if (file !== undefined) {
    outgoing.writeHead(200, { 'content-type': file.type }).end(file.content);
    return;
  }
  if (method === 'GET' && pathname === LIVE_PATH) {
    live.add(outgoing);
    return;
  }
  const action =
    method === 'POST' && pathname.startsWith(ACTION_PATH)
      ? actions.get(pathname.slice(ACTION_PATH.length))
      : undefined;
  if (action === undefined) {
    answerJson(outgoing, 404, { problem: 'There is no such path.' });
    return;
  }
  await answerAction(action, incoming, outgoing);
}

async function answerAction(
  action: NonNullable<ReturnType<Actions['get']>>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    answerJson(outgoing, 200, (await action(await readJson(incoming))) ?? {});
  } catch (error) {
    // A mistake of the person is an answer: of any other status a browser would write an error to its console.
    if (error instanceof StackProblem) answerJson(outgoing, 200, { problem: error.message });
    else answerJson(outgoing, 502, { problem: 'The playground could not do it: a part does not answer.' });
  }
}

async function readJson(incoming: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new StackProblem('The body is too large.');
    chunks.push(chunk);
  }
  const body = parseJson(Buffer.concat(chunks).toString());
  if (!isRecord(body)) throw new StackProblem('The body must be a JSON object.');
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function answerJson(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  outgoing.end(JSON.stringify(body));
}
