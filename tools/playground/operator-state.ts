import { decodeFirestoreFields } from '../../functions/adapters/firestore-value.ts';
import { parseRule } from '../../functions/domain/parse-rule.ts';
import { parseSettings } from '../../functions/domain/parse-settings.ts';
import { DEFAULT_SETTINGS } from '../../functions/domain/settings.ts';
import type { RawFields } from '../local-stack/emulator-documents.ts';
import type { OperatorState, RuleRow } from './live-state.ts';
import type { OperatorDocuments } from './operator-documents.ts';

/**
 * Reads what operators edit, and says of it what the gateway would say.
 *
 * @throws Error when Firestore does not answer
 */
export async function readOperatorState(documents: OperatorDocuments): Promise<OperatorState> {
  const [rules, settings] = await Promise.all([documents.rules(), documents.settings()]);
  const fields = settings === null ? null : decodeFirestoreFields(settings);
  const { problems, doubts } = parseSettings(fields, DEFAULT_SETTINGS);
  return {
    rules: [...rules].map(([id, raw]) => rowOf(id, raw)),
    settings: fields === null ? null : JSON.stringify(fields, null, 2),
    settingsProblems: [...problems, ...doubts],
    problem: null,
  };
}

function rowOf(id: string, raw: RawFields): RuleRow {
  const fields = decodeFirestoreFields(raw);
  const { rule, problems } = parseRule({ id, fields });
  return {
    id,
    action: rule?.action ?? textOf(fields['action']) ?? 'block',
    reason: textOf(fields['reason']),
    source: textOf(fields['source']),
    expiresAt: rule?.expiresAt?.toISOString() ?? null,
    isRule: rule !== null,
    problems,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
