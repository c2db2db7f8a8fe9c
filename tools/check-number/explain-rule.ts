import type { RuleAction } from '../../functions/domain/rule.ts';
import type { RuleSet } from '../../functions/domain/rule-set.ts';
import { findRule } from './find-rule.ts';

const BUILT_IN: ReadonlyMap<string, string> = new Map([
  [
    'no-country',
    'its calling code belongs to no country (satellite, global or premium), and no prefix rule allows it',
  ],
  ['defaultCountry', 'no place rule matches, and settings/gateway has defaultCountry: deny'],
  ['lockdown', 'settings/gateway has mode: lockdown, and no prefix or country rule allows it'],
  ['channels.landline', 'it is a landline, and settings/gateway has channels.landline: block'],
  ['UNKNOWN_CARRIER', 'Lookup does not know its network, and UNKNOWN_CARRIER is deny'],
]);

/** What a rule, or what is built in or set, says, as the end of a sentence. */
export function explainRule(rules: RuleSet, id: string, action: RuleAction): string {
  const rule = findRule(rules, id, action);
  if (rule === null) return BUILT_IN.get(id) ?? `${id} is blocked unless a rule allows it`;
  const reason = rule.reason === null ? '' : ` (${JSON.stringify(rule.reason)})`;
  const until = rule.expiresAt === null ? '' : ` until ${rule.expiresAt.toISOString()}`;
  return `rule ${id} says ${action}${until}${reason}`;
}
