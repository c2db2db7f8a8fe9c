import { mobile, unknownLine, type Network } from './network.ts';

/** Where a number belongs when no special meaning is given to it. */
export interface Place {
  readonly callingCode: string;
  /** ISO 3166-1 alpha-2; null for a calling code that is not in the table. */
  readonly country: string | null;
  readonly network: Network;
}

const MADE_UP = mobile('999', '99', 'Simulated Mobile');
const CANADA = unknownLine(60601);
const CANADIAN_AREAS =
  '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 460 468 474 506 514 519 548 ' +
  '579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942';

// Prefix, length of the calling code, country, network. The longest prefix decides.
const ROWS: readonly (readonly [prefix: string, codeLength: number, country: string, network: Network])[] = [
  ['1', 1, 'US', mobile('310', '260', 'T-Mobile USA, Inc.')],
  ['1876', 1, 'JM', mobile('338', '050', 'Digicel Jamaica')],
  ['1658', 1, 'JM', mobile('338', '050', 'Digicel Jamaica')],
  ['7', 1, 'RU', mobile('250', '99', 'Beeline')],
  ['76', 1, 'KZ', mobile('401', '01', 'Kar-Tel')],
  ['77', 1, 'KZ', mobile('401', '01', 'Kar-Tel')],
  ['20', 2, 'EG', mobile('602', '02', 'Vodafone Egypt')],
  ['27', 2, 'ZA', mobile('655', '10', 'MTN')],
  ['31', 2, 'NL', mobile('204', '08', 'KPN')],
  ['33', 2, 'FR', mobile('208', '01', 'Orange')],
  ['34', 2, 'ES', mobile('214', '07', 'Movistar')],
  ['39', 2, 'IT', mobile('222', '10', 'Vodafone')],
  ['44', 2, 'GB', mobile('234', '10', 'O2 - UK')],
  ['447624', 2, 'IM', mobile('234', '58', 'Manx Telecom')],
  ['447781', 2, 'GG', mobile('234', '55', 'Sure')],
  ['447797', 2, 'JE', mobile('234', '50', 'JT')],
  ['46', 2, 'SE', mobile('240', '01', 'Telia')],
  ['49', 2, 'DE', mobile('262', '01', 'Telekom Deutschland')],
  ['52', 2, 'MX', mobile('334', '020', 'Telcel')],
  ['55', 2, 'BR', mobile('724', '05', 'Claro BR')],
  ['57', 2, 'CO', mobile('732', '103', 'Colombia Movil (Tigo)')],
  ['61', 2, 'AU', mobile('505', '01', 'Telstra')],
  ['62', 2, 'ID', mobile('510', '10', 'Telkomsel')],
  ['81', 2, 'JP', mobile('440', '10', 'NTT DOCOMO')],
  ['86', 2, 'CN', mobile('460', '00', 'China Mobile')],
  ['90', 2, 'TR', mobile('286', '01', 'Turkcell')],
  ['91', 2, 'IN', mobile('404', '10', 'Bharti Airtel')],
  ['92', 2, 'PK', mobile('410', '01', 'Jazz')],
  ['94', 2, 'LK', mobile('413', '02', 'Dialog')],
  ['234', 3, 'NG', mobile('621', '30', 'MTN Nigeria')],
  ['353', 3, 'IE', mobile('272', '01', 'Vodafone')],
  ['966', 3, 'SA', mobile('420', '01', 'stc')],
  ['971', 3, 'AE', mobile('424', '02', 'Etisalat')],
  ['992', 3, 'TJ', mobile('436', '04', 'Babilon-Mobile')],
  ['994', 3, 'AZ', mobile('400', '01', 'Azercell')],
  ['996', 3, 'KG', mobile('437', '01', 'Sky Mobile')],
  ['998', 3, 'UZ', mobile('434', '04', 'Beeline Uzbekistan')],
];

const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ...ROWS.map(([prefix, codeLength, country, network]): [string, Place] => [
    prefix,
    { callingCode: prefix.slice(0, codeLength), country, network },
  ]),
  ...CANADIAN_AREAS.split(' ').map((area): [string, Place] => [
    `1${area}`,
    { callingCode: '1', country: 'CA', network: CANADA },
  ]),
]);
const LONGEST_PREFIX = 6;

/**
 * Finds the country of a number and a network that is plausible there: a real one where the table knows the country, MCC 999
 * elsewhere. Canadian numbers have none (60601, as for every account without approval).
 *
 * @param number - E.164
 */
export function placeOf(number: string): Place {
  const digits = number.slice(1);
  for (let length = LONGEST_PREFIX; length > 0; length -= 1) {
    const place = PLACES.get(digits.slice(0, length));
    if (place !== undefined) return place;
  }
  return { callingCode: digits.slice(0, 3), country: null, network: MADE_UP };
}
