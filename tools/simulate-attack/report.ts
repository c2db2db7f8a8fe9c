import type { DayResult } from './day.ts';

/** What Twilio charges, in US dollars each. */
export interface Prices {
  readonly lookup: number;
  /** Of one message. */
  readonly send: number;
  /** Verify's fee for a code that was used. */
  readonly login: number;
}

/** One line of the table. */
export interface Variant {
  readonly name: string;
  readonly result: DayResult;
  /** From the first send of the attack until a rule stood for each of its prefixes; null where none ever did. */
  readonly minutesToRules: number | null;
}

/** Line type intelligence, an SMS, a successful verification: Twilio's list prices as they are quoted; yours differ. */
export const DEFAULT_PRICES: Prices = { lookup: 0.008, send: 0.0083, login: 0.05 };

/**
 * Reads prices such as `lookup=0.008,send=0.05`; what is not named keeps its default.
 *
 * @throws Error naming what cannot be read
 */
export function parsePrices(text: string): Prices {
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  const given = entries.map((entry) => {
    const [name = '', value = ''] = entry.split('=').map((part) => part.trim());
    if (!Object.hasOwn(DEFAULT_PRICES, name) || !/^\d+(\.\d+)?$/.test(value)) {
      throw new Error(`PRICES must list ${Object.keys(DEFAULT_PRICES).join('=…, ')}=… in US dollars`);
    }
    return [name, Number(value)] as const;
  });
  return { ...DEFAULT_PRICES, ...Object.fromEntries(given) };
}

const HEAD = [
  '',
  'attack: sends',
  'attack: Lookups',
  'attack: USD',
  'day: USD',
  'honest refused',
  'rules after',
];

/** The table, as Markdown that is also good to read in a terminal. */
export function formatTable(variants: readonly Variant[], prices: Prices): string {
  const rows = variants.map(({ name, result, minutesToRules }) => {
    const { attackSends, attackLookups, honestSends, honestLookups, honestRefused, logins } = result;
    const attack = attackSends.length * prices.send + attackLookups * prices.lookup;
    const honest = honestSends * prices.send + honestLookups * prices.lookup + logins * prices.login;
    return [
      name,
      String(attackSends.length),
      String(attackLookups),
      attack.toFixed(2),
      (attack + honest).toFixed(2),
      String(honestRefused),
      minutesToRules === null ? 'never' : `${minutesToRules.toFixed(1)} min`,
    ];
  });
  const table = [HEAD, HEAD.map((_, column) => (column === 0 ? '---' : '--:')), ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${cells.join(' | ')} |`;
  });
  return lines.join('\n');
}
