import type { Channel } from './channel.ts';

/** How the gateway treats what the rules block. */
export const MODES = ['enforce', 'monitor', 'lockdown'] as const;

/** What happens to numbers that no place rule matches. */
export const COUNTRY_DEFAULTS = ['allow', 'deny'] as const;

/** What happens to a landline. */
export const LANDLINE_CHOICES = ['call', 'block'] as const;

/** What the function `watch` does with a network that does not convert. */
export const WATCH_MODES = ['off', 'monitor', 'block'] as const;

/** What the operator sets in the document `settings/gateway` (design §4). */
export interface Settings {
  /** `monitor` blocks nothing and logs all; `lockdown` sends only what a prefix or country `allow` rule matches. */
  readonly mode: (typeof MODES)[number];
  readonly defaultCountry: (typeof COUNTRY_DEFAULTS)[number];
  readonly channels: {
    /** Null leaves it to the configuration's `DEFAULT_CHANNEL`. */
    readonly default: Channel | null;
    /** By ISO 3166-1 alpha-2. */
    readonly byCountry: ReadonlyMap<string, Channel>;
    /** Null: a landline is tried like any number. */
    readonly landline: (typeof LANDLINE_CHOICES)[number] | null;
  };
  readonly watch: {
    readonly mode: (typeof WATCH_MODES)[number];
    /** Ids of countries, networks and prefixes, as rules have them, for which no rule is ever added. */
    readonly never: readonly string[];
    /** At most so many new rules in one run, 0 to 200. */
    readonly maxRules: number;
  };
}

/** The settings where there is no document, and of every field that it leaves out. */
export const DEFAULT_SETTINGS: Settings = {
  mode: 'enforce',
  defaultCountry: 'allow',
  channels: { default: null, byCountry: new Map(), landline: null },
  watch: { mode: 'monitor', never: [], maxRules: 20 },
};
