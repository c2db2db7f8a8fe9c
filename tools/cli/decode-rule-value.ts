import { decodeFirestoreFields } from '../../functions/adapters/firestore-value.ts';
import { isRecord } from '../../functions/adapters/is-record.ts';
import { isStoredValue } from './is-stored-value.ts';

/**
 * Reads a value of a field: text, number, boolean, null, `Date` or a map of these; every other kind stays as Firestore's
 * REST interface writes it, such as `{ arrayValue: … }`, which no rule takes for anything. No rule tells the difference
 * either to what is lost: microseconds of a time, and that a whole number was stored as a double.
 */
export function decodeRuleValue(value: unknown): unknown {
  const plain = decodeFirestoreFields({ value })['value'];
  if (plain === null || plain instanceof Date) return plain;
  if (isRecord(plain)) return decodeMap(value);
  const isKept = typeof plain === 'object' || typeof plain === 'symbol' || isTooLarge(plain);
  return isKept ? value : plain;
}

function decodeMap(value: unknown): unknown {
  const map = isRecord(value) ? value['mapValue'] : undefined;
  const fields = isRecord(map) && isRecord(map['fields']) ? map['fields'] : {};
  const plain = Object.fromEntries(
    Object.entries(fields).map(([name, inner]) => [name, decodeRuleValue(inner)]),
  );
  // It could not be told from what Firestore writes.
  return isStoredValue(plain) ? value : plain;
}

/** Its last digits are lost in a number. */
function isTooLarge(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
