import { CHANNELS, parseChannel, type Channel } from './channel.ts';
import { countryCodeMeantBy, isCountryCode } from './country-code.ts';
import { maskRuleId } from './mask-rule-id.ts';
import { hintsForMisspeltFields } from './misspelt-fields.ts';
import { parseNever, type NeverHints } from './parse-never.ts';
import {
  COUNTRY_DEFAULTS,
  DEFAULT_SETTINGS,
  LANDLINE_CHOICES,
  MODES,
  WATCH_MODES,
  type Settings,
} from './settings.ts';

/** What the document `settings/gateway` says. */
export interface ParsedSettings {
  readonly settings: Settings;
  /** What is wrong; no values of fields but ids, whose numbers are masked. */
  readonly problems: readonly string[];
  /** What counts as it stands, and perhaps was meant otherwise; as above. */
  readonly doubts: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;
type Channels = Settings['channels'];
type Watch = Settings['watch'];

const MOST_WATCH_RULES = 200;

/**
 * Reads the operator's settings, field by field. Never throws.
 *
 * @param fields - of the document, as plain values; null where there is no document
 * @param lastGood - the settings in force: a bad field keeps its value there, and is named. An absent field or null
 *   is the default, not the last value.
 */
export function parseSettings(fields: Fields | null, lastGood: Settings): ParsedSettings {
  if (fields === null) return { settings: DEFAULT_SETTINGS, problems: [], doubts: [] };
  const problems: string[] = hintsFor('', fields, DEFAULT_SETTINGS);
  const doubts: string[] = [];
  const read = fieldReader('', fields, problems);
  const settings: Settings = {
    mode: read('mode', oneOf(MODES), DEFAULT_SETTINGS.mode, lastGood.mode, anyOf(MODES)),
    defaultCountry: read(
      'defaultCountry',
      oneOf(COUNTRY_DEFAULTS),
      DEFAULT_SETTINGS.defaultCountry,
      lastGood.defaultCountry,
      anyOf(COUNTRY_DEFAULTS),
    ),
    channels: read(
      'channels',
      (value) => parseChannels(value, lastGood.channels, problems),
      DEFAULT_SETTINGS.channels,
      lastGood.channels,
      'a map',
    ),
    watch: read(
      'watch',
      (value) => parseWatch(value, lastGood.watch, { problems, doubts }),
      DEFAULT_SETTINGS.watch,
      lastGood.watch,
      'a map',
    ),
  };
  return { settings, problems, doubts };
}

function parseChannels(value: unknown, lastGood: Channels, problems: string[]): Channels | null {
  if (!isMap(value)) return null;
  const defaults = DEFAULT_SETTINGS.channels;
  const read = fieldReader('channels.', value, problems);
  problems.push(...hintsFor('channels.', value, defaults));
  return {
    default: read('default', parseChannel, defaults.default, lastGood.default, anyOf(CHANNELS)),
    byCountry: read(
      'byCountry',
      (entries) => parseByCountry(entries, lastGood.byCountry, problems),
      defaults.byCountry,
      lastGood.byCountry,
      'a map',
    ),
    landline: read(
      'landline',
      oneOf(LANDLINE_CHOICES),
      defaults.landline,
      lastGood.landline,
      anyOf(LANDLINE_CHOICES),
    ),
  };
}

function parseByCountry(
  value: unknown,
  lastGood: Channels['byCountry'],
  problems: string[],
): Channels['byCountry'] | null {
  if (!isMap(value)) return null;
  const byCountry = new Map<string, Channel>();
  const read = fieldReader('channels.byCountry.', value, problems);
  for (const name of Object.keys(value)) {
    const country = name.trim().toUpperCase();
    if (!isCountryCode(country)) {
      const meant = countryCodeMeantBy(country);
      const hint = meant === null ? 'not a country (ISO 3166-1 alpha-2)' : `did you mean ${meant}`;
      problems.push(`channels.byCountry.${maskRuleId(name)}: ${hint}`);
      continue;
    }
    const channel = read(name, parseChannel, null, lastGood.get(country) ?? null, anyOf(CHANNELS));
    if (channel !== null) byCountry.set(country, channel);
  }
  return byCountry;
}

function parseWatch(value: unknown, lastGood: Watch, hints: NeverHints): Watch | null {
  if (!isMap(value)) return null;
  const { problems } = hints;
  const defaults = DEFAULT_SETTINGS.watch;
  const read = fieldReader('watch.', value, problems);
  problems.push(...hintsFor('watch.', value, defaults));
  return {
    mode: read('mode', oneOf(WATCH_MODES), defaults.mode, lastGood.mode, anyOf(WATCH_MODES)),
    never: read(
      'never',
      (entries) => parseNever(entries, hints),
      defaults.never,
      lastGood.never,
      'a list of rule ids as text',
    ),
    maxRules: read(
      'maxRules',
      parseMaxRules,
      defaults.maxRules,
      lastGood.maxRules,
      `a whole number from 0 to ${MOST_WATCH_RULES}`,
    ),
  };
}

function parseMaxRules(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_WATCH_RULES
    ? value
    : null;
}

/** Reads one field: absent → default, good → its value, bad → the last good value and a problem. */
type FieldReader = <T>(
  name: string,
  parse: (value: unknown) => NonNullable<T> | null,
  absent: T,
  lastGood: T,
  expected: string,
) => T;

function fieldReader(path: string, fields: Fields, problems: string[]): FieldReader {
  return (name, parse, absent, lastGood, expected) => {
    const value = fields[name];
    if (value === undefined || value === null) return absent;
    const parsed = parse(value);
    if (parsed !== null) return parsed;
    problems.push(`${path}${name} is not ${expected}: the last good value stays`);
    return lastGood;
  };
}

function hintsFor(path: string, fields: Fields, known: object): string[] {
  return hintsForMisspeltFields(fields, Object.keys(known)).map((hint) => path + hint);
}

function anyOf(words: readonly string[]): string {
  return `one of ${words.join(', ')}`;
}

function oneOf<Word extends string>(words: readonly Word[]): (value: unknown) => Word | null {
  return (value) => words.find((word) => word === value) ?? null;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
