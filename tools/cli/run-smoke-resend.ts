import { randomInt } from 'node:crypto';
import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { listAt } from './list-at.ts';
import { operatorTwilio } from './operator-twilio.ts';
import type { Output } from './output.ts';
import { twilioEnvironment } from './twilio-environment.ts';

/** What was asked for. */
export interface SmokeResendOptions {
  readonly yes?: boolean;
}

/**
 * Settles on a live account whether Verify keeps the old code when a second one is sent while the first is pending: it
 * sends two codes to the operator's own phone and asks which one the second message held.
 *
 * @throws CliProblem when there is nobody to ask, or the answer is neither code
 */
export async function runSmokeResend(
  world: CliWorld,
  output: Output,
  phone: string,
  options: SmokeResendOptions,
): Promise<void> {
  const number = parsePhoneNumber(phone);
  if (number === null) throw new CliProblem('That is no possible phone number: write it as +44….');
  if (!output.canAsk)
    throw new CliProblem('This needs a person who reads the phone: run it in a terminal, without --json.');
  const env = twilioEnvironment(world);
  const service = env['TWILIO_VERIFY_SERVICE_SID'] ?? '';
  if (service === '') throw new CliProblem('Set TWILIO_VERIFY_SERVICE_SID.');
  if (
    options.yes !== true &&
    (await output.ask(`Send two codes to ${number.e164}, which costs two messages? Type yes: `)) !== 'yes'
  )
    throw new CliProblem('Stopped: nothing was sent.');
  const admin = operatorTwilio(env);
  const [first, second] = twoCodes();
  const path = `/v2/Services/${service}/Verifications`;
  try {
    const send = (code: string) => admin.post(path, { To: number.e164, Channel: 'sms', CustomCode: code });
    await send(first);
    const attempts = listAt(await send(second), 'send_code_attempts').length;
    const seen = (await output.ask('Which code does the SECOND message hold? ')).replace(/\D/g, '');
    if (seen !== first && seen !== second)
      throw new CliProblem('That is neither of the two codes: run it again.');
    const keepsOld = seen === first;
    output.say(
      keepsOld
        ? 'Verify keeps the old code while one is pending: RESEND_STRATEGY=cancel (the default) is needed.'
        : 'Verify takes the new code: RESEND_STRATEGY=reuse would do, and saves a call for each send.',
    );
    output.say(`The second answer counted ${attempts} attempts.`);
  } finally {
    await admin
      .post(`${path}/${encodeURIComponent(number.e164)}`, { Status: 'canceled' })
      .catch(() => undefined);
    admin.close();
  }
}

function twoCodes(): readonly [string, string] {
  const first = randomInt(100_000, 1_000_000);
  const other = 100_000 + ((first - 100_000 + randomInt(1, 900_000)) % 900_000);
  return [String(first), String(other)];
}
