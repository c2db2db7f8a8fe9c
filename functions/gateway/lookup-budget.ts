import { Refusal } from '../domain/refusal.ts';

/** Bounds the paid Lookups for neighbouring numbers: sequential numbers are the signature of toll fraud. */
export interface LookupBudget {
  /**
   * Counts a number that is about to be looked up; one that was counted within the minute costs nothing.
   *
   * @param e164 - the number
   * @throws Refusal `rate_limited`, with the seconds to wait, where its prefix has used up the minute
   */
  spend(e164: string): void;
}

const WINDOW_MS = 60_000;
const DIGITS_OF_A_BLOCK = 4;
// Beyond them the longest unused is forgotten: memory stays bounded, and who sprays so widely is no run of numbers.
const MAX_PREFIXES = 10_000;

/**
 * Creates the budget of this instance.
 *
 * @param perMinute - distinct numbers of one prefix (the last 4 digits cut) within any 60 s; 0 sets no bound
 * @param nowMs - a monotonic clock in milliseconds
 */
export function createLookupBudget(
  perMinute: number,
  nowMs: () => number = () => performance.now(),
): LookupBudget {
  // Oldest use first, in both.
  const prefixes = new Map<string, Map<string, number>>();
  return {
    spend: (e164) => {
      if (perMinute === 0) return;
      const now = nowMs();
      const prefix = e164.slice(0, -DIGITS_OF_A_BLOCK);
      const numbers = prefixes.get(prefix) ?? new Map<string, number>();
      for (const [number, at] of numbers) {
        if (now - at < WINDOW_MS) break;
        numbers.delete(number);
      }
      prefixes.delete(prefix);
      prefixes.set(prefix, numbers);
      forgetOldest(prefixes);
      if (numbers.has(e164)) return;
      const [oldest] = numbers.values();
      if (numbers.size >= perMinute && oldest !== undefined) {
        throw new Refusal('rate_limited', {
          retryAfterSeconds: Math.ceil((oldest + WINDOW_MS - now) / 1000),
        });
      }
      numbers.set(e164, now);
    },
  };
}

function forgetOldest(prefixes: Map<string, unknown>): void {
  const [oldest] = prefixes.keys();
  if (prefixes.size > MAX_PREFIXES && oldest !== undefined) prefixes.delete(oldest);
}
