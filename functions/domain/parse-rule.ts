import { hintForBadRuleId, hintForGoodRuleId } from './hint-rule-id.ts';
import { hintsForMisspeltFields } from './misspelt-fields.ts';
import {
  agreesWithScope,
  hasNetworkFields,
  parseNetworkFields,
  type NetworkFields,
} from './network-fields.ts';
import { maskRuleId } from './mask-rule-id.ts';
import { parseRuleId, type ParsedRuleId } from './parse-rule-id.ts';
import type { Rule, RuleAction } from './rule.ts';

/** A document of the collection `blocklist`. */
export interface RuleDocument {
  /** As it stands in the console. */
  readonly id: string;
  /** Plain values: text, number, boolean, null, `Date` for timestamps; anything else is a bad value. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a document says. */
export interface ParsedRule {
  /** Null when the document makes no rule: not a good id, or disabled. */
  readonly rule: Rule | null;
  /** What the operator should look at, with hints; no values of fields, numbers masked. */
  readonly problems: readonly string[];
}

const FIELD_NAMES = ['action', 'enabled', 'expiresAt', 'reason', 'mcc', 'mnc'] as const;
const ACTIONS: readonly RuleAction[] = ['block', 'monitor', 'allow'];
const LONG_AGO = new Date(0);

/**
 * Reads one rule (design §4). Never throws: a bad document is named in `problems`.
 *
 * An empty document blocks. A good id with a bad field stays in the direction that sends less: an unknown action is
 * `block`; with a bad `expiresAt` a block or monitor rule never expires and an allow rule has expired; with a bad
 * `enabled` a block or monitor rule is enabled and an allow rule is not.
 */
export function parseRule(document: RuleDocument): ParsedRule {
  const { fields } = document;
  if (fields['enabled'] === false) return { rule: null, problems: [] };

  const problems: string[] = [];
  const target = parseTarget(document, problems);
  problems.push(...hintsForMisspeltFields(fields, FIELD_NAMES));
  if (target === null) return { rule: null, problems };

  const action = parseAction(fields['action'], problems);
  const rule = {
    ...target,
    action,
    expiresAt: parseExpiresAt(fields['expiresAt'], action, problems),
    reason: parseReason(fields['reason'], problems),
  };
  return { rule: isEnabled(fields['enabled'], action, problems) ? rule : null, problems };
}

function parseTarget(document: RuleDocument, problems: string[]): ParsedRuleId | null {
  const id = document.id.trim().toUpperCase();
  const network = { mcc: document.fields['mcc'], mnc: document.fields['mnc'] };
  const target = parseRuleId(id) ?? parseNetworkTarget(id, network);
  if (target === null) {
    const shownId = maskRuleId(id);
    const isMeantAsNetwork = hasNetworkFields(network);
    problems.push(isMeantAsNetwork ? `${shownId}: mcc and mnc name no network` : hintForBadRuleId(id));
    return null;
  }
  if (!agreesWithScope(network, target.scope))
    problems.push('mcc and mnc do not say what the id says: the id counts');
  const hint = hintForGoodRuleId(target.id, target.scope);
  if (hint !== null) problems.push(hint);
  return target;
}

function parseNetworkTarget(id: string, network: NetworkFields): ParsedRuleId | null {
  const scope = parseNetworkFields(network);
  return scope === null ? null : { id, scope };
}

function parseAction(value: unknown, problems: string[]): RuleAction {
  if (value === undefined || value === null) return 'block';
  const action = ACTIONS.find((known) => known === value);
  if (action !== undefined) return action;
  problems.push('action is not block, monitor or allow: taken as block');
  return 'block';
}

function parseExpiresAt(value: unknown, action: RuleAction, problems: string[]): Date | null {
  if (value === undefined || value === null) return null;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  if (action === 'allow') {
    problems.push('expiresAt is not a timestamp: the rule counts as expired');
    return LONG_AGO;
  }
  problems.push('expiresAt is not a timestamp: the rule does not expire');
  return null;
}

function parseReason(value: unknown, problems: string[]): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  problems.push('reason is not a text: ignored');
  return null;
}

function isEnabled(value: unknown, action: RuleAction, problems: string[]): boolean {
  if (value === undefined || value === null || value === true) return true;
  const staysOn = action !== 'allow';
  problems.push(`enabled is not true or false: the rule is ${staysOn ? 'on' : 'off'}`);
  return staysOn;
}
