import { askJson } from './ask-json.ts';
import { CliProblem } from './cli-problem.ts';
import { originOf } from './origin-of.ts';
import { textAt } from './text-at.ts';

/** Auth0's Management API. */
export interface Auth0Management {
  /** @returns null for 404 */
  get(path: string): Promise<unknown>;
  post(path: string, content?: unknown): Promise<unknown>;
  patch(path: string, content: unknown): Promise<unknown>;
}

const NO_CREDENTIAL =
  'Say which tenant: set AUTH0_DOMAIN, and AUTH0_CLIENT_ID with AUTH0_CLIENT_SECRET of a machine-to-machine application, or AUTH0_API_TOKEN.';
const SCOPES =
  'read:connections update:connections create:connections read:log_streams create:log_streams update:log_streams read:actions create:actions update:actions read:phone_providers create:phone_providers';

/**
 * Opens the Management API of the tenant that `AUTH0_DOMAIN` names: a domain, or an origin on loopback. The names of the
 * variables are those of Auth0's own Terraform provider and CLI.
 *
 * @throws CliProblem when the variables are not there; each call throws CliProblem when Auth0 refuses, without its text
 */
export function createAuth0Management(env: Readonly<Record<string, string | undefined>>): Auth0Management {
  const domain = env['AUTH0_DOMAIN'] ?? '';
  const hasCredential =
    Boolean(env['AUTH0_API_TOKEN']) ||
    (Boolean(env['AUTH0_CLIENT_ID']) && Boolean(env['AUTH0_CLIENT_SECRET']));
  if (domain === '' || !hasCredential) throw new CliProblem(NO_CREDENTIAL);
  const origin = originOf('AUTH0_DOMAIN', domain);
  let token: Promise<string> | null = env['AUTH0_API_TOKEN'] ? Promise.resolve(env['AUTH0_API_TOKEN']) : null;

  const call = async (method: string, path: string, content?: unknown): Promise<unknown> => {
    token ??= fetchToken(origin, env);
    const headers = { authorization: `Bearer ${await token}` };
    const { status, body } = await askJson({ method, url: `${origin}/api/v2${path}`, headers, content });
    if (status >= 200 && status < 300) return body;
    if (status === 404 && method === 'GET') return null;
    throw new CliProblem(complaint(status, method, path));
  };
  return {
    get: (path) => call('GET', path),
    post: (path, content) => call('POST', path, content),
    patch: (path, content) => call('PATCH', path, content),
  };
}

async function fetchToken(
  origin: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const content = {
    grant_type: 'client_credentials',
    client_id: env['AUTH0_CLIENT_ID'],
    client_secret: env['AUTH0_CLIENT_SECRET'],
    audience: `${origin}/api/v2/`,
  };
  const { status, body } = await askJson({ method: 'POST', url: `${origin}/oauth/token`, content });
  const token = textAt(body, 'access_token');
  if (status === 200 && token !== '') return token;
  throw new CliProblem(
    'Auth0 refuses AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET: authorise the application for the Auth0 Management API.',
  );
}

function complaint(status: number, method: string, path: string): string {
  const resource = path.split(/[/?]/)[1] ?? '';
  if (status === 401) return 'Auth0 refuses the token: make a new one.';
  if (status === 403)
    return `Auth0 does not let this application ${method === 'GET' ? 'read' : 'change'} ${resource}: give it the scopes ${SCOPES}.`;
  if (status === 429) return 'Auth0 asks for patience (429): try again in a minute.';
  return `Auth0 answers ${status} to ${method} /${resource}.`;
}
