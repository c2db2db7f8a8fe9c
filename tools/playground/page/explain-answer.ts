const EXPLANATIONS: Readonly<Record<string, string>> = {
  sent: 'Verify has it; the phone shows what arrived.',
  duplicate: 'The same code was sent within the last 30 s: not sent again.',
  suppressed: 'Blocked, and answered as if sent (BLOCK_RESPONSE=silent).',
  malformed_request: 'The request has another shape than Auth0’s.',
  invalid_recipient: 'No such number can exist.',
  unauthenticated: 'The credential is not accepted.',
  blocked: 'A rule stopped it; nothing was sent.',
  blocked_by_provider: 'Twilio stopped it: Fraud Guard or geo permissions.',
  code_not_found: 'The template does not hold exactly one code; nothing is guessed.',
  not_a_code: 'A message of this type carries no code.',
  channel_not_possible: 'This channel is not enabled, or cannot reach this recipient.',
  rate_limited: 'A limit was reached, such as five sends to one number in ten minutes.',
  misconfigured: 'Twilio refuses our account or service: ours to mend.',
  internal: 'The gateway failed: see its log.',
  provider_error: 'Twilio failed.',
  unavailable: 'Not now: load, or a failure policy of “deny”.',
  provider_timeout: 'Twilio did not answer in time.',
};

/** What an answer of the gateway means, in a sentence. */
export function explainAnswer(code: string): string {
  return EXPLANATIONS[code] ?? 'An answer that this page does not know.';
}
