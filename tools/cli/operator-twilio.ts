import { CliProblem } from './cli-problem.ts';
import { originOf } from './origin-of.ts';
import { createTwilioAdmin, type TwilioAdmin, type TwilioKey } from './twilio-admin.ts';

/**
 * Opens Twilio with the operator's own key: those of the functions may not set up anything.
 *
 * @param env - `TWILIO_API_KEY_SID`, `TWILIO_API_KEY_SECRET`, `TWILIO_API_BASE_URL`
 * @throws CliProblem when there is no key
 */
export function operatorTwilio(env: Readonly<Record<string, string | undefined>>): TwilioAdmin {
  return createTwilioAdmin(operatorKeyIn(env), baseUrlIn(env));
}

/** That key alone. */
export function operatorKeyIn(env: Readonly<Record<string, string | undefined>>): TwilioKey {
  const [sid, secret] = [env['TWILIO_API_KEY_SID'] ?? '', env['TWILIO_API_KEY_SECRET'] ?? ''];
  if (!/^SK\w+$/.test(sid) || secret === '')
    throw new CliProblem(
      'Set TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET of an API key of yours (Twilio Console → Account → API keys): Main to have the keys of the functions made, else Standard.',
    );
  return { sid, secret };
}

/** The origin in place of Twilio's own, where there is one. */
export function baseUrlIn(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const text = env['TWILIO_API_BASE_URL'] ?? '';
  return text === '' ? undefined : originOf('TWILIO_API_BASE_URL', text);
}
