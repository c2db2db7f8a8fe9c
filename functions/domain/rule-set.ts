import { carrierKey } from './carrier.ts';
import type { LineType } from './line-type.ts';
import type { Rule, RuleAction, RuleScope } from './rule.ts';

/** The rules that match exactly the same thing: at most one of each action. */
export type RulesAtOneLevel = Readonly<Record<RuleAction, Rule | null>>;

/** All rules, found by what they match, so that a decision costs the same for ten rules and for ten thousand. */
export interface RuleSet {
  /** By prefix, `+` included. */
  readonly prefixes: ReadonlyMap<string, RulesAtOneLevel>;
  /** By ISO 3166-1 alpha-2. */
  readonly countries: ReadonlyMap<string, RulesAtOneLevel>;
  /** By `carrierKey`. */
  readonly carriers: ReadonlyMap<string, RulesAtOneLevel>;
  readonly mccs: ReadonlyMap<string, RulesAtOneLevel>;
  readonly lineTypes: ReadonlyMap<LineType, RulesAtOneLevel>;
}

/**
 * Sorts rules by what they match.
 *
 * Of several rules that match and do the same (ids `23451` and `234-51`) the one that lasts longest is kept, then the
 * one with the smaller id: so the order of the rules never matters.
 */
export function createRuleSet(rules: readonly Rule[]): RuleSet {
  const set = {
    prefixes: new Map<string, RulesAtOneLevel>(),
    countries: new Map<string, RulesAtOneLevel>(),
    carriers: new Map<string, RulesAtOneLevel>(),
    mccs: new Map<string, RulesAtOneLevel>(),
    lineTypes: new Map<LineType, RulesAtOneLevel>(),
  };
  for (const rule of rules) {
    const { scope } = rule;
    if (scope.kind === 'prefix') add(set.prefixes, scope.prefix, rule);
    if (scope.kind === 'country') add(set.countries, scope.country, rule);
    if (scope.kind === 'carrier') add(set.carriers, keyOfNetwork(scope), rule);
    if (scope.kind === 'mcc') add(set.mccs, scope.mcc, rule);
    if (scope.kind === 'lineType') add(set.lineTypes, scope.lineType, rule);
  }
  return set;
}

function keyOfNetwork(scope: Extract<RuleScope, { kind: 'carrier' }>): string | null {
  return carrierKey(scope.mcc, scope.mnc);
}

function add<Key>(levels: Map<Key, RulesAtOneLevel>, key: Key | null, rule: Rule): void {
  if (key === null) return;
  const level = levels.get(key) ?? { block: null, monitor: null, allow: null };
  levels.set(key, { ...level, [rule.action]: longerLasting(level[rule.action], rule) });
}

function longerLasting(kept: Rule | null, rule: Rule): Rule {
  if (kept === null) return rule;
  const keptUntil = kept.expiresAt?.getTime() ?? Infinity;
  const until = rule.expiresAt?.getTime() ?? Infinity;
  if (keptUntil !== until) return keptUntil > until ? kept : rule;
  return kept.id <= rule.id ? kept : rule;
}
