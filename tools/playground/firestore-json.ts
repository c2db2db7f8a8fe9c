import { isRecord } from '../../functions/adapters/is-record.ts';
import type { RawFields } from '../local-stack/emulator-documents.ts';

/**
 * Writes JSON as fields of a Firestore document.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/Value
 */
export function encodeJsonFields(json: Readonly<Record<string, unknown>>): RawFields {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, encode(value)]));
}

function encode(value: unknown): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encode) } };
  return isRecord(value) ? { mapValue: { fields: encodeJsonFields(value) } } : { nullValue: null };
}
