import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../functions/adapters/is-record.ts';
import type { RuleDocument } from '../../functions/domain/parse-rule.ts';
import { CliProblem } from './cli-problem.ts';
import { readCsv, writeCsv } from './csv.ts';
import { decodeRuleValue } from './decode-rule-value.ts';
import { encodeRuleValue } from './encode-rule-value.ts';
import { isStoredValue } from './is-stored-value.ts';
import { RULE_FIELDS } from './rule-fields.ts';

const COLUMNS = ['id', ...RULE_FIELDS] as const;
const MOST_NAMED = 5;

/** Forms of a file with rules. */
export type RuleFileFormat = 'csv' | 'json';

type Row = Readonly<Record<string, unknown>>;

/**
 * Writes rules: JSON as a list of objects, or CSV with a header (RFC 4180), in which the map `written` of a rule of
 * `watch` stands as JSON. Reading what was written gives the same rules.
 *
 * JSON holds whatever a document holds: what its own values cannot say stands in a member `firestore`, in Firestore's form.
 *
 * @throws CliProblem where CSV would lose something
 */
export function writeRuleFile(documents: readonly RuleDocument[], format: RuleFileFormat): string {
  if (format === 'json') return `${JSON.stringify(documents.map(jsonRow), null, 2)}\n`;
  const text = writeCsv([COLUMNS, ...documents.map(csvRow)]);
  const again = readRuleFile(text);
  const lost = documents.filter((document, index) => !isHeld(document, again[index])).map(({ id }) => id);
  if (lost.length === 0) return text;
  const more = lost.length > MOST_NAMED ? ', …' : '';
  throw new CliProblem(
    `A CSV file cannot hold all of ${lost.slice(0, MOST_NAMED).join(', ')}${more}: write JSON, which can (--format json).`,
  );
}

/**
 * Reads rules of either form: a text that begins with `[` is JSON. Texts of dates and of true and false become what they
 * stand for, where a rule has such fields.
 *
 * @throws CliProblem for a text of neither form, a column that no rule has, or a rule without an id
 */
export function readRuleFile(text: string): readonly RuleDocument[] {
  const content = text.replace(/^\ufeff/, '');
  const rows = content.trimStart().startsWith('[') ? readJson(content) : readTable(content);
  return rows.map(({ id, firestore, ...plain }, index) => {
    const where = `Rule ${index + 1} of the file`;
    if (typeof id !== 'string' || id.trim() === '') throw new CliProblem(`${where} has no id.`);
    const given = Object.entries(plain).filter(([, value]) => value !== '' && value !== null);
    const odd = given.find(([, value]) => !isWritable(value));
    if (odd !== undefined)
      throw new CliProblem(
        `${where}: ${odd[0]} is neither text nor number nor true nor false, nor a map of these.`,
      );
    return { id, fields: { ...fieldsOf(given, valueOf), ...fieldsOf(storedIn(firestore, where), decoded) } };
  });
}

function fieldsOf(
  entries: readonly (readonly [string, unknown])[],
  read: (name: string, value: unknown) => unknown,
): Row {
  return Object.fromEntries(entries.map(([name, value]) => [name, read(name, value)]));
}

function decoded(_name: string, value: unknown): unknown {
  return decodeRuleValue(value);
}

/** The fields that stand there as Firestore writes them. */
function storedIn(firestore: unknown, where: string): readonly [string, unknown][] {
  const entries = Object.entries(isRecord(firestore) ? firestore : {});
  const isGood = firestore === undefined || isRecord(firestore);
  if (isGood && entries.every(([, value]) => isStoredValue(value))) return entries;
  throw new CliProblem(`${where}: its member firestore holds something else than values of Firestore.`);
}

function readJson(text: string): readonly Row[] {
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

function readTable(text: string): readonly Row[] {
  const [header = [], ...rows] = readCsv(text);
  const names = header.map((name) => name.trim());
  if (!names.includes('id'))
    throw new CliProblem(`The first line of a CSV file names the columns: ${COLUMNS.join(',')}.`);
  const unknown = names.find((name) => name !== '' && !COLUMNS.some((column) => column === name));
  if (unknown !== undefined) throw new CliProblem(`A rule has no field ${unknown}.`);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]?.trim() ?? ''])));
}

function valueOf(name: string, value: unknown): unknown {
  if (isRecord(value)) return fieldsOf(Object.entries(value), valueOf);
  if (name === 'written' && typeof value === 'string') {
    const map = parseJson(value);
    return isRecord(map) ? valueOf(name, map) : value;
  }
  if (name === 'enabled' && typeof value === 'string' && /^(?:true|false)$/i.test(value))
    return value.toLowerCase() === 'true';
  if (name !== 'expiresAt' || typeof value !== 'string') return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

function jsonRow({ id, fields }: RuleDocument): Row {
  const entries = Object.entries(fields);
  const stored = entries.filter(([name, value]) => !isPlain(name, value));
  const plain = Object.fromEntries(entries.filter(([name, value]) => isPlain(name, value)));
  if (stored.length === 0) return { id, ...plain };
  return { id, ...plain, firestore: fieldsOf(stored, (_name, value) => encodeRuleValue(value)) };
}

/** Whether a value of JSON is read as this one. */
function isPlain(name: string, value: unknown): boolean {
  if (name === 'id' || name === 'firestore' || value === '' || value === null) return false;
  const inJson: unknown = JSON.parse(JSON.stringify(value));
  return isWritable(inJson) && isDeepStrictEqual(valueOf(name, inJson), value);
}

/** Whether a value of JSON, which is no list and not as Firestore writes it, can be a value of a field. */
function isWritable(value: unknown): boolean {
  if (Array.isArray(value) || isStoredValue(value)) return false;
  return !isRecord(value) || Object.values(value).every(isWritable);
}

function csvRow({ id, fields }: RuleDocument): readonly string[] {
  return [id, ...RULE_FIELDS.map((name) => textOf(fields[name]))];
}

/** A number may be a text, and null nothing: a rule takes either. */
function isHeld({ id, fields }: RuleDocument, again: RuleDocument | undefined): boolean {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  const wanted = fieldsOf(given, (_name, value) => (typeof value === 'number' ? String(value) : value));
  return isDeepStrictEqual({ id, fields: wanted }, again);
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (isRecord(value)) return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
    ? String(value)
    : '';
}
