import { memberAt } from './member-at.ts';

/** A list inside a value of unknown shape; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const member: unknown = memberAt(value, ...path);
  return Array.isArray(member) ? member : [];
}
