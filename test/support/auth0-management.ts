import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

type Fields = Record<string, unknown>;

interface StoredAction {
  id: string;
  name: string;
  code: string;
  status: 'pending' | 'built';
  all_changes_deployed: boolean;
  supported_triggers: { id: string; version: string }[];
  secrets: { name: string; value: string }[];
}

/** What a tenant holds; tests read and change it at will. */
export interface Tenant {
  connections: Fields[];
  logStreams: Fields[];
  actions: StoredAction[];
  /** Ids of Actions by trigger. */
  bindings: Record<string, string[]>;
  phoneProviders: Fields[];
  /** Status that every call is answered with, where it is set. */
  failWith: number | null;
}

/** A stand-in for the Management API of one tenant, on loopback. */
export interface Auth0StandIn {
  readonly origin: string;
  readonly tenant: Tenant;
  /** Each call but that for the token: method and path without the query. */
  readonly calls: string[];
  /** What makes the commands use it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface Asked {
  readonly body: Fields;
  readonly query: URLSearchParams;
  readonly ids: readonly string[];
}
interface Reply {
  readonly status: number;
  readonly body?: unknown;
}
type Route = readonly [method: string, path: RegExp, act: (tenant: Tenant, asked: Asked) => Reply];

const CLIENT = { id: 'a-client', secret: 'a-client-secret-of-the-stand-in' };
const TOKEN = 'a-token-of-the-stand-in';

// PATCH replaces what it names whole, options and bindings too; secrets of Actions are never shown; what is not built is
// not deployed: https://auth0.com/docs/api/management/v2
const ROUTES: readonly Route[] = [
  [
    'GET',
    /^\/connections$/,
    ({ connections }, { query }) => ok(connections.filter((one) => matches(one, query))),
  ],
  ['POST', /^\/connections$/, ({ connections }, { body }) => made(connections, 'con', body)],
  ['PATCH', /^\/connections\/([^/]+)$/, ({ connections }, asked) => patched(connections, asked)],
  ['GET', /^\/log-streams$/, ({ logStreams }) => ok(logStreams)],
  [
    'POST',
    /^\/log-streams$/,
    ({ logStreams }, { body }) => made(logStreams, 'lst', { status: 'active', ...body }),
  ],
  ['PATCH', /^\/log-streams\/([^/]+)$/, ({ logStreams }, asked) => patched(logStreams, asked)],
  ['GET', /^\/branding\/phone\/providers$/, ({ phoneProviders }) => ok({ providers: phoneProviders })],
  [
    'POST',
    /^\/branding\/phone\/providers$/,
    ({ phoneProviders }, { body }) => made(phoneProviders, 'pro', body),
  ],
  [
    'PATCH',
    /^\/branding\/phone\/providers\/([^/]+)$/,
    ({ phoneProviders }, asked) => patched(phoneProviders, asked),
  ],
  [
    'GET',
    /^\/actions\/actions$/,
    ({ actions }, { query }) => ok({ actions: actions.filter((one) => hasTrigger(one, query)).map(shown) }),
  ],
  ['POST', /^\/actions\/actions$/, createAction],
  ['GET', /^\/actions\/actions\/([^/]+)$/, (tenant, asked) => withAction(tenant, asked, build)],
  [
    'PATCH',
    /^\/actions\/actions\/([^/]+)$/,
    (tenant, asked) => withAction(tenant, asked, changeAction(asked.body)),
  ],
  [
    'POST',
    /^\/actions\/actions\/([^/]+)\/deploy$/,
    (tenant, asked) => withAction(tenant, asked, deployAction),
  ],
  ['GET', /^\/actions\/triggers\/([^/]+)\/bindings$/, readBindings],
  ['PATCH', /^\/actions\/triggers\/([^/]+)\/bindings$/, replaceBindings],
];

/** Starts a tenant: empty, unless it is given something. */
export async function startAuth0(given: Partial<Tenant> = {}): Promise<Auth0StandIn> {
  const tenant: Tenant = {
    connections: [],
    logStreams: [],
    actions: [],
    bindings: {},
    phoneProviders: [],
    failWith: null,
    ...given,
  };
  const calls: string[] = [];
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing, tenant, calls));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  return {
    origin,
    tenant,
    calls,
    env: { AUTH0_DOMAIN: origin, AUTH0_CLIENT_ID: CLIENT.id, AUTH0_CLIENT_SECRET: CLIENT.secret },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  tenant: Tenant,
  calls: string[],
): Promise<void> {
  const { method = '', url = '', headers } = incoming;
  const { pathname, searchParams } = new URL(url, 'http://tenant');
  const sent = await text(incoming);
  const body = sent === '' ? {} : (JSON.parse(sent) as Fields);
  const write = ({ status, body: content }: Reply): void => {
    outgoing.writeHead(status, { 'content-type': 'application/json' });
    outgoing.end(content === undefined ? '' : JSON.stringify(content));
  };
  if (pathname === '/oauth/token') {
    const isKnown = body['client_id'] === CLIENT.id && body['client_secret'] === CLIENT.secret;
    write(isKnown ? ok({ access_token: TOKEN }) : { status: 401, body: { error: 'access_denied' } });
    return;
  }
  const path = pathname.replace(/^\/api\/v2/, '');
  calls.push(`${method} ${path}`);
  if (tenant.failWith !== null) write({ status: tenant.failWith, body: { message: 'a text of the vendor' } });
  else if (headers.authorization !== `Bearer ${TOKEN}`) write({ status: 401, body: {} });
  else write(replyTo(method, path, { body, query: searchParams, ids: [] }, tenant));
}

function replyTo(method: string, path: string, asked: Asked, tenant: Tenant): Reply {
  for (const [wanted, pattern, act] of ROUTES) {
    const found = pattern.exec(path);
    if (wanted === method && found !== null) return act(tenant, { ...asked, ids: found.slice(1) });
  }
  return { status: 404, body: { message: 'not in the stand-in' } };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function matches(one: Fields, query: URLSearchParams): boolean {
  return one['strategy'] === query.get('strategy');
}

function made(list: Fields[], prefix: string, body: Fields): Reply {
  const entry = { id: `${prefix}_${list.length + 1}`, ...body };
  list.push(entry);
  return { status: 201, body: entry };
}

function patched(list: Fields[], { ids, body }: Asked): Reply {
  const entry = list.find(({ id }) => id === ids[0]);
  if (entry === undefined) return { status: 404, body: {} };
  Object.assign(entry, body);
  return ok(entry);
}

function hasTrigger(action: StoredAction, query: URLSearchParams): boolean {
  const wanted = query.get('triggerId');
  return wanted === null || action.supported_triggers.some(({ id }) => id === wanted);
}

function shown({ secrets, ...action }: StoredAction): unknown {
  return { ...action, secrets: secrets.map(({ name }) => ({ name })) };
}

function createAction({ actions }: Tenant, { body }: Asked): Reply {
  const action = {
    ...(body as unknown as StoredAction),
    id: `act_${actions.length + 1}`,
    status: 'pending' as const,
    all_changes_deployed: false,
  };
  actions.push(action);
  return { status: 201, body: shown(action) };
}

function withAction({ actions }: Tenant, { ids }: Asked, act: (action: StoredAction) => Reply): Reply {
  const action = actions.find(({ id }) => id === ids[0]);
  return action === undefined ? { status: 404, body: {} } : act(action);
}

/** It is built by the time somebody looks. */
function build(action: StoredAction): Reply {
  action.status = 'built';
  return ok(shown(action));
}

function changeAction(body: Fields): (action: StoredAction) => Reply {
  return (action) => {
    Object.assign(action, body, { status: 'pending', all_changes_deployed: false });
    return ok(shown(action));
  };
}

function deployAction(action: StoredAction): Reply {
  if (action.status !== 'built') return { status: 400, body: { message: 'not built' } };
  action.all_changes_deployed = true;
  return ok({});
}

function readBindings({ actions, bindings }: Tenant, { ids }: Asked): Reply {
  const bound = bindings[ids[0] ?? ''] ?? [];
  return ok({
    bindings: bound.map((id) => ({
      display_name: actions.find((one) => one.id === id)?.name,
      action: { id },
    })),
  });
}

function replaceBindings({ bindings }: Tenant, { ids, body }: Asked): Reply {
  const list = body['bindings'] as { ref: { value: string } }[];
  if (ids[0] === 'custom-phone-provider' && list.length > 1) return { status: 409, body: {} };
  bindings[ids[0] ?? ''] = list.map(({ ref }) => ref.value);
  return ok({ bindings: list });
}
