import metadata from 'libphonenumber-js/max/metadata';

const LONGEST_CALLING_CODE = 3;

/**
 * The calling code that a number starts with, whether it belongs to a country (`44`) or to none (`881`).
 *
 * No calling code is the beginning of another one (ITU-T E.164), so there is at most one.
 *
 * @param digits - a number without `+`, complete or not
 * @returns 1 to 3 digits, or null where no calling code starts like that
 */
export function callingCodeOf(digits: string): string | null {
  for (let length = 1; length <= LONGEST_CALLING_CODE; length += 1) {
    const code = digits.slice(0, length);
    if (Object.hasOwn(metadata.country_calling_codes, code)) return code;
    if (Object.hasOwn(metadata.nonGeographic, code)) return code;
  }
  return null;
}

/**
 * The main country of a calling code: the one that libphonenumber lists first, such as `GB` of `44` or `US` of `1`.
 *
 * @returns ISO 3166-1 alpha-2, or null where the calling code belongs to no country (`870`, `881`, `979` …)
 */
export function mainCountryOf(callingCode: string): string | null {
  return metadata.country_calling_codes[callingCode]?.[0] ?? null;
}
