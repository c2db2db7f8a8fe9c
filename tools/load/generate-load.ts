import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered } from './loaded-gateway.ts';

/**
 * Keeps a number of requests under way.
 *
 * @returns how they ended, in the order of their ends
 */
export async function keepBusy(
  send: () => Promise<Answered>,
  { concurrency, seconds }: { readonly concurrency: number; readonly seconds: number },
): Promise<Answered[]> {
  const answers: Answered[] = [];
  const endsAt = performance.now() + seconds * 1000;
  const work = async (): Promise<void> => {
    while (performance.now() < endsAt) answers.push(await send());
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return answers;
}

/**
 * Sends so many requests a second, however long the answers take, as people do who log in.
 *
 * @returns how they ended, in the order of their ends
 */
export async function sendAtRate(
  send: () => Promise<Answered>,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Answered[]> {
  const answers: Answered[] = [];
  const sends: Promise<unknown>[] = [];
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1000) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond) + 1;
    while (sends.length < due) sends.push(send().then((answer) => answers.push(answer)));
    await sleep(5);
  }
  await Promise.all(sends);
  return answers;
}

/** The duration below which the share of them lies, in milliseconds; 0 for none. */
export function quantile(answers: readonly Answered[], share: number): number {
  const sorted = answers.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The share of them with a status, 0 to 1. */
export function shareOf(answers: readonly Answered[], status: number): number {
  return answers.filter((answer) => answer.status === status).length / Math.max(1, answers.length);
}

/** How many ended with each status, as text; 0 is no answer. */
export function countsOf(answers: readonly Answered[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
}
