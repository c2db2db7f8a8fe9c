import { isCountryCode } from './country-code.ts';
import { parseLineType } from './line-type.ts';
import type { RuleScope } from './rule.ts';

/** What a good id says. */
export interface ParsedRuleId {
  /** The id as it is shown: `type:` ids in Twilio's spelling, all others as given. */
  readonly id: string;
  readonly scope: RuleScope;
}

const PREFIX = /^\+[1-9]\d{0,14}$/;
const CARRIER = /^(\d{3})-?(\d{2,3})$/;
const CARRIER_OF_ONE_DIGIT = /^(\d{3})-(\d)$/;
const MCC = /^(\d{3})-\*$/;
const LINE_TYPE = /^TYPE:\s*(\w+)$/;

/**
 * Reads the id of a rule (the table in design §4).
 *
 * @param id - trimmed and upper-cased
 * @returns null for an id that is no rule by itself
 */
export function parseRuleId(id: string): ParsedRuleId | null {
  if (PREFIX.test(id)) return { id, scope: { kind: 'prefix', prefix: id } };
  if (isCountryCode(id)) return { id, scope: { kind: 'country', country: id } };

  const [, mcc, mnc] = CARRIER.exec(id) ?? CARRIER_OF_ONE_DIGIT.exec(id) ?? [];
  if (mcc !== undefined && mnc !== undefined) return { id, scope: { kind: 'carrier', mcc, mnc } };

  const wholeMcc = MCC.exec(id)?.[1];
  if (wholeMcc !== undefined) return { id, scope: { kind: 'mcc', mcc: wholeMcc } };

  const lineType = parseLineType(LINE_TYPE.exec(id)?.[1]);
  return lineType === null ? null : { id: `type:${lineType}`, scope: { kind: 'lineType', lineType } };
}
