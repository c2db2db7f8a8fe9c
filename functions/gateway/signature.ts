import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../domain/refusal.ts';
import type { SigningKey } from './signing-key.ts';

/** A signature that has the right form and time. */
export interface Signature {
  /** Whether any of the keys made it over exactly this body. */
  signs(body: Buffer, keys: readonly SigningKey[]): boolean;
}

const TOLERANCE_SECONDS = 300;
const MAX_LENGTH = 2048;
const MAX_MACS = 8;
// Says what the MAC is for, so that one made for another purpose with the same key is worth nothing here.
const PURPOSE = 'gateway.v1.';

/**
 * Reads `X-Signature: t=<unix seconds>,v1=<hex>`, where the MAC is HMAC-SHA256 of `gateway.v1.<t>.` and the raw body.
 *
 * Several `v1` may be given, for the time of a rotation: one that signs the body is enough, whatever the others are.
 * Entries of other names are for versions to come and are passed over. The time must lie within 300 s of ours.
 *
 * @param nowMs - in milliseconds since 1970
 * @throws Refusal `unauthenticated`
 */
export function readSignature(header: string, nowMs: number): Signature {
  if (header.length > MAX_LENGTH) throw new Refusal('unauthenticated');
  const entries = header.split(',').map((entry) => entry.trim());
  const times = valuesOf(entries, 't');
  const macs = valuesOf(entries, 'v1').filter((mac) => /^[0-9a-f]{64}$/i.test(mac));
  const [time] = times;
  if (time === undefined || times.length > 1 || !/^\d{1,12}$/.test(time))
    throw new Refusal('unauthenticated');
  if (Math.abs(Number(time) - nowMs / 1000) > TOLERANCE_SECONDS) throw new Refusal('unauthenticated');
  if (macs.length === 0 || macs.length > MAX_MACS) throw new Refusal('unauthenticated');
  const given = macs.map((mac) => Buffer.from(mac, 'hex'));
  return {
    signs: (body, keys) =>
      keys.some((key) => {
        const expected = createHmac('sha256', key).update(`${PURPOSE}${time}.`).update(body).digest();
        return given.some((mac) => timingSafeEqual(mac, expected));
      }),
  };
}

function valuesOf(entries: readonly string[], name: string): string[] {
  return entries.filter((entry) => entry.startsWith(`${name}=`)).map((entry) => entry.slice(name.length + 1));
}
