import { DEPLOYED_NAMES } from './deployed-function.ts';
import { KEY_NEEDS } from './key-needs.ts';

/**
 * What Twilio's interfaces cannot set: a person does it once, in the Console.
 *
 * @param hasKeys - whether the keys of the functions were made already
 */
export function twilioConsoleSteps(hasKeys: boolean): readonly string[] {
  const needs = DEPLOYED_NAMES.map((name) => `${name}: ${KEY_NEEDS[name].inConsole}.`).join(' ');
  return [
    'Fraud Guard: Verify → the service → SMS → Fraud Guard, level Standard or Max. A lower one does not look at custom codes.',
    'Geo permissions: Verify → Geo permissions, for messages and for calls: only countries that you have users in.',
    ...(hasKeys
      ? []
      : [
          `API keys: run this again with --keys and a Main key, or Account → API keys → Create restricted key, one for each function. ${needs}`,
        ]),
    'WhatsApp and e-mail, where ENABLED_CHANNELS has them: Verify → the service → WhatsApp (a sender of your own), Email (a SendGrid integration and template).',
  ];
}
