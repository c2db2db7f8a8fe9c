import { NUMBERS } from '../../twilio-simulator/numbers.ts';
import type { Scenario } from './scenario.ts';

/** Numbers that no SMS can reach. */
export const LANDLINE: Scenario = {
  id: 'landline',
  title: 'Landline',
  summary: 'A landline as it comes, one that Twilio refuses, and one that the settings block.',
  run: async (stage) => {
    await stage.step(`A landline (${NUMBERS.landline}) asks for a code; no setting says a word`, async () => {
      return `${(await stage.send(NUMBERS.landline)).words}.`;
    });
    await stage.step(`Twilio refuses SMS to ${NUMBERS.landlineForSms} (60205)`, async () => {
      const { words, status } = await stage.send(NUMBERS.landlineForSms);
      return status === 422 ? `${words}: calls are not among ENABLED_CHANNELS.` : `${words}: a call instead.`;
    });
    await stage.step('The operator sets channels.landline to "block"', () =>
      stage.writeSettings({
        channels: { mapValue: { fields: { landline: { stringValue: 'block' } } } },
      }),
    );
    await stage.step(`The landline (${NUMBERS.landline}) asks again`, async () => {
      return `${(await stage.send(NUMBERS.landline)).words}.`;
    });
  },
};
