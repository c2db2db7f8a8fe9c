import { isRecord } from '../../functions/adapters/is-record.ts';
import { StackProblem } from '../local-stack/stack-problem.ts';
import type { PhoneMessage, VerificationState } from './live-state.ts';

/** What the page asks of the Twilio simulator. Every call throws when it does not answer. */
export interface SimulatorControl {
  /** The newest ones, newest last. */
  messages(): Promise<readonly PhoneMessage[]>;
  /** The newest ones, newest last. */
  verifications(): Promise<readonly VerificationState[]>;
  /** How often Twilio was asked for an operation about a recipient. */
  countCalls(operation: string, to: string): Promise<number>;
  /** Makes the next calls of an operation fail with a status. */
  failNext(operation: string, times: number, status: number): Promise<void>;
  /** Drops what `failNext` ordered and has not happened. */
  stopFailing(): Promise<void>;
}

const TIMEOUT_MS = 3000;
const SHOWN = 60;

/** Opens the control routes; nothing is asked yet. */
export function createSimulatorControl(url: string): SimulatorControl {
  const ask = async (method: string, route: string, content?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/simulator/${route}`, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    if (!answer.ok) throw new StackProblem(`The simulator answered ${answer.status}.`);
    return answer.json();
  };

  return {
    messages: async () =>
      listAt(await ask('GET', `messages?last=${SHOWN}`), 'messages').map((message) => ({
        id: `${textAt(message, 'verificationSid')} ${textAt(message, 'at')}`,
        channel: textAt(message, 'channel'),
        to: textAt(message, 'to'),
        code: textAt(message, 'code'),
        text: textAt(message, 'text'),
        at: textAt(message, 'at'),
      })),
    verifications: async () =>
      listAt(await ask('GET', `verifications?last=${SHOWN}`), 'verifications').map((verification) => ({
        sid: textAt(verification, 'sid'),
        to: textAt(verification, 'to'),
        channel: textAt(verification, 'channel'),
        status: textAt(verification, 'status'),
        sendAttempts: Number(verification['sendAttempts']),
        updatedAt: new Date(Number(verification['updatedAtMs'])).toISOString(),
      })),
    countCalls: async (operation, to) => {
      const query = new URLSearchParams({ operation, to });
      return listAt(await ask('GET', `calls?${query.toString()}`), 'calls').length;
    },
    failNext: async (operation, times, status) => {
      await ask('POST', 'faults', { operation, times, status });
    },
    stopFailing: async () => {
      await ask('DELETE', 'faults');
    },
  };
}

function listAt(body: unknown, name: string): readonly Readonly<Record<string, unknown>>[] {
  const list = isRecord(body) ? body[name] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function textAt(entry: Readonly<Record<string, unknown>>, name: string): string {
  const value = entry[name];
  return typeof value === 'string' ? value : '';
}
