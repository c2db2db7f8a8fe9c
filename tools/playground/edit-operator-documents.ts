import { decodeFirestoreFields } from '../../functions/adapters/firestore-value.ts';
import { isRecord } from '../../functions/adapters/is-record.ts';
import { hintForBadRuleId } from '../../functions/domain/hint-rule-id.ts';
import { parseRuleId } from '../../functions/domain/parse-rule-id.ts';
import { parseSettings } from '../../functions/domain/parse-settings.ts';
import { DEFAULT_SETTINGS } from '../../functions/domain/settings.ts';
import type { RawFields } from '../local-stack/emulator-documents.ts';
import { StackProblem } from '../local-stack/stack-problem.ts';
import { encodeJsonFields } from './firestore-json.ts';
import type { OperatorDocuments } from './operator-documents.ts';

/** A rule as the page wants it. What is absent stays as it is. */
export interface RuleOrder {
  readonly id: string;
  readonly action?: 'block' | 'monitor' | 'allow';
  readonly reason?: string;
  /** From now on; null: never. */
  readonly expiresInSeconds?: number | null;
}

/**
 * Adds a rule, or changes one that is there.
 *
 * @returns the id under which it stands
 * @throws StackProblem for a new id that makes no rule, with the hint that an operator would get in the log
 */
export async function putRule(
  documents: OperatorDocuments,
  { id, action, reason, expiresInSeconds }: RuleOrder,
): Promise<string> {
  const rules = await documents.rules();
  const target = rules.has(id) ? id : newRuleId(id);
  const before = rules.get(target) ?? {};
  const { expiresAt, ...others } = before;
  const expiry = expiresInSeconds === undefined ? expiresAt : timestampIn(expiresInSeconds);
  await documents.writeRule(target, {
    ...others,
    ...(action === undefined ? {} : { action: { stringValue: action } }),
    ...(reason === undefined || reason === '' ? {} : { reason: { stringValue: reason } }),
    ...(expiry === undefined || expiry === null ? {} : { expiresAt: expiry }),
  });
  return target;
}

/** What a text for the document `settings/gateway` would mean: its fields, or null, and what is wrong with it. */
export function readSettingsText(text: string): {
  readonly fields: RawFields | null;
  readonly problems: readonly string[];
} {
  const json = parseJson(text);
  if (!isRecord(json)) {
    return { fields: null, problems: ['This is no JSON object, such as {"mode": "monitor"}.'] };
  }
  const fields = encodeJsonFields(json);
  const { problems, doubts } = parseSettings(decodeFirestoreFields(fields), DEFAULT_SETTINGS);
  return { fields, problems: [...problems, ...doubts] };
}

function newRuleId(text: string): string {
  const id = text.trim().toUpperCase();
  const parsed = parseRuleId(id);
  if (parsed === null) throw new StackProblem(`No rule can have this id. ${hintForBadRuleId(id)}`);
  return parsed.id;
}

function timestampIn(seconds: number | null): { timestampValue: string } | null {
  if (seconds === null) return null;
  return { timestampValue: new Date(Date.now() + seconds * 1000).toISOString() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
