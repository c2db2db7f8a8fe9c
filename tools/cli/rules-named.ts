import { parseRule, type RuleDocument } from '../../functions/domain/parse-rule.ts';
import { parseRuleId } from '../../functions/domain/parse-rule-id.ts';
import { scopeKey } from './scope-key.ts';

/**
 * The documents that a person means by an id: those of that id in any case, and all that make a rule about the same, as
 * `23458` does, or a document with its `mcc` and `mnc`, for `234-58`; switched off or not. Spaces within are left out
 * where the id is none with them.
 */
export function rulesNamed<Document extends RuleDocument>(
  documents: readonly Document[],
  text: string,
): readonly Document[] {
  const id = normalised(text);
  const key = keyOf(id) ?? keyOf(id.replaceAll(/\s/g, ''));
  return documents.filter((document) => {
    const other = normalised(document.id);
    return other === id || (key !== null && keyOfDocument(document) === key);
  });
}

function keyOfDocument({ id, fields }: RuleDocument): string | null {
  const { rule } = parseRule({ id, fields: { ...fields, enabled: true } });
  return rule === null ? null : scopeKey(rule.scope);
}

/** As the gateway reads it. */
function normalised(id: string): string {
  return id.trim().toUpperCase();
}

function keyOf(id: string): string | null {
  const parsed = parseRuleId(id);
  return parsed === null ? null : scopeKey(parsed.scope);
}
