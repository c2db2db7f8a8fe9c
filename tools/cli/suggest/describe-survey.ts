import { parseRuleId } from '../../../functions/domain/parse-rule-id.ts';
import type { PlannedRule } from '../../../functions/watch/plan-watch-rules.ts';
import type { WatchBook } from '../../../functions/watch/ports.ts';
import type { Survey } from '../../../functions/watch/survey-networks.ts';
import { describeRule } from '../describe-rule.ts';

/** What was read and what the rest is like, in lines for people. */
export function describeFigures({ read, findings: { others } }: Survey): readonly string[] {
  const share = others.numbers === 0 ? '' : ` (${Math.floor((100 * others.logins) / others.numbers)} %)`;
  return [
    `${read.attempts.length} codes of the last hour, those of the last 3 minutes left out.`,
    ...(read.unusable > 0 ? [`${read.unusable} more say too little to be counted.`] : []),
    ...(read.isCutOff ? [`There are more: ${read.pages} pages are read at most.`] : []),
    `The rest: ${others.sends} codes to ${others.numbers} numbers, ${others.logins} logins${share}.`,
  ];
}

/** Why nothing is suggested; for a hour that proves nothing without anything to block, that alone. */
export function describeBrokenFeedback({ isFeedbackBroken, findings }: Survey): readonly string[] {
  if (!isFeedbackBroken) return ['Too few codes to tell anything, and no group that looks like an attack.'];
  const why =
    findings.feedback === 'broken'
      ? 'the rest hardly converts either, so logins are not reported.'
      : 'there is a group whose codes are not used, and too few other codes to compare it with.';
  return [
    `FEEDBACK CANNOT BE RELIED ON: ${why}`,
    'Nothing is suggested: every group would look like an attack. See docs/playbooks/watch-feedback-broken.md.',
  ];
}

/** A group and what becomes of it, in a line for people. */
export function describePlan({ rule, plan }: PlannedRule, own: WatchBook['own']): string {
  return `${rule.id}  ${verbOf({ rule, plan }, own)}: ${aboutOf(rule.id)}, ${rule.reason}`;
}

/** How to make the rules that are there to be written; at least one. */
export function describeNextSteps(wanted: readonly PlannedRule[]): readonly string[] {
  const which = wanted.length === 1 ? 'this rule' : `these ${wanted.length} rules`;
  const steps = [`Add --apply to write ${which}.`];
  const first = wanted.find(({ rule }) => rule.action === 'monitor');
  if (first === undefined) return steps;
  return [
    ...steps,
    'A monitor rule blocks nobody. To block: watch.mode "block" in settings/gateway, or a rule of your own,',
    `such as npx verify-gateway rules add ${first.rule.id} --expires 6h`,
  ];
}

function verbOf({ rule, plan }: Pick<PlannedRule, 'rule' | 'plan'>, own: WatchBook['own']): string {
  switch (plan) {
    case 'write':
      return own.has(rule.id) ? `${rule.action}, prolonged` : rule.action;
    case 'spared':
      return 'spared by watch.never';
    case 'covered':
      return 'left alone, a document that a person made or changed is about it';
    case 'no_room':
      return 'left out, watch.maxRules is reached';
  }
}

function aboutOf(id: string): string {
  const parsed = parseRuleId(id);
  return parsed === null ? id : describeRule(parsed);
}
