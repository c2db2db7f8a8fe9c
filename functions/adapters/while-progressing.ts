import { TimeLimitPassed } from './within-time.ts';

/** How long work may take, in milliseconds. */
export interface ProgressLimits {
  /** Without any progress. */
  readonly silenceMs: number;
  /** In all. */
  readonly totalMs: number;
}

/**
 * Waits for work for as long as it makes progress, but no longer than in all. What the work does after that is ignored,
 * its failure included.
 *
 * @param work - begun in a microtask, so that whatever it throws rejects; it tells of each step forward
 * @throws TimeLimitPassed when a limit passes first, else whatever the work throws
 */
export async function whileProgressing<T>(
  work: (onProgress: () => void) => Promise<T>,
  { silenceMs, totalMs }: ProgressLimits,
): Promise<T> {
  const timers: NodeJS.Timeout[] = [];
  const limit = new Promise<never>((_resolve, reject) => {
    for (const ms of [silenceMs, totalMs])
      timers.push(setTimeout(() => reject(new TimeLimitPassed(ms)), Math.max(0, ms)));
  });
  const [silence] = timers;
  let isOver = false;
  const onProgress = (): void => {
    if (!isOver) silence?.refresh();
  };
  try {
    return await Promise.race([Promise.resolve().then(() => work(onProgress)), limit]);
  } finally {
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
  }
}
