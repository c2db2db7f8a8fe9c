import type { Finding } from './check.ts';

/** All is well. */
export function green(detail: string): Finding {
  return { isGood: true, detail };
}
