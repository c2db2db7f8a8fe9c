import { inspect } from 'node:util';
import { hintForBadRuleId } from '../../functions/domain/hint-rule-id.ts';
import { parseRuleId } from '../../functions/domain/parse-rule-id.ts';
import { rulesNamed } from '../cli/rules-named.ts';
import type { Blocklist, BlocklistDocument } from './blocklist.ts';
import { StackProblem } from './stack-problem.ts';

/** What is to be done with the rules. */
export interface ChangeRulesOptions {
  /** `add`, `delete` or `list`. */
  readonly command: string | undefined;
  /** The id of the rule; not needed to list. */
  readonly rule: string | undefined;
  readonly blocklist: Blocklist;
  readonly print: (text: string) => void;
}

// As the cache of the rules works, with the time that the local stack gives it.
const WHEN =
  'The gateway reads its rules again at its first request after 2 s and judges the next one by them; after 10 s, the first one too.';

const PLAIN = /^[\w ().:+*-]+$/;

/**
 * Adds a rule that blocks, deletes one, or lists all, and says so.
 *
 * To add replaces what was there under that id, so that it surely blocks. To delete what is not there is fine.
 *
 * @throws StackProblem for another command, or an id that makes no rule, with a hint
 */
export async function changeRules({ command, rule, blocklist, print }: ChangeRulesOptions): Promise<void> {
  switch (command) {
    case 'add': {
      const id = readRuleId(rule, 'block');
      await blocklist.put(id, {});
      print(`${id} is blocked. ${WHEN}`);
      return;
    }
    case 'delete': {
      const id = readRuleId(rule, 'unblock');
      const found = rulesNamed(await blocklist.list(), id);
      for (const document of found) await blocklist.remove(document.id);
      const ids = found.map((document) => document.id).join(', ');
      const verb = found.length === 1 ? 'is' : 'are';
      print(found.length === 0 ? `There is no rule ${id}.` : `${ids} ${verb} deleted. ${WHEN}`);
      return;
    }
    case 'list': {
      const documents = await blocklist.list();
      print(documents.length === 0 ? 'There are no rules.' : documents.map(ruleText).join('\n'));
      return;
    }
    default:
      throw new StackProblem('Say what is to be done with the rules: add, delete or list.');
  }
}

function readRuleId(rule: string | undefined, target: string): string {
  if (!rule?.trim()) throw new StackProblem(`RULE is missing, as in: make ${target} RULE=234-51`);
  const id = normalised(rule);
  if (id === null)
    throw new StackProblem(`No rule can have this id. ${hintForBadRuleId(rule.trim().toUpperCase())}`);
  return id;
}

/** As the functions read an id; null when it makes no rule. */
function normalised(id: string): string | null {
  return parseRuleId(id.trim().toUpperCase())?.id ?? null;
}

function ruleText({ id, fields }: BlocklistDocument): string {
  const { action = 'block', ...others } = fields;
  const texts = Object.entries(others).map(([name, value]) => `${name}: ${textOf(value)}`);
  return [id.padEnd(16), textOf(action).padEnd(8), ...texts].join(' ').trimEnd();
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' && PLAIN.test(value) ? value : inspect(value);
}
