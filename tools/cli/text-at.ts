import { memberAt } from './member-at.ts';

/** A text inside a value of unknown shape; empty where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const member = memberAt(value, ...path);
  return typeof member === 'string' ? member : '';
}
