import type { Finding } from './check.ts';

/** Something is wrong, and one line mends it. */
export function red(detail: string, fix: string): Finding {
  return { isGood: false, detail, fix };
}
