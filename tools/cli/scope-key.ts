import { carrierKey } from '../../functions/domain/carrier.ts';
import type { RuleScope } from '../../functions/domain/rule.ts';

/** One text for all rules about the same thing, however their ids are spelt: `234-58` and `23458` are one network. */
export function scopeKey(scope: RuleScope): string {
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
