import { all } from 'mcc-mnc-list';
import { carrierKey } from '../../functions/domain/carrier.ts';
import { countryName } from './country-name.ts';
import { textAt } from './text-at.ts';

/** A mobile network as Wikipedia lists it. */
export interface KnownNetwork {
  readonly mcc: string;
  readonly mnc: string;
  /** What people call it; the company where it has no brand, empty where neither is known. */
  readonly name: string;
  /** The company. */
  readonly operator: string;
  /** The name of its country, or what it is where it has none, such as `international`. */
  readonly country: string;
  readonly isOnAir: boolean;
}

const ON_AIR: readonly string[] = ['Operational', 'Temporary operational'];
// https://en.wikipedia.org/wiki/Mobile_country_code of 2023, CC BY-SA 4.0: for people at a terminal, never in dist/ (NOTICE).
const NETWORKS = all()
  .map(parse)
  .filter(({ mcc, mnc }) => carrierKey(mcc, mnc) !== null);

/** The networks that a carrier rule for these numbers matches: several where countries share an MCC. */
export function networksNumbered(mcc: string, mnc: string): readonly KnownNetwork[] {
  const key = carrierKey(mcc, mnc);
  return NETWORKS.filter((network) => network.mcc === mcc && carrierKey(mcc, network.mnc) === key);
}

/** All networks of an MCC. */
export function networksOf(mcc: string): readonly KnownNetwork[] {
  return NETWORKS.filter((network) => network.mcc === mcc);
}

/** The networks whose name, company or country holds a text, whatever its case. */
export function networksCalled(text: string): readonly KnownNetwork[] {
  const wanted = text.trim().toLowerCase();
  return NETWORKS.filter(({ name, operator, country }) =>
    [name, operator, country].some((held) => held.toLowerCase().includes(wanted)),
  );
}

/** The package's types leave out that most of its fields may be null. */
function parse(record: unknown): KnownNetwork {
  const operator = textAt(record, 'operator');
  return {
    mcc: textAt(record, 'mcc'),
    mnc: textAt(record, 'mnc'),
    name: textAt(record, 'brand') || operator,
    operator,
    country:
      countryName(textAt(record, 'countryCode')) ??
      (textAt(record, 'countryName') || textAt(record, 'type').toLowerCase()),
    isOnAir: ON_AIR.includes(textAt(record, 'status')),
  };
}
