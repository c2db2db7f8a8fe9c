import { setTimeout as sleep } from 'node:timers/promises';

/** Waits that many milliseconds; rejects when the signal comes first. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
