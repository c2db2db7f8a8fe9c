import type { Service } from './service-store.ts';

/** A limit that a start would exceed. */
export interface ReachedLimit {
  readonly uniqueName: string;
  readonly retryAfterSeconds: number;
}

/** Counts the starts of verifications against the programmable limits. */
export interface StartLimits {
  /**
   * Counts a start in every bucket of every limit that is named, or in none when one of them is full.
   *
   * @param values - by the unique name of the limit; every name exists
   */
  take(service: Service, values: Readonly<Record<string, string>>): ReachedLimit | null;
  clear(): void;
}

interface Window {
  readonly endsAtMs: number;
  count: number;
}

const SWEEP_ABOVE = 200_000;

/** Starts with nothing counted. Windows begin with the first start in them. */
export function createStartLimits(nowMs: () => number): StartLimits {
  const windows = new Map<string, Window>();

  const windowOf = (key: string, intervalSeconds: number, now: number): Window => {
    const current = windows.get(key);
    if (current !== undefined && current.endsAtMs > now) return current;
    const fresh = { endsAtMs: now + intervalSeconds * 1000, count: 0 };
    windows.set(key, fresh);
    return fresh;
  };
  const sweep = (now: number): void => {
    for (const [key, window] of windows) if (window.endsAtMs <= now) windows.delete(key);
  };

  return {
    take: ({ rateLimits }, values) => {
      const now = nowMs();
      if (windows.size > SWEEP_ABOVE) sweep(now);
      const counted: Window[] = [];
      for (const { uniqueName, buckets } of rateLimits) {
        const value = values[uniqueName];
        if (value === undefined) continue;
        for (const bucket of buckets) {
          const window = windowOf(`${bucket.sid}|${value}`, bucket.intervalSeconds, now);
          if (window.count >= bucket.max) {
            return { uniqueName, retryAfterSeconds: Math.max(1, Math.ceil((window.endsAtMs - now) / 1000)) };
          }
          counted.push(window);
        }
      }
      for (const window of counted) window.count += 1;
      return null;
    },
    clear: () => windows.clear(),
  };
}
