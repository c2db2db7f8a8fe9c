import { isRecord } from '../../functions/adapters/is-record.ts';
import type { RuleDocument } from '../../functions/domain/parse-rule.ts';
import { CliProblem } from './cli-problem.ts';

const COLUMNS = [
  'id',
  'action',
  'enabled',
  'expiresAt',
  'reason',
  'source',
  'written',
  'mcc',
  'mnc',
] as const;

/** Forms of a file with rules. */
export type RuleFileFormat = 'csv' | 'json';

/**
 * Writes rules: JSON as a list of objects, or CSV with a header (RFC 4180), in which the map `written` of a rule of
 * `watch` stands as JSON. Reading what was written gives the same rules.
 */
export function writeRuleFile(documents: readonly RuleDocument[], format: RuleFileFormat): string {
  const rows = documents.map(({ id, fields }): Record<string, unknown> => ({ id, ...fields }));
  if (format === 'json') return `${JSON.stringify(rows, null, 2)}\n`;
  const lines = rows.map((row) => COLUMNS.map((column) => quote(textOf(row[column]))).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

/**
 * Reads rules of either form: a text that begins with `[` is JSON. Texts of dates and of true and false become what they
 * stand for, where a rule has such fields.
 *
 * @throws CliProblem for a text of neither form, a column that no rule has, or a rule without an id
 */
export function readRuleFile(text: string): readonly RuleDocument[] {
  const content = text.replace(/^\ufeff/, '');
  const rows = content.trimStart().startsWith('[') ? readJson(content) : readCsv(content);
  return rows.map(({ id, ...fields }, index) => {
    if (typeof id !== 'string' || id.trim() === '')
      throw new CliProblem(`Rule ${index + 1} of the file has no id.`);
    const given = Object.entries(fields).filter(([, value]) => value !== '' && value !== null);
    const unknown = given.find(([name]) => !COLUMNS.some((column) => column === name));
    if (unknown !== undefined)
      throw new CliProblem(`Rule ${index + 1} of the file: a rule has no field ${unknown[0]}.`);
    return {
      id: id.trim(),
      fields: Object.fromEntries(given.map(([name, value]) => [name, valueOf(name, value)])),
    };
  });
}

function readJson(text: string): Readonly<Record<string, unknown>>[] {
  const rows = parseJson(text);
  if (Array.isArray(rows) && rows.every(isRecord)) return rows;
  throw new CliProblem('The file is not a JSON list of rules.');
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readCsv(text: string): Readonly<Record<string, unknown>>[] {
  const [header = [], ...rows] = parseCsv(text);
  const names = header.map((name) => name.trim());
  if (!names.includes('id'))
    throw new CliProblem(`The first line of a CSV file names the columns: ${COLUMNS.join(',')}.`);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]?.trim() ?? ''])));
}

/** https://www.rfc-editor.org/rfc/rfc4180, with line ends of either kind. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const [whole, content = '', end = ''] = cell.exec(text) ?? [];
    if (whole === undefined)
      throw new CliProblem(`Line ${rows.length + 1} of the CSV file has a stray quote.`);
    row.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    if (end === ',') continue;
    if (row.some((text) => text !== '')) rows.push(row);
    row = [];
  }
  if (row.some((text) => text !== '')) rows.push(row);
  return rows;
}

function valueOf(name: string, value: unknown): unknown {
  if (name === 'written') return mapOf(value);
  if (name === 'enabled' && typeof value === 'string' && /^(?:true|false)$/i.test(value))
    return value.toLowerCase() === 'true';
  if (name !== 'expiresAt' || typeof value !== 'string') return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

/** What `watch` wrote last, by which it knows whether a person has changed the rule: a map of fields of rules. */
function mapOf(value: unknown): unknown {
  const map = typeof value === 'string' ? parseJson(value) : value;
  if (!isRecord(map)) return value;
  return Object.fromEntries(Object.entries(map).map(([name, inner]) => [name, valueOf(name, inner)]));
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (isRecord(value)) return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
    ? String(value)
    : '';
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
