import type { Carrier } from '../../../functions/domain/carrier.ts';
import { parsePhoneNumber, type PhoneNumber } from '../../../functions/domain/phone-number.ts';
import { parseRule } from '../../../functions/domain/parse-rule.ts';
import type { Rule } from '../../../functions/domain/rule.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';

/** When the tests happen. */
export const NOW = new Date('2026-11-24T12:00:00Z');

/** A rule from a line such as `UZ`, `+998 allow` or `234-51 monitor until 2026-11-24T12:00:01Z`. */
export function aRule(line: string): Rule {
  const [id = '', action = 'block', , until] = line.split(' ');
  const { rule } = parseRule({
    id,
    fields: { action, ...(until === undefined ? {} : { expiresAt: new Date(until) }) },
  });
  if (rule === null) throw new TypeError(`no rule: ${line}`);
  return rule;
}

/** A number that must be possible. */
export function aNumber(text: string): PhoneNumber {
  const number = parsePhoneNumber(text);
  if (number === null) throw new TypeError(`no number: ${text}`);
  return number;
}

/** A mobile on the network 234-15, unless told otherwise. */
export function aCarrier(difference: Partial<Carrier> = {}): Carrier {
  return { mcc: '234', mnc: '15', name: 'Vodafone', lineType: 'mobile', ...difference };
}

/** A verdict as a sentence: `sent`, `blocked by place UZ`, `sent, would be blocked by network 234-* (monitor)`. */
export function inShort({ blockedBy, wouldBlock }: Verdict): string {
  if (blockedBy !== null) return `blocked by ${blockedBy.question} ${blockedBy.rule}`;
  if (wouldBlock === null) return 'sent';
  return `sent, would be blocked by ${wouldBlock.question} ${wouldBlock.rule} (${wouldBlock.ruleAction})`;
}
