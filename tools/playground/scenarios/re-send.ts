import { pickNumber } from './pick-number.ts';
import type { Scenario } from './scenario.ts';

const FIRST = '271828';
const SECOND = '314159';

/** A user who asks for a second code, and an Action that runs again. */
export const RE_SEND: Scenario = {
  id: 're-send',
  title: 'Re-send',
  summary: 'A second code ends the first one, so that what arrives is what Auth0 expects.',
  run: async (stage) => {
    const number = pickNumber();
    await stage.step(`${number} asks for a code: ${FIRST}`, async () => {
      return `${(await stage.send(number, FIRST)).words}.`;
    });
    await stage.step(`The user asks again, and Auth0 makes a new code: ${SECOND}`, async () => {
      const { words } = await stage.send(number, SECOND);
      return `${words}. ${await statesOf(number)}`;
    });
    await stage.step('Auth0 repeats the same request at once', async () => {
      return `${(await stage.send(number, SECOND)).words}: no second message.`;
    });
    await stage.step(`The user types ${FIRST}, then ${SECOND}`, async () => {
      const wrong = await stage.auth0.logIn(number, FIRST);
      const right = await stage.auth0.logIn(number, SECOND);
      return `${wrong.sentence} ${right.sentence} ${await statesOf(number)}`;
    });

    async function statesOf(to: string): Promise<string> {
      const verifications = await stage.simulator.verifications();
      const states = verifications.filter((one) => one.to === to).map(({ status }) => status);
      return `Its verifications: ${states.slice(-2).join(', ')}.`;
    }
  },
};
