import type { SeenCall } from '../../tools/twilio-simulator/seen-call.ts';
import type { Delivered } from '../../tools/twilio-simulator/verifications.ts';
import type { LogLine } from './function-process.ts';
import type { GatewayAnswer, GatewayCall, GatewayStack } from './gateway-stack.ts';

/** One request, seen from all sides: what came back, what Twilio was asked, what was delivered and what was logged. */
export interface Exchange {
  readonly status: number;
  /** The member `code` of the answer. */
  readonly code: unknown;
  readonly answer: GatewayAnswer;
  /** Twilio's operations by short name, in alphabetical order: `create lookup update`; empty for none. */
  readonly asked: string;
  /** The same calls whole, oldest first. */
  readonly seen: readonly SeenCall[];
  /** Parameters of the last start of a verification; undefined where there was none. */
  readonly created: SeenCall['params'] | undefined;
  readonly delivered: readonly Delivered[];
  /** The line about the request. */
  readonly line: LogLine;
}

/** Sends a request while no other is under way, and waits for its log line. */
export async function exchange(stack: GatewayStack, call: GatewayCall = {}): Promise<Exchange> {
  const { seen, delivered } = stack.twilio.simulator;
  const before = { seen: seen.length, delivered: delivered.length };
  const answer = await stack.send(call);
  const line = await lineOf(stack, answer);
  const calls = seen.slice(before.seen);
  return {
    status: answer.status,
    code: answer.body?.['code'],
    answer,
    asked: namesOf(calls).toSorted().join(' '),
    seen: calls,
    created: calls.findLast(({ operation }) => operation === 'verification.create')?.params,
    delivered: delivered.slice(before.delivered),
    line,
  };
}

/** The line about the request that was answered so. */
export function lineOf(
  { gateway }: Pick<GatewayStack, 'gateway'>,
  { body }: GatewayAnswer,
): Promise<LogLine> {
  const requestId = body?.['requestId'];
  return gateway.waitForLog((line) => line['requestId'] === requestId && line['durationMs'] !== undefined);
}

/** The short names of calls, in their order. */
export function namesOf(calls: readonly SeenCall[]): readonly string[] {
  return calls.map(({ operation }) => operation.replace('verification.', ''));
}
