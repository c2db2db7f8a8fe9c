import { isRecord } from '../../functions/adapters/is-record.ts';

/** Whether it is a value as Firestore's REST interface writes it, such as `{ geoPointValue: … }`. */
export function isStoredValue(value: unknown): boolean {
  return isRecord(value) && /^\w+Value$/.test(Object.keys(value).join());
}
