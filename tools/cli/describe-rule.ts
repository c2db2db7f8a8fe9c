import type { Rule } from '../../functions/domain/rule.ts';
import { callingCodeOf, mainCountryOf } from '../../functions/domain/calling-code.ts';

const names = new Intl.DisplayNames(['en'], { type: 'region' });

/** What a rule is about, in words: the name of a country, a network, a line type. */
export function describeRule({ scope }: Pick<Rule, 'scope'>): string {
  switch (scope.kind) {
    case 'country':
      return `numbers of ${names.of(scope.country) ?? scope.country}`;
    case 'prefix':
      return `numbers from ${scope.prefix}${countryOf(scope.prefix)}`;
    case 'carrier':
      return `network ${scope.mcc}-${scope.mnc}`;
    case 'mcc':
      return `every network of MCC ${scope.mcc}`;
    case 'lineType':
      return `lines of type ${scope.lineType}`;
  }
}

function countryOf(prefix: string): string {
  const callingCode = callingCodeOf(prefix.slice(1));
  const country = callingCode === null ? null : mainCountryOf(callingCode);
  return country === null ? '' : ` (${names.of(country) ?? country})`;
}
