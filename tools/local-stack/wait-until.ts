import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 25;

/**
 * Asks again and again until the answer is yes.
 *
 * @param isTrue - asked every 25 ms, one at a time
 * @returns false when it was not within the time
 */
export async function waitUntil(
  isTrue: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  const endsAt = performance.now() + withinMs;
  do {
    if (await isTrue()) return true;
    await sleep(EVERY_MS);
  } while (performance.now() < endsAt);
  return false;
}
