import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from './exchange.ts';
import { aGatewayBody, type GatewayStack } from './gateway-stack.ts';

// A satellite: built-in rules stop it at place, so that asking costs nothing and sends nothing.
const FREE_TO_ASK = { body: aGatewayBody({ recipient: '+870000000000' }) };
const TTL_MS = 1000;

/**
 * Waits until a gateway of a stack, which keeps rules for a second, judges by those that Firestore has now, and all that
 * it has to say of them is in its log: the next request after that second is still answered by the old ones while it has
 * the new ones read.
 */
export async function untilRulesAreRead(stack: GatewayStack): Promise<void> {
  await sleep(TTL_MS + 100);
  const { gateway } = stack;
  const { length } = gateway.logs();
  await exchange(stack, FREE_TO_ASK);
  await gateway.waitForLog(
    (line) => line['event'] === 'rules.refreshed' && gateway.logs().indexOf(line) >= length,
  );
  await exchange(stack, FREE_TO_ASK);
}
