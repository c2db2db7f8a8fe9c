import type { LineType } from './line-type.ts';

/** What a rule does with what it matches. `monitor` is a trial: it takes no part in the verdict and is only logged. */
export type RuleAction = 'block' | 'monitor' | 'allow';

/** What a rule matches. */
export type RuleScope =
  /** `+` and 1 to 15 digits; a full number is a prefix of itself. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** ISO 3166-1 alpha-2, upper case. */
  | { readonly kind: 'country'; readonly country: string }
  /** One network: MCC of 3 digits, MNC of 1 to 3 digits that is compared as a number. */
  | { readonly kind: 'carrier'; readonly mcc: string; readonly mnc: string }
  /** Every network of an MCC. */
  | { readonly kind: 'mcc'; readonly mcc: string }
  | { readonly kind: 'lineType'; readonly lineType: LineType };

/** One of the operator's rules. */
export interface Rule {
  /** The document's id, trimmed and upper-cased; `type:` ids in Twilio's spelling. May be a whole number: mask it. */
  readonly id: string;
  readonly scope: RuleScope;
  readonly action: RuleAction;
  /** The moment from which the rule counts for nothing; null for never. */
  readonly expiresAt: Date | null;
  /** The operator's own note. */
  readonly reason: string | null;
}
