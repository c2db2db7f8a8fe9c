/** A message that the simulator delivered. */
export interface DeliveredMessage {
  readonly channel: string;
  readonly code: string;
  readonly text: string;
}

const TIMEOUT_MS = 5000;

/**
 * Asks the simulator what reached a recipient, oldest first.
 *
 * @throws Error when it does not answer as it should
 */
export async function deliveredMessages(
  simulatorUrl: string,
  recipient: string,
): Promise<readonly DeliveredMessage[]> {
  const query = new URLSearchParams({ to: recipient });
  const answer = await fetch(`${simulatorUrl}/simulator/messages?${query.toString()}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`the simulator answered ${answer.status}`);
  const body: unknown = await answer.json();
  const messages =
    typeof body === 'object' && body !== null && 'messages' in body ? body.messages : undefined;
  if (!Array.isArray(messages)) throw new Error('the simulator answered something else');
  return messages.map(parseMessage);
}

function parseMessage(message: unknown): DeliveredMessage {
  const text = (name: string): string => {
    const value: unknown = Reflect.get(Object(message) as object, name);
    return typeof value === 'string' ? value : '';
  };
  return { channel: text('channel'), code: text('code'), text: text('text') };
}
