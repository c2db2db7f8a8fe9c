/** Every line type that Twilio Lookup v2 knows, in its own spelling. */
export const LINE_TYPES = [
  'landline',
  'mobile',
  'fixedVoip',
  'nonFixedVoip',
  'personal',
  'tollFree',
  'premium',
  'sharedCost',
  'uan',
  'voicemail',
  'pager',
  'unknown',
] as const;

/** What kind of line a number is, by Twilio Lookup's `line_type_intelligence.type`. */
export type LineType = (typeof LINE_TYPES)[number];

/** Line types that no person receives a code on, or that cost the one who calls them: blocked unless a rule allows. */
export const BUILT_IN_BLOCKED_LINE_TYPES: ReadonlySet<LineType> = new Set<LineType>([
  'premium',
  'sharedCost',
  'uan',
  'voicemail',
  'pager',
]);

const BY_LOWER_CASE_NAME: ReadonlyMap<string, LineType> = new Map(
  LINE_TYPES.map((lineType) => [lineType.toLowerCase(), lineType]),
);

/** Reads a line type by name, in any case; null for anything else. */
export function parseLineType(text: unknown): LineType | null {
  return typeof text === 'string' ? (BY_LOWER_CASE_NAME.get(text.toLowerCase()) ?? null) : null;
}
