import { randomInt } from 'node:crypto';
import { TEST_RANGE } from '../../twilio-simulator/test-number.ts';
import type { Scenario, Sent, Stage } from './scenario.ts';

/** SMS pumping, before and after a rule for the prefix. */
export const PUMPING_FROM_ONE_PREFIX: Scenario = {
  id: 'pumping',
  title: 'SMS pumping from one prefix',
  summary: 'Ten numbers ask for codes that nobody uses; a rule for their prefix ends it before it costs.',
  run: async (stage) => {
    const prefix = `${TEST_RANGE}1${randomInt(10)}`;
    await stage.step(`Ten numbers that begin with ${prefix} ask for a code`, async () => {
      const sent = await sendToAll(stage, prefix);
      return `${count(sent, 'sent')} sent, ${paidLookups(sent)} Lookups paid. Nobody will use these codes.`;
    });
    await stage.step(`The operator adds the rule ${prefix}: block`, () =>
      stage.writeRule(prefix, {
        action: { stringValue: 'block' },
        reason: { stringValue: 'playground: pumping' },
      }),
    );
    await stage.step('The same ten numbers ask again', async () => {
      const sent = await sendToAll(stage, prefix);
      return `${count(sent, 'blocked')} blocked, ${count(sent, 'sent')} sent, ${paidLookups(sent)} Lookups paid: a rule for a place is asked first and is free.`;
    });
  },
};

async function sendToAll(stage: Stage, prefix: string): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (let last = 0; last < 10; last += 1) sent.push(await stage.send(`${prefix}${last}`));
  return sent;
}

function count(sent: readonly Sent[], code: string): number {
  return sent.filter((one) => one.code === code).length;
}

function paidLookups(sent: readonly Sent[]): number {
  return sent.filter(({ line }) => line['lookup'] === 'fresh').length;
}
