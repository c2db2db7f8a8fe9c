/** Why a wait was broken off. One for all: an error of its own for each call costs a thirtieth of a batch. */
export const WAIT_IS_OVER = new Error('nobody waits any more');

/** Waits that many milliseconds; rejects with WAIT_IS_OVER when the signal comes first. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(WAIT_IS_OVER);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
