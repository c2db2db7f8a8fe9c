import { isRecord } from '../../functions/adapters/is-record.ts';
import { isStoredValue } from './is-stored-value.ts';

/** Writes a value of a field, as `decodeRuleValue` gives it, in the form of Firestore's REST interface. */
export function encodeRuleValue(value: unknown): unknown {
  if (value === null) return { nullValue: null };
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  if (!isRecord(value) || isStoredValue(value)) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, encodeRuleValue(inner)]);
  return { mapValue: { fields: Object.fromEntries(fields) as unknown } };
}
