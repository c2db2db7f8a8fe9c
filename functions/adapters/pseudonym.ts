import { createHmac } from 'node:crypto';
import type { SecretReading } from './read-secret.ts';
import { readSecret } from './read-secret.ts';

/** The pseudonym of a number or an address, the same for the same one; undefined where no key is set. */
export type Pseudonym = (to: string) => string | undefined;

const MIN_KEY_BYTES = 32;
const HEX_LENGTH = 32;

/**
 * Creates the pseudonym from `NUMBER_HASH_KEY`: a keyed hash, because there are so few numbers that a plain hash of
 * one is found by trying them all.
 */
export function createPseudonym(reading: SecretReading): Pseudonym {
  const { env } = reading;
  const isSet = [env['NUMBER_HASH_KEY'], env['NUMBER_HASH_KEY_FILE']].some(
    (value) => (value?.trim() ?? '') !== '',
  );
  if (!isSet) return () => undefined;
  const key = readSecret(reading, 'NUMBER_HASH_KEY', (text) => {
    if (Buffer.byteLength(text) < MIN_KEY_BYTES) throw new Error(`has less than ${MIN_KEY_BYTES} bytes`);
    return text;
  });
  return (to) => createHmac('sha256', key.current()).update(to).digest('hex').slice(0, HEX_LENGTH);
}
