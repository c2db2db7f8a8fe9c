import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import { buildAuth0Login } from './auth0-login.ts';
import type { StackFile } from './stack-file.ts';
import { STACK_FUNCTIONS } from './stack-functions.ts';
import { stackNotRunning } from './stack-not-running.ts';
import { StackProblem } from './stack-problem.ts';

/** How to play Auth0's log stream. */
export interface PlayLoginOptions {
  /** `PHONE` says who has logged in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stackFile: Pick<StackFile, 'keys' | 'running'>;
  readonly print: (text: string) => void;
}

const TIMEOUT_MS = 30_000;

/**
 * Sends what Auth0's log stream sends after a login by code, and shows the answer and how the verification stands.
 *
 * @throws StackProblem when there is no number, the stack does not run, or the function is silent
 */
export async function playLogin({ env, stackFile, print }: PlayLoginOptions): Promise<void> {
  const phone = env['PHONE'] ?? '';
  const number = parsePhoneNumber(phone);
  if (number === null) throw new StackProblem('Say who logs in: make trigger-login PHONE=+447700900001');
  const stack = stackFile.running();
  if (stack === null) throw stackNotRunning();
  const url = logStreamUrl(stack.gatewayUrl);
  const { simulatorUrl } = stack;

  if (simulatorUrl !== null) print(`before      ${await verificationOf(simulatorUrl, number.e164)}`);
  print(`POST ${url}  as Auth0's custom webhook log stream does: one login by code of ${number.e164}`);
  const { status, text } = await post(url, stackFile.keys().logStreamToken, buildAuth0Login(number.e164));
  print(`answer ${status}`);
  print(`  ${text}`);
  if (status !== 200) throw new StackProblem(`The log stream answered ${status} instead of 200.`);
  if (simulatorUrl !== null) print(`after       ${await verificationOf(simulatorUrl, number.e164)}`);
}

function logStreamUrl(gatewayUrl: string): string {
  const url = new URL(gatewayUrl);
  const offset = STACK_FUNCTIONS.find(({ target }) => target === 'log-stream')?.offset ?? 0;
  url.port = String(Number(url.port) + offset);
  return url.href;
}

async function post(url: string, token: string, body: unknown): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw stackNotRunning({ cause });
  }
}

/** How the newest verification of a number stands at the simulator. */
async function verificationOf(simulatorUrl: string, to: string): Promise<string> {
  const query = new URLSearchParams({ to });
  const answer = await fetch(`${simulatorUrl}/simulator/verifications?${query.toString()}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body: unknown = await answer.json();
  const list: unknown =
    typeof body === 'object' && body !== null && 'verifications' in body ? body.verifications : [];
  const last: unknown = Array.isArray(list) ? list.at(-1) : undefined;
  const status = typeof last === 'object' && last !== null && 'status' in last ? last.status : undefined;
  return `the verification of ${to} is ${typeof status === 'string' ? status : 'not there'}`;
}
