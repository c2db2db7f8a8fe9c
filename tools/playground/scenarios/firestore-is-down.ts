import { pickNumber } from './pick-number.ts';
import type { Scenario } from './scenario.ts';

const RULES_ARE_OLD_MS = 2500;
const LINE_WITHIN_MS = 4000;

/** The gateway loses its database, and finds it again. */
export const FIRESTORE_IS_DOWN: Scenario = {
  id: 'firestore-down',
  title: 'Firestore is down',
  summary: 'The wire to Firestore is cut. The rules in memory go on to be in force.',
  run: async (stage) => {
    const blocked = pickNumber();
    await stage.step('The operator blocks one number', () =>
      stage.writeRule(blocked, { reason: { stringValue: 'playground: Firestore is down' } }),
    );
    await stage.step('The wire between the gateway and Firestore is cut', () => {
      stage.firestoreWire.cut();
      return Promise.resolve('Connections are reset from now on.');
    });
    await stage.step('The rules grow too old, and the blocked number asks for a code', async () => {
      await new Promise((resolve) => setTimeout(resolve, RULES_ARE_OLD_MS));
      const since = Date.now();
      const { words, code } = await stage.send(blocked);
      const stale = await stage.log.waitFor(
        ({ event, at }) => event === 'rules.stale' && Date.parse(at) >= since,
        LINE_WITHIN_MS,
      );
      const line =
        stale === null
          ? 'The warning rules.stale comes once a minute at most and was written before.'
          : 'The gateway warns: rules.stale, the last ones are in force.';
      return `${words}${code === 'blocked' ? ': still blocked' : ''}. ${line}`;
    });
    await stage.step(
      'Another number asks for a code',
      async () => `${(await stage.send(pickNumber())).words}.`,
    );
  },
};
