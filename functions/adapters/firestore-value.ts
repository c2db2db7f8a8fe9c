import { isRecord } from './is-record.ts';

/**
 * Stands for a Firestore value of a kind that no rule or setting has (bytes, reference, geo point, vector and what may
 * come), so that it is neither absent nor taken for a text.
 */
export const UNSUPPORTED_VALUE: unique symbol = Symbol('unsupported Firestore value');

/**
 * Turns the `fields` of a document, as Firestore's REST interface writes them, into plain values.
 *
 * Text, boolean and null stay; integers (which come as text) and doubles become numbers, timestamps `Date`, maps
 * objects, arrays arrays; everything else `UNSUPPORTED_VALUE`. Absent fields are an empty document.
 *
 * @throws TypeError when it is no map of fields
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/Value
 */
export function decodeFirestoreFields(fields: unknown): Record<string, unknown> {
  if (fields === undefined) return {};
  if (!isRecord(fields)) throw new TypeError('a Firestore document has no map of fields');
  return decodeMembers(fields);
}

function decodeMembers(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // fromEntries defines members, so that a field called __proto__ is a member like any other.
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, decodeValue(value)]));
}

function decodeValue(value: unknown): unknown {
  if (!isRecord(value)) return UNSUPPORTED_VALUE;
  const [kind, ...others] = Object.keys(value);
  if (kind === undefined || others.length > 0) return UNSUPPORTED_VALUE;
  return decodeKind(kind, value[kind]);
}

function decodeKind(kind: string, content: unknown): unknown {
  switch (kind) {
    case 'nullValue':
      return null;
    case 'stringValue':
      return typeof content === 'string' ? content : UNSUPPORTED_VALUE;
    case 'booleanValue':
      return typeof content === 'boolean' ? content : UNSUPPORTED_VALUE;
    case 'integerValue':
      return decodeInteger(content);
    case 'doubleValue':
      // NaN and the infinities come as text and mean nothing to any rule.
      return typeof content === 'number' ? content : UNSUPPORTED_VALUE;
    case 'timestampValue':
      return decodeTimestamp(content);
    case 'mapValue':
      return isRecord(content) ? decodeMap(content['fields']) : UNSUPPORTED_VALUE;
    case 'arrayValue':
      return isRecord(content) ? decodeArray(content['values']) : UNSUPPORTED_VALUE;
    default:
      return UNSUPPORTED_VALUE;
  }
}

function decodeInteger(content: unknown): unknown {
  if (typeof content === 'number') return content;
  return typeof content === 'string' && /^-?\d+$/.test(content) ? Number(content) : UNSUPPORTED_VALUE;
}

function decodeTimestamp(content: unknown): unknown {
  if (typeof content !== 'string') return UNSUPPORTED_VALUE;
  const date = new Date(content);
  return Number.isNaN(date.getTime()) ? UNSUPPORTED_VALUE : date;
}

function decodeMap(fields: unknown): unknown {
  if (fields === undefined) return {};
  return isRecord(fields) ? decodeMembers(fields) : UNSUPPORTED_VALUE;
}

function decodeArray(values: unknown): unknown {
  if (values === undefined) return [];
  return Array.isArray(values) ? values.map(decodeValue) : UNSUPPORTED_VALUE;
}
