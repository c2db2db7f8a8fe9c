import { randomBytes } from 'node:crypto';

/**
 * Makes the identifier of something new, as Twilio writes them.
 *
 * @param prefix - two letters that name the kind, such as `VE`
 */
export function newSid(prefix: string): string {
  return prefix + randomBytes(16).toString('hex');
}
