import { CliProblem } from './cli-problem.ts';

/** Writes rows of cells (RFC 4180). */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

/**
 * Reads rows of cells, with line ends of either kind; empty rows are left out.
 *
 * @throws CliProblem for a stray quote
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [whole, content = '', end = ''] = cell.exec(text) ?? [];
    if (whole === undefined)
      throw new CliProblem(`Line ${text.slice(0, at).split('\n').length} of the CSV file has a stray quote.`);
    row.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    if (end === ',') continue;
    if (row.some((text) => text !== '')) rows.push(row);
    row = [];
  }
  if (row.some((text) => text !== '')) rows.push(row);
  return rows;
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
