import { getCountries } from 'libphonenumber-js/max';
import { countryName } from './country-name.ts';
import { networksCalled } from './known-networks.ts';
import type { CliWorld } from './cli-world.ts';
import type { Output } from './output.ts';

/** Something that a rule can name. */
interface Found {
  /** As `rules add` takes it. */
  readonly id: string;
  readonly about: string;
}

const MOST_LINES = 100;

/**
 * Says which rule names a network or a country, by a part of its name; nothing is asked of anybody. Exit code 1 where
 * nothing is called so.
 */
export function findRuleIds({ exit }: Pick<CliWorld, 'exit'>, output: Output, text: string): void {
  const found = [...countriesCalled(text), ...foundNetworks(text)];
  for (const { id, about } of found.slice(0, MOST_LINES)) output.say(`${id}  ${about}`);
  if (found.length > MOST_LINES) output.say(`… and ${found.length - MOST_LINES} more: say more of the name.`);
  if (found.length === 0)
    output.say(
      `Nothing in the list of networks (2023) or countries is called ${text}: look at mcc and mnc in the log.`,
    );
  output.result(found);
  if (found.length === 0) exit(1);
}

function countriesCalled(text: string): readonly Found[] {
  return getCountries()
    .map((id) => ({ id, name: countryName(id) ?? '' }))
    .filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()))
    .map(({ id, name }) => ({ id, about: `numbers of ${name}` }));
}

function foundNetworks(text: string): readonly Found[] {
  return networksCalled(text).map(({ mcc, mnc, name, operator, country, isOnAir }) => {
    const company = operator === '' || operator === name ? '' : `, ${operator}`;
    return { id: `${mcc}-${mnc}`, about: `${name}${company} (${country})${isOnAir ? '' : ', not on air'}` };
  });
}
