import { CliProblem } from './cli-problem.ts';

/** What is asked. */
export interface JsonQuestion {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly content?: unknown;
}

/** What came back. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined for a body that is no JSON. */
  readonly body: unknown;
}

const TIMEOUT_MS = 20_000;

/**
 * Asks a JSON interface once; any status is an answer. Redirects are not followed, so that no credential travels on.
 *
 * @throws CliProblem when nothing answers within 20 s, naming the host and nothing else of the address
 */
export async function askJson({
  method = 'GET',
  url,
  headers = {},
  content,
}: JsonQuestion): Promise<JsonAnswer> {
  try {
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { ...headers, ...(content === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: parse(text) };
  } catch (cause) {
    throw new CliProblem(`${hostOf(url)} does not answer: look at the network and at the address.`, {
      cause,
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'The address';
}
