import type { Totals } from '../live-state.ts';
import { byId, make } from './dom.ts';
import type { Live } from './live.ts';

const priceOfSend = byId('price-send', HTMLInputElement);
const priceOfLookup = byId('price-lookup', HTMLInputElement);
const list = byId('totals', HTMLElement);

/** The sums over all that happened since the stack was started. Prices are the reader's assumptions. */
export function startTotalsPanel(live: Live): void {
  let totals: Totals | null = null;
  const show = (): void => {
    if (totals !== null) showTotals(totals);
  };
  live.on('totals', (value) => {
    totals = value;
    show();
  });
  const form = byId('prices', HTMLFormElement);
  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => event.preventDefault());
}

function showTotals(totals: Totals): void {
  const { sent, blocked, monitored, duplicates, otherwise, lookupsPaid, lookupsCached, approved } = totals;
  const conversion = sent === 0 ? '–' : `${Math.round((approved / sent) * 100)} %`;
  const avoided = blocked * priceOf(priceOfSend);
  const spent = lookupsPaid * priceOf(priceOfLookup);
  const rows: readonly [name: string, value: string, note: string][] = [
    ['Sent', String(sent), `${monitored} monitored`],
    ['Blocked', String(blocked), `${otherwise} failed, ${duplicates} twice`],
    ['Lookups paid', String(lookupsPaid), `${lookupsCached} cached`],
    ['Conversion', conversion, `${approved} of ${sent} used`],
    ['Cost avoided', dollars(avoided), `Lookups ${dollars(spent)}`],
  ];
  list.replaceChildren(
    ...rows.map(([name, value, note]) =>
      make(
        'div',
        {},
        make('dt', {}, name),
        make('dd', {}, make('strong', {}, value), make('span', { class: 'quiet' }, note)),
      ),
    ),
  );
}

function priceOf({ valueAsNumber }: HTMLInputElement): number {
  return Number.isFinite(valueAsNumber) && valueAsNumber >= 0 ? valueAsNumber : 0;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(amount > 0 && amount < 0.1 ? 3 : 2)}`;
}
