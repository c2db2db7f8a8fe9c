import { stripVTControlCharacters } from 'node:util';
import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import { buildAuth0Request, signAuth0Token, type Auth0Request } from './auth0-request.ts';
import { deliveredMessages, type DeliveredMessage } from './delivered-messages.ts';
import type { StackFile } from './stack-file.ts';
import { stackNotRunning } from './stack-not-running.ts';
import { StackProblem } from './stack-problem.ts';

/** How to play Auth0. */
export interface PlayAuth0Options {
  /** See `buildAuth0Request`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stackFile: Pick<StackFile, 'keys' | 'running'>;
  readonly print: (text: string) => void;
}

// As long as Auth0 waits.
const TIMEOUT_MS = 30_000;
const MAX_SHOWN = 2000;

const LOOK = 'look at the phone';
const NOT_KNOWN = `Whether Twilio sends it is not known: ${LOOK}.`;
/** What the codes of the gateway's answers mean with Twilio itself, where it is not that nothing was sent. */
const WITH_TWILIO: ReadonlyMap<string, string> = new Map([
  ['sent', `Twilio itself sends it: ${LOOK}.`],
  ['duplicate', 'Nothing more was sent: the same code went to this number within the last 30 s.'],
  ['suppressed', 'Nothing was sent: it is blocked, and BLOCK_RESPONSE=silent answers as if it were not.'],
  ['internal', NOT_KNOWN],
  ['provider_error', NOT_KNOWN],
  ['provider_timeout', NOT_KNOWN],
]);

/**
 * Sends what Auth0 would send, and shows the answer and what was delivered. Any answer of the gateway is a success.
 *
 * @throws StackProblem when the request is not described well, the stack does not run, or the gateway is silent
 */
export async function playAuth0({ env, stackFile, print }: PlayAuth0Options): Promise<void> {
  const request = buildAuth0Request(env);
  const stack = stackFile.running();
  if (stack === null) throw stackNotRunning();
  const { gatewayUrl, simulatorUrl } = stack;
  const { recipient } = request.body;
  // Twilio knows it without the spaces that a person may have typed.
  const to = parsePhoneNumber(recipient)?.e164 ?? recipient;
  const deliveredBefore = simulatorUrl === null ? [] : await deliveredTo(simulatorUrl, to);

  print(`POST ${gatewayUrl}/  as Auth0's custom SMS gateway connection does`);
  print('  token      HS256, iss Auth0, sub urn:Auth0, aud urn:sms-gateway, good for 5 minutes');
  print(`  recipient  ${recipient}`);
  print(`  body       ${request.body.body.replaceAll('\n', '\n             ')}`);
  const { status, text } = await post(
    gatewayUrl,
    request,
    await signAuth0Token(stackFile.keys().gatewaySecret),
  );
  print(`answer ${status}`);
  print(`  ${stripVTControlCharacters(text).slice(0, MAX_SHOWN)}`);

  if (simulatorUrl === null) {
    const code = codeOf(text);
    print(code === null ? NOT_KNOWN : (WITH_TWILIO.get(code) ?? 'Nothing was sent.'));
    return;
  }
  const delivered = await deliveredTo(simulatorUrl, to);
  print(deliveryText(delivered.slice(deliveredBefore.length), to, request.code));
}

async function post(
  url: string,
  { body }: Auth0Request,
  token: string,
): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    if (isTimeout(cause)) throw new StackProblem('The gateway has not answered within 30 s.', { cause });
    throw stackNotRunning({ cause });
  }
}

async function deliveredTo(simulatorUrl: string, to: string): Promise<readonly DeliveredMessage[]> {
  try {
    return await deliveredMessages(simulatorUrl, to);
  } catch (cause) {
    throw stackNotRunning({ cause });
  }
}

function deliveryText(messages: readonly DeliveredMessage[], to: string, code: string): string {
  if (messages.length === 0) return `Nothing was delivered to ${to}.`;
  const lines = messages.map((message) => {
    const note =
      message.code === code
        ? `code ${code}, as Auth0 made it`
        : `code ${message.code}: NOT the one that Auth0 made`;
    return `  ${message.text}\n  (${note})`;
  });
  return [`delivered to ${to} by ${messages[0]?.channel ?? ''}`, ...lines].join('\n');
}

/** The code in an answer; null where it is none of the gateway's. */
function codeOf(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
      ? body.code
      : null;
  } catch {
    return null;
  }
}

function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
}
