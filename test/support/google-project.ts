import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { PassThroughClient } from 'google-auth-library';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGoogleCloud, type GoogleCloud } from '../../tools/cli/google-cloud.ts';
import { createSecretVersions, type SecretVersions } from '../../tools/cli/secret-versions.ts';

/** A function of the project. */
export interface StandInFunction {
  state: string;
  runtime: string;
  url: string;
  environment: Record<string, string>;
  twilioSecretVersion: string;
}

/** What a project holds; tests read and change it at will. */
export interface Project {
  /** Short names, such as `run`. */
  apis: string[];
  /** By whole name, such as `verify-dev-gateway`. */
  functions: Record<string, StandInFunction>;
  /** Values by id, oldest first. */
  secrets: Record<string, string[]>;
  /** Names of the databases, and whether expired rules are deleted. */
  databases: Record<string, { type: string; hasTtl: boolean }>;
  /** Jobs of Cloud Scheduler by name. */
  jobs: Record<string, Readonly<Record<string, unknown>>>;
  /** Whether new values of secrets are refused. */
  refusesValues: boolean;
  /** Status that every call is answered with, where it is set. */
  failWith: number | null;
}

/** A stand-in for a project of Google Cloud, on loopback. */
export interface GoogleProject {
  readonly project: Project;
  readonly calls: string[];
  readonly openGoogle: (id: string) => GoogleCloud;
  readonly openSecrets: (id: string) => SecretVersions;
  stop(): Promise<void>;
}

/** Starts a project: empty, unless it is given something. */
export async function startGoogleProject(given: Partial<Project> = {}): Promise<GoogleProject> {
  const project: Project = {
    apis: [],
    functions: {},
    secrets: {},
    databases: {},
    jobs: {},
    refusesValues: false,
    failWith: null,
    ...given,
  };
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const url = new URL(request.url ?? '', 'http://google');
      const method = request.method ?? '';
      calls.push(`${method} ${url.pathname}`);
      if (project.failWith !== null) write(response, project.failWith, {});
      else if (project.refusesValues && url.pathname.endsWith(':addVersion'))
        write(response, 403, { error: { code: 403, message: '', status: 'PERMISSION_DENIED' } });
      else answer(response, project, method, url, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    project,
    calls,
    openGoogle: (id) =>
      createGoogleCloud({
        project: id,
        accessToken: () => Promise.resolve('a-token'),
        origin: `http://127.0.0.1:${port}`,
      }),
    openSecrets: (id) =>
      createSecretVersions(
        id,
        new SecretManagerServiceClient({
          fallback: true,
          protocol: 'http',
          apiEndpoint: '127.0.0.1',
          port,
          authClient: new PassThroughClient(),
        }),
      ),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, project: Project, method: string, url: URL, body: string): void {
  const found = find(project, method, url, body);
  if (found === null) write(response, 404, { error: { code: 404, message: '', status: 'NOT_FOUND' } });
  else write(response, 200, found);
}

function find(
  project: Project,
  method: string,
  { pathname: path, searchParams }: URL,
  body: string,
): unknown {
  if (path.endsWith('/services')) return servicesAnswer(project.apis, searchParams);
  const [, name] = /\/functions\/([^/]+)$/.exec(path) ?? [];
  if (name !== undefined) return functionAnswer(name, project.functions[name]);
  const [, job] = /\/jobs\/([^/]+)$/.exec(path) ?? [];
  if (job !== undefined) return project.jobs[job] ?? null;
  const [, database, rest] = /\/databases\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (database !== undefined) return databaseAnswer(project.databases[database], rest);
  const [, secret, what] = /\/secrets\/([^/:]+)(.*)$/.exec(path) ?? [];
  return secret === undefined ? null : secretAnswer(project.secrets, secret, method, what ?? '', body);
}

/** A page at a time, as Google does. */
function servicesAnswer(apis: readonly string[], query: URLSearchParams): unknown {
  const start = Number(query.get('pageToken') ?? 0);
  const end = start + Math.min(Number(query.get('pageSize') ?? 50), 200);
  return {
    services: apis.slice(start, end).map((api) => ({ config: { name: `${api}.googleapis.com` } })),
    ...(end < apis.length ? { nextPageToken: String(end) } : {}),
  };
}

function functionAnswer(name: string, found: StandInFunction | undefined): unknown {
  if (found === undefined) return null;
  const { state, runtime, url, environment, twilioSecretVersion } = found;
  return {
    state,
    buildConfig: { runtime },
    serviceConfig: {
      uri: url,
      environmentVariables: environment,
      secretVolumes: [
        { secret: `${name}-twilio-api-key-secret`, versions: [{ version: twilioSecretVersion }] },
      ],
    },
  };
}

function databaseAnswer(
  found: { type: string; hasTtl: boolean } | undefined,
  rest: string | undefined,
): unknown {
  if (found === undefined) return null;
  if (rest === undefined) return { type: found.type };
  return found.hasTtl ? { ttlConfig: { state: 'ACTIVE' } } : {};
}

function secretAnswer(
  secrets: Project['secrets'],
  id: string,
  method: string,
  what: string,
  body: string,
): unknown {
  const values = secrets[id];
  if (values === undefined) return null;
  if (method === 'POST') {
    const { payload } = JSON.parse(body) as { payload: { data: string } };
    values.push(Buffer.from(payload.data, 'base64').toString('utf8'));
    return { name: `projects/p/secrets/${id}/versions/${values.length}` };
  }
  if (what === '/versions') return { versions: values.map(() => ({ state: 'ENABLED' })) };
  const [, asked] = /^\/versions\/(\w+):access$/.exec(what) ?? [];
  const number = asked === 'latest' ? values.length : Number(asked);
  const value = values[number - 1];
  if (value === undefined) return null;
  const data = Buffer.from(value, 'utf8').toString('base64');
  return { name: `projects/p/secrets/${id}/versions/${number}`, payload: { data } };
}

function write(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
