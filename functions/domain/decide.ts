import { carrierKey, type Carrier } from './carrier.ts';
import { BUILT_IN_BLOCKED_LINE_TYPES } from './line-type.ts';
import type { PhoneNumber } from './phone-number.ts';
import type { Rule } from './rule.ts';
import type { RulesAtOneLevel, RuleSet } from './rule-set.ts';
import type { Settings } from './settings.ts';
import { QUESTIONS, type Answer, type Question, type Stop, type Verdict } from './verdict.ts';

/** Whom a code would go to, as far as that is known. */
export interface Subject {
  readonly number: PhoneNumber;
  /** Absent until Lookup has answered: network and line type then pass. */
  readonly carrier?: Carrier | undefined;
}

/** What a question is asked of. */
interface Asked {
  readonly rules: RuleSet;
  readonly settings: Settings;
  readonly now: Date;
  /** Whether `monitor` rules count as `block`, as they do in the second evaluation. */
  readonly isMonitorInEarnest: boolean;
}

/** An answer; a block also tells whether it comes from a `monitor` rule in earnest. */
type Finding =
  | { readonly action: 'pass'; readonly rule: null }
  | { readonly action: 'allow'; readonly rule: string }
  | { readonly action: 'block'; readonly rule: string; readonly ruleAction: Stop['ruleAction'] };

type Findings = Readonly<Record<Question, Finding>>;

const PASS: Finding = { action: 'pass', rule: null };

/**
 * Decides whether a code may be sent to a number (design §4 and §10).
 *
 * Place, network and line type are each answered by the most specific rule that has not expired; where rules are
 * equally specific `allow` beats `block`; one block stops the send. Asked with the number alone first, and again with
 * the carrier if the verdict `needsLookup`. Its cost does not grow with the number of rules.
 *
 * @param now - a rule counts for nothing from its `expiresAt` on
 */
export function decide(rules: RuleSet, settings: Settings, subject: Subject, now: Date): Verdict {
  const asItIs: Asked = { rules, settings, now, isMonitorInEarnest: false };
  const findings = answerAll(asItIs, subject);
  const blockedBy = settings.mode === 'monitor' ? null : firstStop(findings);
  const fullNumberRule = answerFullNumber(asItIs, subject.number) !== null;
  return {
    place: answerOf(findings.place),
    network: answerOf(findings.network),
    lineType: answerOf(findings.lineType),
    blockedBy,
    wouldBlock:
      blockedBy === null ? firstStop(answerAll({ ...asItIs, isMonitorInEarnest: true }, subject)) : null,
    fullNumberRule,
    needsLookup: findings.place.action !== 'block' && !fullNumberRule,
  };
}

function answerAll(asked: Asked, { number, carrier }: Subject): Findings {
  const full = answerFullNumber(asked, number);
  if (full !== null) return { place: full, network: full, lineType: full };
  return {
    place: answerPlace(asked, number),
    network: carrier === undefined ? PASS : answerNetwork(asked, carrier),
    lineType: carrier === undefined ? PASS : answerLineType(asked, carrier),
  };
}

function answerFullNumber(asked: Asked, number: PhoneNumber): Finding | null {
  return strongest(asked, asked.rules.prefixes.get(number.e164));
}

function answerPlace(asked: Asked, number: PhoneNumber): Finding {
  const { rules, settings } = asked;
  for (let length = number.e164.length; length > 1; length -= 1) {
    const ofPrefix = strongest(asked, rules.prefixes.get(number.e164.slice(0, length)));
    if (ofPrefix !== null) return ofPrefix;
  }
  if (number.country === null) return builtInBlock('no-country');
  const ofCountry = strongest(asked, rules.countries.get(number.country));
  if (ofCountry !== null) return ofCountry;
  if (settings.mode === 'lockdown') return builtInBlock('lockdown');
  return settings.defaultCountry === 'deny' ? builtInBlock('defaultCountry') : PASS;
}

function answerNetwork(asked: Asked, { mcc, mnc }: Carrier): Finding {
  if (mcc === null) return PASS;
  const key = carrierKey(mcc, mnc);
  const ofCarrier = key === null ? null : strongest(asked, asked.rules.carriers.get(key));
  return ofCarrier ?? strongest(asked, asked.rules.mccs.get(mcc)) ?? PASS;
}

function answerLineType(asked: Asked, { lineType }: Carrier): Finding {
  if (lineType === null) return PASS;
  const ofRule = strongest(asked, asked.rules.lineTypes.get(lineType));
  if (ofRule !== null) return ofRule;
  return BUILT_IN_BLOCKED_LINE_TYPES.has(lineType) ? builtInBlock(`type:${lineType}`) : PASS;
}

/** What the rules of one level say together: allow beats block, and a real block is named before a trial. */
function strongest({ now, isMonitorInEarnest }: Asked, level: RulesAtOneLevel | undefined): Finding | null {
  if (level === undefined) return null;
  const { allow, block, monitor } = level;
  if (isInForce(allow, now)) return { action: 'allow', rule: allow.id };
  if (isInForce(block, now)) return { action: 'block', rule: block.id, ruleAction: 'block' };
  if (!isMonitorInEarnest || !isInForce(monitor, now)) return null;
  return { action: 'block', rule: monitor.id, ruleAction: 'monitor' };
}

function isInForce(rule: Rule | null, now: Date): rule is Rule {
  return rule !== null && (rule.expiresAt === null || rule.expiresAt.getTime() > now.getTime());
}

function builtInBlock(rule: string): Finding {
  return { action: 'block', rule, ruleAction: 'block' };
}

function firstStop(findings: Findings): Stop | null {
  for (const question of QUESTIONS) {
    const finding = findings[question];
    if (finding.action === 'block') return { question, rule: finding.rule, ruleAction: finding.ruleAction };
  }
  return null;
}

function answerOf({ action, rule }: Finding): Answer {
  return { action, rule };
}
