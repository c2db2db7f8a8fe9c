import { maskRuleId } from '../../functions/domain/mask-rule-id.ts';
import { parseRule, type RuleDocument } from '../../functions/domain/parse-rule.ts';
import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import type { Rule } from '../../functions/domain/rule.ts';
import { describeRule } from './describe-rule.ts';
import { networksOf } from './known-networks.ts';
import { readByGateway } from './read-by-gateway.ts';
import { scopeKey } from './scope-key.ts';

/** Something that an operator should look at. */
export interface LintFinding {
  /** Of the document; `blocklist/*` for the collection as such. */
  readonly id: string;
  /** What its rule is about, in words; null where it makes none. */
  readonly about: string | null;
  /** `error`: the document makes no rule, or not the one it seems to; `warning`: it makes no difference. */
  readonly level: 'error' | 'warning';
  readonly problem: string;
}

/**
 * Finds documents that do not say what they were meant to, and rules that can never match or hide each other.
 *
 * @param documents - all of them, by id
 * @param now - tells which rules have expired
 * @param maxDocuments - how many the gateway reads; default as it is built
 */
export function lintRules(
  documents: readonly RuleDocument[],
  now: Date,
  maxDocuments?: number,
): readonly LintFinding[] {
  const { unread } = readByGateway(documents, maxDocuments);
  const parsed = documents.map((document) => ({ id: document.id, ...parseRule(document) }));
  const errors = parsed.flatMap(({ id, rule, problems }) =>
    problems.map((text): LintFinding => {
      // Hints name the document themselves.
      const problem = text.replace(`${maskRuleId(id.trim().toUpperCase())}: `, '');
      return { id, about: aboutOf(rule), level: 'error', problem };
    }),
  );
  const rules = parsed.flatMap(({ id, rule }) => (rule === null ? [] : [{ id, rule }]));
  const inForce = rules.filter(({ rule }) => !isExpired(rule, now));
  const warnings = [
    ...rules
      .filter(({ rule }) => isExpired(rule, now))
      .map(({ id, rule }) => warning(id, rule, 'has expired: it counts for nothing')),
    ...inForce.flatMap(({ id, rule }) => {
      const problem = uselessness(
        rule,
        inForce.flatMap((other) => (other.rule === rule ? [] : [other.rule])),
      );
      return problem === null ? [] : [warning(id, rule, problem)];
    }),
  ];
  const whole: readonly LintFinding[] =
    unread === null ? [] : [{ id: 'blocklist/*', about: null, level: 'error', problem: unread }];
  return [...whole, ...errors, ...warnings];
}

function uselessness(rule: Rule, others: readonly Rule[]): string | null {
  const same = others.filter((other) => scopeKey(other.scope) === scopeKey(rule.scope));
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
  if (scope.kind !== 'carrier' && scope.kind !== 'mcc') return null;
  if (networksOf(scope.mcc).length === 0)
    return `no network is known of MCC ${scope.mcc}: it can match only one that is newer than 2023`;
  if (scope.kind === 'mcc') return null;
  const whole = others.find(({ scope: other }) => other.kind === 'mcc' && other.mcc === scope.mcc);
  return whole?.action === action && whole.expiresAt === null ? `says what ${whole.id} says already` : null;
}

function isWholeNumber(prefix: string): boolean {
  return parsePhoneNumber(prefix)?.e164 === prefix;
}

function isExpired({ expiresAt }: Rule, now: Date): boolean {
  return expiresAt !== null && expiresAt.getTime() <= now.getTime();
}

function outlasts(other: Rule, rule: Rule): boolean {
  return (other.expiresAt?.getTime() ?? Infinity) >= (rule.expiresAt?.getTime() ?? Infinity);
}

function aboutOf(rule: Rule | null): string | null {
  return rule === null ? null : describeRule(rule);
}

function warning(id: string, rule: Rule, problem: string): LintFinding {
  return { id, about: aboutOf(rule), level: 'warning', problem };
}
