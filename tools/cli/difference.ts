import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../functions/adapters/is-record.ts';

const SECRET_NAMES = /secret$|authorization$|token$|password$|credentials/i;
const MAX_LENGTH = 160;

/**
 * What differs between two values, a line each, by the path of the member. Secrets are named and never shown.
 *
 * @param path - where the values stand, for the lines
 */
export function difference(before: unknown, after: unknown, path = ''): string[] {
  if (isRecord(after) && (isRecord(before) || before === undefined)) {
    const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      difference(before?.[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (isDeepStrictEqual(before, after)) return [];
  if (SECRET_NAMES.test(path)) return [`${path}: (secret) ${before === undefined ? 'is set' : 'changes'}`];
  return [`${path}: ${show(before)} → ${show(after)}`];
}

function show(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
