import { carrierKey } from '../../functions/domain/carrier.ts';
import { parseRule, type RuleDocument } from '../../functions/domain/parse-rule.ts';
import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import type { Rule } from '../../functions/domain/rule.ts';

/** Something that an operator should look at. */
export interface LintFinding {
  readonly id: string;
  /** `error`: the document makes no rule, or not the one it seems to; `warning`: it makes no difference. */
  readonly level: 'error' | 'warning';
  readonly problem: string;
}

/**
 * Finds documents that do not say what they were meant to, and rules that can never match or hide each other.
 *
 * @param now - tells which rules have expired
 */
export function lintRules(documents: readonly RuleDocument[], now: Date): readonly LintFinding[] {
  const parsed = documents.map((document) => ({ id: document.id, ...parseRule(document) }));
  const errors = parsed.flatMap(({ id, problems }) =>
    problems.map((problem): LintFinding => ({ id, level: 'error', problem })),
  );
  const rules = parsed.flatMap(({ id, rule }) => (rule === null ? [] : [{ id, rule }]));
  const inForce = rules.filter(({ rule }) => !isExpired(rule, now));
  const warnings = [
    ...rules
      .filter(({ rule }) => isExpired(rule, now))
      .map(({ id }) => warning(id, 'has expired: it counts for nothing')),
    ...inForce.flatMap(({ id, rule }) => {
      const problem = uselessness(
        rule,
        inForce.flatMap((other) => (other.rule === rule ? [] : [other.rule])),
      );
      return problem === null ? [] : [warning(id, problem)];
    }),
  ];
  return [...errors, ...warnings];
}

function uselessness(rule: Rule, others: readonly Rule[]): string | null {
  const same = others.filter((other) => levelOf(other) === levelOf(rule));
  const twin = same.find((other) => {
    const isFirst = !outlasts(rule, other) || other.id < rule.id;
    return other.action === rule.action && outlasts(other, rule) && isFirst;
  });
  if (twin !== undefined) return `says the same as ${twin.id}`;
  const allow = same.find((other) => other.action === 'allow' && outlasts(other, rule));
  if (rule.action !== 'allow' && allow !== undefined) return `never counts, as ${allow.id} allows the same`;
  const block = same.find((other) => other.action === 'block' && outlasts(other, rule));
  if (rule.action === 'monitor' && block !== undefined) return `never counts, as ${block.id} blocks the same`;
  return uselessPrefix(rule, others) ?? uselessNetwork(rule, others);
}

function uselessPrefix({ scope, action }: Rule, others: readonly Rule[]): string | null {
  if (scope.kind !== 'prefix') return null;
  const wider = others
    .flatMap((other) => (other.scope.kind === 'prefix' ? [{ ...other, prefix: other.scope.prefix }] : []))
    .filter(({ prefix }) => prefix.length < scope.prefix.length && scope.prefix.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
  // A rule for a whole number says more than a prefix: it answers the other questions too.
  if (wider === undefined || isWholeNumber(scope.prefix) || wider.action !== action) return null;
  return wider.expiresAt === null ? `says what ${wider.id} says already` : null;
}

function uselessNetwork({ scope, action }: Rule, others: readonly Rule[]): string | null {
  if (scope.kind !== 'carrier') return null;
  const whole = others.find(({ scope: other }) => other.kind === 'mcc' && other.mcc === scope.mcc);
  return whole?.action === action && whole.expiresAt === null ? `says what ${whole.id} says already` : null;
}

function isWholeNumber(prefix: string): boolean {
  return parsePhoneNumber(prefix)?.e164 === prefix;
}

function levelOf({ scope }: Rule): string {
  switch (scope.kind) {
    case 'prefix':
      return scope.prefix;
    case 'country':
      return `country ${scope.country}`;
    case 'carrier':
      return `carrier ${carrierKey(scope.mcc, scope.mnc) ?? ''}`;
    case 'mcc':
      return `mcc ${scope.mcc}`;
    case 'lineType':
      return `type ${scope.lineType}`;
  }
}

function isExpired({ expiresAt }: Rule, now: Date): boolean {
  return expiresAt !== null && expiresAt.getTime() <= now.getTime();
}

function outlasts(other: Rule, rule: Rule): boolean {
  return (other.expiresAt?.getTime() ?? Infinity) >= (rule.expiresAt?.getTime() ?? Infinity);
}

function warning(id: string, problem: string): LintFinding {
  return { id, level: 'warning', problem };
}
