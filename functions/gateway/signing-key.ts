import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key that callers sign with. */
export type SigningKey = KeyObject;

const MIN_KEY_BYTES = 32;

/**
 * Reads `GATEWAY_SECRETS`: one key per line or comma, newest first.
 *
 * @param isBase64 - whether each entry is base64url of the key instead of the key as text, as the connection's
 *   `secret_base64_encoded` says
 * @throws Error when there is no key, or one of fewer than 32 bytes (RFC 7518 §3.2 asks for as many as the hash has)
 */
export function parseSigningKeys(text: string, isBase64: boolean): readonly SigningKey[] {
  const entries = text
    .split(/[\r\n,]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) throw new Error('holds no key');
  return entries.map((entry, index) => {
    const bytes = isBase64 ? decodeBase64Url(entry, index) : Buffer.from(entry, 'utf8');
    if (bytes.length < MIN_KEY_BYTES) {
      throw new Error(`key ${index + 1} has ${bytes.length} bytes: at least ${MIN_KEY_BYTES} are needed`);
    }
    return createSecretKey(bytes);
  });
}

function decodeBase64Url(entry: string, index: number): Buffer {
  if (!/^[\w-]+={0,2}$/.test(entry)) throw new Error(`key ${index + 1} is not base64url`);
  return Buffer.from(entry, 'base64url');
}
