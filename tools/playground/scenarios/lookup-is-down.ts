import { pickNumber } from './pick-number.ts';
import type { Scenario } from './scenario.ts';

const STATUS = 500;
// The gateway asks a second time within the time that a Lookup has.
const ASKED_PER_SEND = 2;

/** Twilio Lookup fails, and comes back. */
export const LOOKUP_IS_DOWN: Scenario = {
  id: 'lookup-down',
  title: 'Lookup is down',
  summary: 'Twilio Lookup answers 500. LOOKUP_FAILURE decides whether the code still goes out.',
  run: async (stage) => {
    await stage.step(`Lookup answers ${STATUS} from now on`, async () => {
      await stage.simulator.failNext('lookup', ASKED_PER_SEND, STATUS);
      return `The simulator fails the next ${ASKED_PER_SEND} Lookups: the first one and its repetition.`;
    });
    await stage.step('A user asks for a code', async () => {
      const { words, line } = await stage.send(pickNumber());
      return `${words}. The log line says lookup=${String(line['lookup'])}.`;
    });
    await stage.step('Lookup works again, another user asks for a code', async () => {
      await stage.simulator.stopFailing();
      return `${(await stage.send(pickNumber())).words}.`;
    });
  },
};
