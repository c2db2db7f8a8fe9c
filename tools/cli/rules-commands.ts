import { decide } from '../../functions/domain/decide.ts';
import { parseLineType } from '../../functions/domain/line-type.ts';
import { parseRule, type RuleDocument } from '../../functions/domain/parse-rule.ts';
import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import { createRuleSet } from '../../functions/domain/rule-set.ts';
import { DEFAULT_SETTINGS } from '../../functions/domain/settings.ts';
import { carryOut } from './carry-out.ts';
import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { describeRule } from './describe-rule.ts';
import { lintRules } from './lint-rules.ts';
import type { Output } from './output.ts';
import { planRemoval, planRules } from './plan-rules.ts';
import { readByGateway } from './read-by-gateway.ts';
import type { RuleDocuments } from './rule-documents.ts';
import { readRuleFile, writeRuleFile } from './rule-file.ts';
import { rulesNamed } from './rules-named.ts';
import { textAt } from './text-at.ts';

/** What rules commands share. */
export interface RulesContext {
  readonly world: CliWorld;
  readonly output: Output;
  readonly documents: RuleDocuments;
}

/** The fields of a new rule. */
export interface AddRuleOptions {
  readonly action?: string;
  readonly reason?: string;
  /** A duration such as `12h` or `7d`, or a time in ISO 8601. */
  readonly expires?: string;
  readonly yes?: boolean;
}

/** How a file is taken over. */
export interface ImportRulesOptions {
  readonly yes?: boolean;
  readonly prune?: boolean;
  /** Whether what makes no good rule is written too. */
  readonly asIs?: boolean;
}

const AS_IS =
  'Nothing was changed. Mend the file; or, to go back to an export, add --as-is: it writes every document as it stands in the file.';
const WHEN = 'It takes effect within a minute (BLOCKLIST_TTL_SECONDS), at the latest after five.';
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Lists all rules with what they are about. */
export async function listRules({ output, documents }: RulesContext): Promise<void> {
  const there = await documents.list();
  const rows = there.map((document) => rowOf(document));
  for (const { id, action, about, expiresAt, reason, source } of rows) {
    const until = expiresAt === null ? '' : `, until ${expiresAt}`;
    output.say(
      `${id}  ${action}: ${about}${until}${reason === null ? '' : `  "${reason}"`}${source === null ? '' : `  by ${source}`}`,
    );
  }
  if (rows.length === 0) output.say('There are no rules.');
  sayUnread(output, there);
  output.result(rows);
}

/** Adds or replaces one rule. */
export async function addRule(
  { world, output, documents }: RulesContext,
  id: string,
  options: AddRuleOptions,
): Promise<void> {
  const { action = 'block', reason, expires } = options;
  const fields = {
    action,
    ...(reason === undefined ? {} : { reason }),
    ...(expires === undefined ? {} : { expiresAt: timeOf(expires, world.now()) }),
  };
  const changes = await planRules(documents, [{ id: id.trim(), fields }]);
  await finish(output, changes, options.yes === true);
  const same = rulesNamed(await documents.list(), id).map((document) => document.id);
  if (same.length > 1)
    output.say(
      `${same.join(', ')} are about the same, and an allow among them counts: remove what shall not.`,
    );
}

/** Removes rules, however they are spelt; exit code 1 where one was not there. */
export async function removeRules(
  { world, output, documents }: RulesContext,
  ids: readonly string[],
  options: { readonly yes?: boolean },
): Promise<void> {
  const there = await documents.list();
  const missing = ids.filter((id) => rulesNamed(there, id).length === 0);
  const named = new Set(ids.flatMap((id) => rulesNamed(there, id)));
  for (const id of missing) output.say(`There is no rule ${id}.`);
  const changes = [...named].map((document) => planRemoval(documents, document));
  await finish(output, changes, options.yes === true, { missing });
  if (missing.length > 0) world.exit(1);
}

/** Takes rules over from a file: all of them, or none where one is no good rule and does not stand in the database so. */
export async function importRules(
  { world, output, documents }: RulesContext,
  file: string,
  options: ImportRulesOptions,
): Promise<void> {
  const text = world.readText(file);
  if (text === null) throw new CliProblem(`There is no file ${file}.`);
  const changes = await planRules(documents, readRuleFile(text), {
    isWhole: options.prune === true,
    isAsIs: options.asIs === true,
    hint: AS_IS,
  });
  await finish(output, changes, options.yes === true);
}

/** Writes all rules to a file, or shows them. */
export async function exportRules(
  { world, output, documents }: RulesContext,
  options: { readonly format?: string; readonly output?: string },
): Promise<void> {
  const format = options.format ?? (options.output?.endsWith('.csv') === true ? 'csv' : 'json');
  if (format !== 'csv' && format !== 'json') throw new CliProblem('--format must be csv or json.');
  const rules = await documents.list();
  const text = writeRuleFile(rules, format);
  if (options.output === undefined) {
    // What is asked for is the text itself.
    if (output.isJson) output.result(JSON.parse(writeRuleFile(rules, 'json')));
    else output.say(text.trimEnd());
    return;
  }
  world.writeText(options.output, text);
  output.say(`${rules.length} rules written to ${options.output}.`);
  output.result({ file: options.output, rules: rules.length });
}

/** Looks for rules that do not do what they seem to; exit code 1 where a document makes no good rule. */
export async function lintCommand({ world, output, documents }: RulesContext): Promise<void> {
  const rules = await documents.list();
  const findings = lintRules(rules, world.now());
  for (const { id, level, about, problem } of findings)
    output.say(`${level}  ${id}${about === null ? '' : ` (${about})`}: ${problem}`);
  if (findings.length === 0) output.say(`${rules.length} rules, nothing to say.`);
  output.result(findings);
  if (findings.some(({ level }) => level === 'error')) world.exit(1);
}

/** Says what the rules decide for a number, without asking Twilio; exit code 1 where they block. */
export async function testRules(
  { world, output, documents }: RulesContext,
  text: string,
  options: { readonly carrier?: string; readonly type?: string },
): Promise<void> {
  const number = parsePhoneNumber(text);
  if (number === null) throw new CliProblem('That is no possible phone number: write it as +44….');
  const there = await documents.list();
  const rules = readByGateway(there).documents.flatMap((document) => parseRule(document).rule ?? []);
  const [, mcc = null, mnc = null] = /^(\d{3})-?(\d{1,3})$/.exec(options.carrier ?? '') ?? [];
  if (options.carrier !== undefined && mcc === null)
    throw new CliProblem('--carrier is MCC-MNC, such as 234-58.');
  const lineType = parseLineType(options.type?.toUpperCase());
  if (options.type !== undefined && lineType === null)
    throw new CliProblem('--type is a line type, such as premium.');
  const isKnown = mcc !== null || lineType !== null;
  const carrier = isKnown ? { mcc, mnc, name: null, lineType } : undefined;
  const verdict = decide(createRuleSet(rules), DEFAULT_SETTINGS, { number, carrier }, world.now());
  output.say(
    verdict.blockedBy === null
      ? `sent${isKnown ? '' : ', as far as the place goes (add --carrier, --type, or use check-number)'}`
      : `blocked by ${verdict.blockedBy.rule} (${verdict.blockedBy.question})`,
  );
  if (verdict.wouldBlock !== null)
    output.say(`${verdict.wouldBlock.rule} would block it, were it in earnest`);
  sayUnread(output, there);
  output.result(verdict);
  if (verdict.blockedBy !== null) world.exit(1);
}

async function finish(
  output: Output,
  changes: readonly Change[],
  isConfirmed: boolean,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const isChanged = await carryOut(changes, { output, isConfirmed });
  if (isChanged) output.say(WHEN);
  const made = changes.map(({ what, lines }) => ({ what, lines }));
  output.result({ changed: isChanged, changes: made, ...details });
}

function sayUnread(output: Output, documents: readonly RuleDocument[]): void {
  const { unread } = readByGateway(documents);
  if (unread !== null) output.say(unread);
}

interface Row {
  readonly id: string;
  readonly action: string;
  readonly about: string;
  readonly expiresAt: string | null;
  readonly reason: string | null;
  /** `watch` for a rule of that function. */
  readonly source: string | null;
  readonly problems: readonly string[];
}

function rowOf(document: RuleDocument): Row {
  const { rule, problems } = parseRule(document);
  const isOff = document.fields['enabled'] === false;
  return {
    id: document.id,
    action: rule?.action ?? (isOff ? 'off' : 'no rule'),
    about: rule === null ? (problems[0] ?? 'switched off') : describeRule(rule),
    expiresAt: rule?.expiresAt?.toISOString() ?? null,
    reason: rule?.reason ?? null,
    source: textAt(document.fields, 'source') || null,
    problems,
  };
}

function timeOf(text: string, now: Date): Date {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : now.getTime() + Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(time) || time <= now.getTime())
    throw new CliProblem(
      '--expires is a duration such as 12h or 7d, or a time to come such as 2026-12-31T00:00:00Z.',
    );
  return new Date(time);
}
