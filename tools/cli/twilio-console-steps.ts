/** What Twilio's interfaces cannot set: a person does it once, in the Console. */
export const TWILIO_CONSOLE_STEPS: readonly string[] = [
  'Fraud Guard: Verify → the service → SMS → Fraud Guard, level Standard or Max. A lower one does not look at custom codes.',
  'Geo permissions: Verify → Geo permissions, for messages and for calls: only countries that you have users in.',
  'API keys: Account → API keys → Create restricted key, one for each function. gateway: Verify verifications create and update, Lookup read. log-stream: Verify verifications update.',
  'WhatsApp and e-mail, where ENABLED_CHANNELS has them: Verify → the service → WhatsApp (a sender of your own), Email (a SendGrid integration and template).',
];
