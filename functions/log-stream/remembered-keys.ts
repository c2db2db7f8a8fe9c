import { LRUCache } from 'lru-cache';

/** Keys that were seen; the ones that were used longest ago are forgotten first. */
export interface RememberedKeys {
  has(key: string): boolean;
  add(key: string): void;
}

/**
 * Creates the memory of one instance.
 *
 * @param most - how many keys it holds
 */
export function createRememberedKeys(most: number): RememberedKeys {
  const keys = new LRUCache<string, true>({ max: most });
  return {
    has: (key) => keys.has(key),
    add: (key) => {
      keys.set(key, true);
    },
  };
}
