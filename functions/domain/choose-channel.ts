import type { Channel } from './channel.ts';
import type { LineType } from './line-type.ts';
import type { Settings } from './settings.ts';

/** What the choice depends on. */
export interface ChannelQuestion {
  /** By the request; null leaves it to the operator. */
  readonly asked: Channel | null;
  readonly recipient: 'phone' | 'email';
  /** ISO 3166-1 alpha-2 of the number; null for an address and for numbers of no country. */
  readonly country: string | null;
  /** Null where it is not known (yet). */
  readonly lineType: LineType | null;
  readonly settings: Settings['channels'];
  readonly enabled: readonly Channel[];
  /** Enabled, or nothing is sent. */
  readonly defaultChannel: Channel;
}

/** How a code goes out; `not_possible` and `landline_blocked` send nothing. */
export type ChannelChoice = Channel | 'not_possible' | 'landline_blocked';

/**
 * Chooses how a code goes out: as asked, else by country, else by what is set for landlines, else the default of the
 * settings, else that of the configuration.
 *
 * What was asked must be enabled and fit the recipient. What an operator wrote into the settings is passed over where
 * it is not: a slip in the console must not stop logins.
 */
export function chooseChannel(question: ChannelQuestion): ChannelChoice {
  const { asked, country, lineType, settings, defaultChannel } = question;
  const isLandline = lineType === 'landline';
  if (isLandline && settings.landline === 'block') return 'landline_blocked';
  if (asked !== null) return isPossible(asked, question) ? asked : 'not_possible';

  const byCountry = country === null ? undefined : settings.byCountry.get(country);
  if (byCountry !== undefined && isPossible(byCountry, question)) return byCountry;
  if (isLandline && settings.landline === 'call')
    return isPossible('call', question) ? 'call' : 'not_possible';

  const fallback = question.recipient === 'email' ? 'email' : defaultChannel;
  const preferred = settings.default ?? fallback;
  if (isPossible(preferred, question)) return preferred;
  return isPossible(fallback, question) ? fallback : 'not_possible';
}

function isPossible(channel: Channel, { enabled, recipient }: ChannelQuestion): boolean {
  return enabled.includes(channel) && (channel === 'email') === (recipient === 'email');
}
