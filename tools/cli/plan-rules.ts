import { isDeepStrictEqual } from 'node:util';
import { maskRuleId } from '../../functions/domain/mask-rule-id.ts';
import { parseRule, type RuleDocument } from '../../functions/domain/parse-rule.ts';
import { parseRuleId } from '../../functions/domain/parse-rule-id.ts';
import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import { describeRule } from './describe-rule.ts';
import type { RuleDocuments } from './rule-documents.ts';
import { RULE_FIELDS } from './rule-fields.ts';
import { rulesNamed } from './rules-named.ts';

/** How rules are taken over. */
export interface PlanRulesOptions {
  /** Whether rules that are not among the wanted ones are removed. */
  readonly isWhole?: boolean;
  /** Whether documents are written as they are, good rules or not: the way back to an export. */
  readonly isAsIs?: boolean;
  /** What to say besides where one is no good rule. */
  readonly hint?: string;
}

/** A wanted document, and what stands where it is going to stand. */
interface Place {
  readonly document: RuleDocument;
  /** The id under which it is written. */
  readonly id: string;
  readonly before: RuleDocument | undefined;
}

/**
 * What has to change so that the collection holds these rules. What stands there exactly so is let be, whatever it is.
 *
 * @throws CliProblem naming every other one that is no good rule, with a hint; then nothing is changed
 */
export async function planRules(
  documents: RuleDocuments,
  wanted: readonly RuleDocument[],
  options: PlanRulesOptions = {},
): Promise<readonly Change[]> {
  const { isWhole = false, isAsIs = false, hint } = options;
  const there = await documents.list();
  const places = wanted.map((document) => placeOf(document, there, isAsIs));
  const problems = isAsIs ? [] : places.filter((place) => !isUnchanged(place)).flatMap(problemsOf);
  const lines = problems.length > 0 && hint !== undefined ? [...problems, hint] : problems;
  const ids = places.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) lines.push(`${twice} is there twice`);
  if (lines.length > 0) throw new CliProblem(lines.join('\n'));

  const writes = places.flatMap((place) => planWrite(documents, place));
  const left = isWhole ? there.filter(({ id }) => !ids.includes(id)) : [];
  return [...writes, ...left.map((document) => planRemoval(documents, document))];
}

/** The removal of a document, as it is spelt in the collection. */
export function planRemoval(documents: RuleDocuments, document: RuleDocument): Change {
  const { id } = document;
  return { what: `remove ${id}`, lines: [describe(document)], apply: () => documents.remove(id) };
}

function placeOf(document: RuleDocument, there: readonly RuleDocument[], isAsIs: boolean): Place {
  const same = there.find(({ id }) => id === document.id);
  if (isAsIs || same !== undefined) return { document, id: document.id, before: same };
  // Not one that is this rule by its fields alone: written over it would be none.
  const before = rulesNamed(there, document.id).find(
    ({ id }) => parseRuleId(id.trim().toUpperCase()) !== null,
  );
  const id = before?.id ?? parseRule(document).rule?.id ?? document.id.trim();
  return { document, id, before };
}

function isUnchanged({ document, before }: Place): boolean {
  return before?.id === document.id && hasSameFields(before, document);
}

function hasSameFields(one: RuleDocument, other: RuleDocument): boolean {
  return isDeepStrictEqual({ ...one.fields }, { ...other.fields });
}

/** Each names its document. */
function problemsOf({ document }: Place): readonly string[] {
  const name = `${maskRuleId(document.id.trim().toUpperCase())}: `;
  const unknown = Object.keys(document.fields).filter(
    (field) => !RULE_FIELDS.some((known) => known === field),
  );
  const problems = [
    ...parseRule(document).problems,
    ...unknown.map((field) => `a rule has no field ${field}`),
  ];
  return problems.map((problem) => (problem.startsWith(name) ? problem : `${name}${problem}`));
}

function planWrite(documents: RuleDocuments, { document, id, before }: Place): Change[] {
  if (before !== undefined && hasSameFields(before, document)) return [];
  const { rule } = parseRule(document);
  const lines = [describe(document)];
  if (rule?.expiresAt) lines.push(`until ${rule.expiresAt.toISOString()}`);
  const what = `${before === undefined ? 'add' : 'replace'} ${id}`;
  return [{ what, lines, apply: () => documents.put(id, document.fields) }];
}

function describe(document: RuleDocument): string {
  const { rule } = parseRule(document);
  return rule === null ? 'is not in force' : `${rule.action}: ${describeRule(rule)}`;
}
