import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../functions/adapters/is-record.ts';
import { parseRule, type RuleDocument } from '../../functions/domain/parse-rule.ts';
import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import { describeRule } from './describe-rule.ts';
import type { RuleDocuments, RuleFields } from './rule-documents.ts';

/**
 * What has to change so that the collection holds these rules.
 *
 * @param isWhole - whether rules that are not among them are removed
 * @throws CliProblem naming every one that is no good rule, with a hint; then nothing is changed
 */
export async function planRules(
  documents: RuleDocuments,
  wanted: readonly RuleDocument[],
  isWhole = false,
): Promise<readonly Change[]> {
  const ids = wanted.map(({ id }) => id.toUpperCase());
  const problems = wanted.flatMap((document) => parseRule(document).problems);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) problems.push(`${twice} is there twice`);
  if (problems.length > 0) throw new CliProblem(problems.join('\n'));

  const there = await documents.list();
  const writes = wanted.flatMap((document) => planWrite(documents, document, there));
  const left = isWhole ? there.filter(({ id }) => !ids.includes(id.trim().toUpperCase())) : [];
  return [...writes, ...left.map((document) => planRemoval(documents, document))];
}

/** The removal of a document, as it is spelt in the collection. */
export function planRemoval(documents: RuleDocuments, document: RuleDocument): Change {
  const { id } = document;
  return { what: `remove ${id}`, lines: [describe(document)], apply: () => documents.remove(id) };
}

function planWrite(
  documents: RuleDocuments,
  document: RuleDocument,
  there: readonly RuleDocument[],
): Change[] {
  const before = there.find(({ id }) => id.trim().toUpperCase() === document.id.toUpperCase());
  if (before !== undefined && isDeepStrictEqual({ ...before.fields }, { ...document.fields })) return [];
  const { rule } = parseRule(document);
  const id = before?.id ?? rule?.id ?? document.id;
  const lines = [describe(document)];
  if (rule?.expiresAt) lines.push(`until ${rule.expiresAt.toISOString()}`);
  const what = `${before === undefined ? 'add' : 'replace'} ${id}`;
  return [{ what, lines, apply: () => documents.put(id, fieldsOf(document.fields)) }];
}

function describe(document: RuleDocument): string {
  const { rule } = parseRule(document);
  return rule === null ? 'is not in force' : `${rule.action}: ${describeRule(rule)}`;
}

function fieldsOf(fields: RuleDocument['fields']): RuleFields {
  const known = Object.entries(fields).map(([name, value]) => {
    if (value instanceof Date || typeof value === 'boolean') return [name, value];
    return [name, isRecord(value) ? fieldsOf(value) : String(value)];
  });
  return Object.fromEntries(known) as RuleFields;
}
