import type { Rule, RuleAction } from '../../functions/domain/rule.ts';
import type { RuleSet } from '../../functions/domain/rule-set.ts';

/**
 * Finds the rule that an answer names.
 *
 * @param id - as in `Verdict`
 * @returns null for what is built in or set, which is no document
 */
export function findRule(rules: RuleSet, id: string, action: RuleAction): Rule | null {
  for (const levels of [rules.prefixes, rules.countries, rules.carriers, rules.mccs, rules.lineTypes]) {
    for (const level of levels.values()) {
      const rule = level[action];
      if (rule?.id === id) return rule;
    }
  }
  return null;
}
