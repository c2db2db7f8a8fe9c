import { buildAuth0Login } from '../../local-stack/auth0-login.ts';
import { isRecord } from '../../../functions/adapters/is-record.ts';
import { pickNumber } from './pick-number.ts';
import type { Scenario, Stage } from './scenario.ts';

const LINE_WITHIN_MS = 3000;

/** Auth0's log stream delivers a batch twice, as it does when it missed the answer. */
export const LOG_BATCH_REDELIVERED: Scenario = {
  id: 'redelivered',
  title: 'Log batch redelivered',
  summary: 'The same batch of logs comes twice; Twilio hears of the login once.',
  run: async (stage) => {
    const number = pickNumber();
    const batch = buildAuth0Login(number);
    await stage.step(`A code goes to ${number}`, async () => `${(await stage.send(number)).words}.`);
    await stage.step('The user logs in; the log stream posts the batch', () => post(stage, number, batch));
    await stage.step('The log stream posts the same batch again', () => post(stage, number, batch));
  },
};

async function post(stage: Stage, number: string, batch: readonly unknown[]): Promise<string> {
  const before = await stage.simulator.countCalls('verification.update', number);
  const { answer } = await stage.auth0.postLogs(batch);
  const after = await stage.simulator.countCalls('verification.update', number);
  const line = await stage.log.waitFor(
    ({ event, fields }) => event === 'feedback.batch' && fields['requestId'] === answer.requestId,
    LINE_WITHIN_MS,
  );
  const counts = isRecord(line?.fields['counts']) ? line.fields['counts'] : {};
  const said = Object.entries(counts)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${String(value)}`);
  const calls = after - before;
  return `${answer.status} ${answer.code}; the function counts: ${said.join(', ')}. Calls to Twilio: ${calls}.`;
}
