import { placeOf, type Place } from './calling-codes.ts';
import { mobile, otherLine, unknownLine, type Network } from './network.ts';
import { TEST_RANGE, testNumber } from './test-number.ts';

/** What is known of a number. */
export interface NumberFacts extends Omit<Place, 'network'> {
  /** Null where Lookup answers without intelligence. */
  readonly network: Network | null;
  /** Why there is no such number; empty for one that there may be. */
  readonly validationErrors: readonly string[];
}

const MEANINGS: ReadonlyMap<string, Network | null> = new Map<string, Network | null>([
  [testNumber(500), otherLine('landline', '234', 'BT')],
  [testNumber(501), otherLine('fixedVoip', '234', 'Simulated VoIP')],
  [testNumber(502), otherLine('nonFixedVoip', '234', 'Simulated VoIP')],
  [testNumber(503), otherLine('personal', null, null)],
  [testNumber(504), otherLine('tollFree', null, null)],
  [testNumber(505), otherLine('premium', null, null)],
  [testNumber(506), otherLine('sharedCost', null, null)],
  [testNumber(507), otherLine('uan', null, null)],
  [testNumber(508), otherLine('voicemail', null, null)],
  [testNumber(509), otherLine('pager', null, null)],
  [testNumber(510), otherLine('unknown', null, null)],
  [testNumber(511), null],
  [testNumber(512), unknownLine(60601)],
  [testNumber(513), unknownLine(60607)],
  [testNumber(514), unknownLine(60613)],
  [testNumber(515), mobile('234', null, 'Simulated Mobile')],
]);

const RANGES: ReadonlyMap<string, Network> = new Map([
  [`${TEST_RANGE}2`, mobile('234', '58', 'Pronto (Manx Telecom)')],
  [`${TEST_RANGE}3`, mobile('234', '51', 'Relish (UK Broadband)')],
  [`${TEST_RANGE}4`, mobile('234', '55', 'Sure')],
]);

/**
 * The numbers with a meaning. The test range is `+44 7700 900` and three digits:
 *
 * | digits | Lookup says | Verify |
 * |---|---|---|
 * | `0xx` `1xx` | GB mobile, 234-10 "O2 - UK" | sends |
 * | `2xx` | mobile, 234-58 Pronto (Manx Telecom) | sends |
 * | `3xx` | mobile, 234-51 Relish (UK Broadband) | sends |
 * | `4xx` | mobile, 234-55 Sure | sends |
 * | `500` … `504` | landline, fixedVoip, nonFixedVoip, personal, tollFree | sends |
 * | `505` … `510` | premium, sharedCost, uan, voicemail, pager, unknown | sends |
 * | `511` | `line_type_intelligence: null` | sends |
 * | `512` `513` `514` | null MCC, MNC and type with `error_code` 60601, 60607, 60613 | sends |
 * | `515` | mobile, MCC 234, MNC null | sends |
 * | `600` `601` | as `0xx` | 60200 naming `To`, naming another parameter |
 * | `602` `603` `604` | as `0xx` | 60202, 60203, 60204 |
 * | `605` | as `0xx` | 60205 by `sms`; sends by every other channel |
 * | `606` … `612` | as `0xx` | 60212, 60217, 60218, 60219, 60220, 60222, 60223 |
 * | `613` … `618` | as `0xx` | 60226, 60238, 60242, 60245, 60248, 60250 |
 * | `619` … `623` | as `0xx` | 60410, 60412, 60413, 60605, 60735 |
 * | `624` `625` `626` | as `0xx` | 20429 with the headers of a reached limit, 20429 without, 25109 |
 * | `627` `628` | as `0xx` | 401/20003, 404/20404 |
 * | `629` … `633` | as `0xx` | 500, 503 without a code, 500/20500, 503/20503, 400 with an unknown code |
 * | `634` `635` `637` | as `0xx` | 502 in HTML, 500 without a body, 302 |
 * | `636` `638` `641` | as `0xx` | sends; 201 that is no JSON, 10 MiB long, broken off half way |
 * | `639` `640` | as `0xx` | sends; cuts the connection, never answers |
 * | `642` | as `0xx` | 60203 in the form of RFC 9457 |
 * | `700` | 200 with `valid: false` | sends |
 * | `701` `702` `703` `704` | 404/20404, 429/60616, 500, 401/20003 | sends |
 * | `705` `708` `710` | never answers, cuts the connection, answers after 300 ms | sends |
 * | `706` `707` `709` `711` | 403/60606, HTML with 200, 302, 400/60614 | sends |
 * | others | as `0xx` | sends |
 *
 * Numbers elsewhere: `+1` (such as `+1 555 555 01xx`) US mobile 310-260 T-Mobile, Canadian area codes without a carrier (60601), `+55` BR
 * mobile 724-05, other countries a mobile network of theirs, MCC 999 where the table has none. Fewer than 8 digits are `TOO_SHORT`,
 * more than 15 `TOO_LONG`. An entry in the settings' `numbers` replaces any network above.
 * The rows of `6xx` and `70x` are in CREATE_FAULTS and LOOKUP_FAULTS, by name.
 */
export const NUMBERS = {
  ordinary: testNumber(1),
  manx: testNumber(200),
  relish: testNumber(300),
  sure: testNumber(400),
  landline: testNumber(500),
  premium: testNumber(505),
  pager: testNumber(509),
  unknownType: testNumber(510),
  noIntelligence: testNumber(511),
  withoutCarrier: testNumber(512),
  mncNull: testNumber(515),
  landlineForSms: testNumber(605),
  fraudGuard: testNumber(619),
  geoPermissions: testNumber(622),
  invalid: testNumber(700),
  slowLookup: testNumber(710),
  /** One number for each line type but `mobile`, by its name in Twilio's spelling. */
  byLineType: new Map(
    [...MEANINGS].flatMap(([number, network]) => {
      const lineType = network?.lineType ?? 'mobile';
      return lineType === 'mobile' ? [] : [[lineType, number] as const];
    }),
  ),
} as const;

/**
 * What is known of a number.
 *
 * @param number - a plus and digits
 * @param extra - networks by number, which go before the table
 */
export function factsOf(number: string, extra: ReadonlyMap<string, Network | null>): NumberFacts {
  const { callingCode, country, network } = placeOf(number);
  const validationErrors = validate(number);
  if (validationErrors.length > 0) return { callingCode, country: null, network: null, validationErrors };
  const meant = [extra, MEANINGS].find((table) => table.has(number))?.get(number);
  if (meant !== undefined) return { callingCode, country, network: meant, validationErrors };
  const ranged = number.length === TEST_RANGE.length + 3 ? RANGES.get(number.slice(0, -2)) : undefined;
  return { callingCode, country, network: ranged ?? network, validationErrors };
}

function validate(number: string): readonly string[] {
  if (number.length < 9) return ['TOO_SHORT'];
  if (number.length > 16) return ['TOO_LONG'];
  return number === NUMBERS.invalid ? ['INVALID_BUT_POSSIBLE'] : [];
}
