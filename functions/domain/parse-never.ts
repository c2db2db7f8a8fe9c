import { hintForBadRuleId, hintForGoodRuleId } from './hint-rule-id.ts';
import { parseRuleId } from './parse-rule-id.ts';

/** What is to be said of a list, to a person; numbers masked. */
export interface NeverHints {
  /** Entries that spare nothing. */
  readonly problems: string[];
  /** Entries that count as they stand, and perhaps were meant otherwise. */
  readonly doubts: string[];
}

/**
 * Reads `watch.never`: a list of ids as rules have them, in any spelling that a rule may have, of what `watch` makes
 * rules about: countries, networks and prefixes. Never throws.
 *
 * @param hints - gets one for each entry that needs it
 * @returns the ids that can spare something, trimmed and upper-cased; null for what is no list of texts
 */
export function parseNever(value: unknown, hints: NeverHints): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const entries = value.map((entry: unknown) =>
    typeof entry === 'string' ? entry.trim().toUpperCase() : '',
  );
  if (entries.includes('')) return null;
  return entries.flatMap((entry) => parseEntry(entry, hints) ?? []);
}

function parseEntry(entry: string, { problems, doubts }: NeverHints): string | null {
  const parsed = parseRuleId(entry);
  if (parsed === null) {
    problems.push(`watch.never: ${hintForBadRuleId(entry)}`);
    return null;
  }
  if (parsed.scope.kind === 'lineType') {
    // Attempts do not say what kind of line they went to.
    problems.push(`watch.never: ${parsed.id}: watch makes no rule about a line type`);
    return null;
  }
  const doubt = hintForGoodRuleId(parsed.id, parsed.scope);
  if (doubt !== null) doubts.push(`watch.never: ${doubt}`);
  return parsed.id;
}
