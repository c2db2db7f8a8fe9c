import type { Rule } from '../../functions/domain/rule.ts';
import { callingCodeOf, mainCountryOf } from '../../functions/domain/calling-code.ts';
import { countryName } from './country-name.ts';
import { networksNumbered, networksOf, type KnownNetwork } from './known-networks.ts';

const MOST_NAMES = 4;

/** What a rule is about, in words: the name of a country, a network, a line type. A network may be without a name. */
export function describeRule({ scope }: Pick<Rule, 'scope'>): string {
  switch (scope.kind) {
    case 'country':
      return `numbers of ${countryName(scope.country) ?? scope.country}`;
    case 'prefix':
      return `numbers from ${scope.prefix}${countryOf(scope.prefix)}`;
    case 'carrier':
      return `network ${scope.mcc}-${scope.mnc}${describeNetworks(networksNumbered(scope.mcc, scope.mnc))}`;
    case 'mcc':
      return `every network of MCC ${scope.mcc}${inParentheses(networksOf(scope.mcc).map(({ country }) => country))}`;
    case 'lineType':
      return `lines of type ${scope.lineType}`;
  }
}

function countryOf(prefix: string): string {
  const callingCode = callingCodeOf(prefix.slice(1));
  const country = callingCode === null ? null : mainCountryOf(callingCode);
  return country === null ? '' : ` (${countryName(country) ?? country})`;
}

/** Those that are on air, or else those that once were. */
function describeNetworks(known: readonly KnownNetwork[]): string {
  const onAir = known.filter(({ isOnAir }) => isOnAir);
  const networks = onAir.length > 0 ? onAir : known;
  const names = some(networks.map(({ name }) => name)).join(' / ');
  return `${names === '' ? '' : `, ${names}`}${inParentheses(networks.map(({ country }) => country))}`;
}

/** Those with most networks first: MCCs are shared by a country and its islands. */
function inParentheses(countries: readonly string[]): string {
  const countOf = (country: string): number => countries.filter((other) => other === country).length;
  const names = some(countries.toSorted((one, other) => countOf(other) - countOf(one)));
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

/** Each once, the first few. */
function some(texts: readonly string[]): readonly string[] {
  const distinct = [...new Set(texts)].filter((text) => text !== '');
  return distinct.length <= MOST_NAMES ? distinct : [...distinct.slice(0, MOST_NAMES), '…'];
}
