import { hintForBadRuleId, hintForGoodRuleId } from './hint-rule-id.ts';
import { parseRuleId, type ParsedRuleId } from './parse-rule-id.ts';

/**
 * Reads `watch.never`: a list of ids as rules have them, in any spelling that a rule may have, of what `watch` makes
 * rules about: countries, networks and prefixes. Never throws.
 *
 * @param problems - gets a hint for each entry that spares nothing or perhaps not what was meant, numbers masked
 * @returns the ids, trimmed and upper-cased; null where one of them can spare nothing
 */
export function parseNever(value: unknown, problems: string[]): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const ids = value.map((entry: unknown) => parseEntry(entry, problems));
  const good = ids.filter((id) => id !== null);
  return good.length === ids.length ? good : null;
}

function parseEntry(entry: unknown, problems: string[]): string | null {
  const id = typeof entry === 'string' ? entry.trim().toUpperCase() : '';
  if (id === '') return null;
  const parsed = parseRuleId(id);
  const hint = hintFor(id, parsed);
  if (hint !== null) problems.push(`watch.never: ${hint}`);
  return parsed === null || parsed.scope.kind === 'lineType' ? null : parsed.id;
}

function hintFor(id: string, parsed: ParsedRuleId | null): string | null {
  if (parsed === null) return hintForBadRuleId(id);
  // Attempts do not say what kind of line they went to.
  if (parsed.scope.kind === 'lineType') return `${parsed.id}: watch makes no rule about a line type`;
  return hintForGoodRuleId(parsed.id, parsed.scope);
}
