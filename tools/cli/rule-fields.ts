/** The fields that a rule has; `source` and `written` are those of `watch`. What else a document holds means nothing to the gateway. */
export const RULE_FIELDS = [
  'action',
  'enabled',
  'expiresAt',
  'reason',
  'source',
  'written',
  'mcc',
  'mnc',
] as const;
