import { isMet, isWithinSlack, type Bar, type Figure } from './figure.ts';

const SIGNS = { most: '≤', least: '≥', exactly: '=' } as const;
const COLUMNS = ['noOp', 'naiveLiteral', 'naiveShared', 'product'] as const;
const HEAD = ['#', 'figure', 'no-op', 'naive literal', 'naive shared', 'product', 'against the bar'];

/** The table, in Markdown that reads as it is in a terminal. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ number, name, unit, values, bars, skipped }) => [
    String(number),
    `${name}, ${unit}`,
    ...COLUMNS.map((column) => formatNumber(values[column])),
    skipped === undefined ? bars.map(formatBar).join('; ') : `skipped: ${skipped}`,
  ]);
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_head, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const format = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [format(HEAD), rule, ...rows.map(format)].join('\n');
}

/** One comparison, such as `0.23 ÷ naive (≤ 0.25) met`. */
export function formatBar(bar: Bar): string {
  const judgement = isMet(bar) ? 'met' : isWithinSlack(bar) ? 'missed, within slack' : 'MISSED';
  return `${formatNumber(bar.value)} ${bar.of} (${SIGNS[bar.is]} ${bar.bar}) ${judgement}`;
}

function formatNumber(value: number | undefined): string {
  if (value === undefined) return '';
  if (!Number.isFinite(value)) return 'none';
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) < 10 ? 2 : 0);
}
