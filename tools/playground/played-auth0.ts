import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import { buildAuth0Login } from '../local-stack/auth0-login.ts';
import type { StackKeys } from '../local-stack/stack-file.ts';
import { StackProblem } from '../local-stack/stack-problem.ts';
import { signSendOrder, type SendOrder } from './send-order.ts';

/** What a function answered. */
export interface FunctionAnswer {
  readonly status: number;
  /** As it came. */
  readonly text: string;
  readonly requestId: string;
  /** The member `code` of the answer. */
  readonly code: string;
  readonly latencyMs: number;
}

/** A request that was posted to a function and its answer. */
export interface Exchange {
  readonly url: string;
  /** Without the credential. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answer: FunctionAnswer;
}

/** How a login ended. */
export interface LoginEnd {
  readonly isRight: boolean;
  readonly sentence: string;
  /** What was posted to `log-stream`; null for a wrong code, of which no log stream of ours hears. */
  readonly exchange: Exchange | null;
}

/** Auth0, as far as the gateway meets it. Every call throws StackProblem when a function is silent. */
export interface PlayedAuth0 {
  /** Makes a code and has it sent. */
  send(order: SendOrder): Promise<Exchange & { readonly code: string }>;
  /** Judges a code; where it is right, the log of the login goes to `log-stream`. */
  logIn(recipient: string, code: string): Promise<LoginEnd>;
  /** Posts a batch of the log stream. */
  postLogs(batch: readonly unknown[]): Promise<Exchange>;
}

// As long as Auth0 waits.
const TIMEOUT_MS = 30_000;

/** Starts an Auth0 that has made no code yet. The newest code for a recipient counts, and each for one login. */
export function createPlayedAuth0(
  { gatewayUrl, logStreamUrl }: { readonly gatewayUrl: string; readonly logStreamUrl: string },
  { gatewaySecret, logStreamToken }: StackKeys,
): PlayedAuth0 {
  const codes = new Map<string, string>();
  const postLogs = (batch: readonly unknown[]): Promise<Exchange> =>
    post(
      logStreamUrl,
      { authorization: logStreamToken, 'content-type': 'application/json' },
      JSON.stringify(batch),
    );

  return {
    postLogs,
    send: async (order) => {
      const { code, headers, body } = await signSendOrder(order, gatewaySecret);
      // Auth0 knows the code before it is on its way, whatever becomes of it.
      codes.set(keyOf(order.recipient), code);
      return { ...(await post(gatewayUrl, headers, body)), code };
    },
    logIn: async (recipient, code) => {
      const key = keyOf(recipient);
      const made = codes.get(key);
      if (made === undefined) {
        const sentence = `Auth0, as this page plays it, has no code for ${recipient}: send one first.`;
        return { isRight: false, sentence, exchange: null };
      }
      if (made !== code.trim()) {
        const sentence = 'Wrong code. Auth0 logs a failed login, which the log stream does not carry.';
        return { isRight: false, sentence, exchange: null };
      }
      codes.delete(key);
      const exchange = await postLogs(buildAuth0Login(key));
      return { isRight: true, sentence: 'Right code: logged in.', exchange };
    },
  };
}

function keyOf(recipient: string): string {
  return parsePhoneNumber(recipient)?.e164 ?? recipient.trim().toLowerCase();
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Exchange> {
  const startedAt = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null);
  if (answer === null) throw new StackProblem(`${url} did not answer.`);
  const text = await answer.text();
  const latencyMs = Math.round(performance.now() - startedAt);
  const { authorization, 'x-signature': signature, ...shown } = headers;
  return {
    url,
    headers: {
      ...(authorization === undefined ? {} : { authorization: '(the credential)' }),
      ...(signature === undefined ? {} : { 'x-signature': signature.replace(/v1=\w+/, 'v1=…') }),
      ...shown,
    },
    body,
    answer: { status: answer.status, text, latencyMs, ...membersOf(text) },
  };
}

function membersOf(text: string): { readonly requestId: string; readonly code: string } {
  const member = (name: string): string => {
    const [, value = ''] = new RegExp(`"${name}":"([\\w-]+)"`).exec(text) ?? [];
    return value;
  };
  return { requestId: member('requestId'), code: member('code') };
}
