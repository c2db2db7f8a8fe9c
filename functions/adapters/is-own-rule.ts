import { isDeepStrictEqual } from 'node:util';
import type { WatchRule } from '../watch/ports.ts';
import { isRecord } from './is-record.ts';

type Fields = Readonly<Record<string, unknown>>;
type OwnFields = Fields & Pick<WatchRule, 'action' | 'expiresAt'>;

const COMPARED = ['action', 'reason', 'expiresAt'];

/**
 * Whether a document of the collection `blocklist` is one that `watch` wrote and nobody has changed since: ours by its
 * `source`, not switched off, and with the action, reason and end that `written` says we wrote last.
 *
 * Documents of earlier versions have no `written`. They are ours as long as they end: one without an end was made
 * permanent by a person.
 *
 * @param fields - as plain values
 */
export function isOwnRule(fields: Fields): fields is OwnFields {
  const { source, enabled, action, expiresAt, written } = fields;
  if (source !== 'watch' || enabled === false) return false;
  if ((action !== 'block' && action !== 'monitor') || !(expiresAt instanceof Date)) return false;
  if (written === undefined) return true;
  return isRecord(written) && COMPARED.every((name) => isDeepStrictEqual(fields[name], written[name]));
}
