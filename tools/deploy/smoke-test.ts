import { setTimeout as sleep } from 'node:timers/promises';
import { DeployFailure } from './deploy-failure.ts';

/** What is tried. */
export interface SmokeTestOptions {
  /** Addresses of the functions, by their names. */
  readonly urls: Readonly<Record<string, string>>;
  readonly say: (text: string) => void;
  /** How often each is tried before it counts as failed; default 10. */
  readonly attempts?: number;
  /** How long to wait between two attempts, in milliseconds; default 6000. A public grant takes up to a minute. */
  readonly pauseMs?: number;
}

const TIMEOUT_MS = 20_000;
const FORBIDDEN = 403;

/**
 * Asks each function whether it is there, and whether it refuses a wrong credential. Nothing is sent.
 *
 * @throws DeployFailure with a sentence for each function that answers anything else
 */
export async function smokeTest(options: SmokeTestOptions): Promise<void> {
  const { attempts = 10, pauseMs = 6000, say, urls } = options;
  const problems: string[] = [];
  for (const [name, url] of Object.entries(urls)) {
    const problem = await tryRepeatedly(() => findProblem(name, url), attempts, pauseMs);
    if (problem === null) say(`${name}: is there, and refuses a wrong credential.`);
    else problems.push(problem);
  }
  if (problems.length > 0) throw new DeployFailure(...problems);
}

async function tryRepeatedly(
  find: () => Promise<string | null>,
  attempts: number,
  pauseMs: number,
): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    const problem = await find();
    if (problem === null || attempt >= attempts) return problem;
    await sleep(pauseMs);
  }
}

async function findProblem(name: string, url: string): Promise<string | null> {
  const health = await ask(`${url}/health`, { method: 'GET' });
  if (health === FORBIDDEN) {
    return `${name}: Google refuses the call before the function sees it. If it stays so, allUsers may not be granted here: see domain-restricted sharing in docs/operations.md.`;
  }
  if (health !== 200) return `${name}: GET /health answers ${health} instead of 200.`;
  const refused = await ask(url, {
    method: 'POST',
    headers: {
      authorization: 'Bearer a-wrong-credential-of-the-smoke-test',
      'content-type': 'application/json',
    },
    body: '[]',
  });
  return refused === 401 ? null : `${name}: a wrong credential is answered ${refused} instead of 401.`;
}

async function ask(url: string, request: RequestInit): Promise<number | string> {
  try {
    const response = await fetch(url, {
      ...request,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 'nothing';
  }
}
