import { isSupportedCountry } from 'libphonenumber-js/max';

/** Codes that people write for a country and ISO 3166-1 alpha-2 does not. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
  ['USA', 'US'],
  ['UAE', 'AE'],
]);

/**
 * Whether numbers of this country exist.
 *
 * @param code - upper case; territories without numbers of their own (`AQ`) are not known
 */
export function isCountryCode(code: string): boolean {
  return code.length === 2 && isSupportedCountry(code);
}

/** The ISO code that is meant by a code that is none, such as `GB` by `UK`; null where that is anyone's guess. */
export function countryCodeMeantBy(code: string): string | null {
  return MEANT.get(code) ?? null;
}
