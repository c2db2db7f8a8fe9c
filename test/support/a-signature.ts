import { createHmac } from 'node:crypto';
import { KEY_TEXT, NOW_SECONDS } from './a-token.ts';

/** What a signature is made over. */
export interface SignatureMaking {
  readonly time?: number | string;
  readonly key?: string;
  readonly purpose?: string;
}

/** The MAC of a body, in hexadecimal, as our Action makes it. */
export function aMac(body: string | Buffer, making: SignatureMaking = {}): string {
  const { time = NOW_SECONDS, key = KEY_TEXT, purpose = 'gateway.v1.' } = making;
  return createHmac('sha256', key).update(`${purpose}${time}.`).update(body).digest('hex');
}

/** A value of `X-Signature` that is in order. */
export function aSignature(body: string | Buffer, making: SignatureMaking = {}): string {
  return `t=${making.time ?? NOW_SECONDS},v1=${aMac(body, making)}`;
}
