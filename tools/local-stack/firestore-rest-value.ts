import {
  DocumentReference,
  GeoPoint,
  Timestamp,
  type DocumentData,
  type Firestore,
} from '@google-cloud/firestore';

type RestValue = Readonly<Record<string, unknown>>;

/**
 * Writes fields as Firestore's REST interface does.
 *
 * A double without a fraction comes out as an integer, because JavaScript does not know them apart.
 *
 * @throws TypeError on a value of a kind that the stand-in does not know
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/Value
 */
export function encodeRestFields(fields: DocumentData): Record<string, RestValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encodeValue(value)]));
}

/**
 * Reads fields that were written for Firestore's REST interface. A timestamp keeps milliseconds.
 *
 * @param fields - absent for none
 * @throws TypeError when they are not what the interface describes
 */
export function decodeRestFields(fields: unknown, firestore: Firestore): DocumentData {
  if (fields === undefined) return {};
  if (!isRecord(fields)) throw new TypeError('fields must be a map');
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, decodeValue(value, firestore)]),
  );
}

function encodeValue(value: unknown): RestValue {
  if (value === null) return { nullValue: null };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return encodeNumber(value);
  if (value instanceof Timestamp) return { timestampValue: value.toDate().toISOString() };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (value instanceof GeoPoint) {
    return { geoPointValue: { latitude: value.latitude, longitude: value.longitude } };
  }
  if (value instanceof DocumentReference) return { referenceValue: value.path };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
  if (isRecord(value)) return { mapValue: { fields: encodeRestFields(value) } };
  throw new TypeError(`no value of Firestore: ${typeof value}`);
}

function encodeNumber(value: number): RestValue {
  if (Number.isSafeInteger(value)) return { integerValue: String(value) };
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

function decodeValue(value: unknown, firestore: Firestore): unknown {
  const [entry, ...others] = isRecord(value) ? Object.entries(value) : [];
  if (entry === undefined || others.length > 0) throw new TypeError('a value must have exactly one kind');
  const [kind, content] = entry;
  if (kind === 'mapValue' && isRecord(content)) return decodeRestFields(content['fields'], firestore);
  if (kind === 'arrayValue' && isRecord(content)) return decodeList(content['values'] ?? [], firestore);
  if (kind === 'referenceValue' && typeof content === 'string') return decodeReference(content, firestore);
  return decodeScalar(kind, content);
}

function decodeScalar(kind: string, content: unknown): unknown {
  if (kind === 'nullValue') return null;
  if (kind === 'booleanValue' && typeof content === 'boolean') return content;
  if (kind === 'stringValue' && typeof content === 'string') return content;
  if (kind === 'integerValue' && Number.isSafeInteger(Number(content))) return Number(content);
  if (kind === 'doubleValue') return Number(content);
  if (kind === 'bytesValue' && typeof content === 'string') return Buffer.from(content, 'base64');
  if (kind === 'timestampValue' && typeof content === 'string') return decodeTimestamp(content);
  if (kind === 'geoPointValue' && isRecord(content)) {
    return new GeoPoint(Number(content['latitude'] ?? 0), Number(content['longitude'] ?? 0));
  }
  throw new TypeError(`not a good ${kind}`);
}

function decodeTimestamp(text: string): Timestamp {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new TypeError('not a good timestampValue');
  return Timestamp.fromDate(date);
}

function decodeReference(name: string, firestore: Firestore): DocumentReference {
  return firestore.doc(name.replace(/^projects\/[^/]+\/databases\/[^/]+\/documents\//, ''));
}

function decodeList(values: unknown, firestore: Firestore): unknown[] {
  if (!Array.isArray(values)) throw new TypeError('not a good arrayValue');
  return values.map((value) => decodeValue(value, firestore));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
