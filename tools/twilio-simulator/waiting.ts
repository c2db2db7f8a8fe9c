import type { ServerResponse } from 'node:http';

/** Answers that are not due yet. */
export interface Waiting {
  /** Does something later; at once for 0 milliseconds. */
  wait(ms: number, outgoing: ServerResponse, act: () => void): void;
  /** Drops all of them and cuts their connections. */
  clear(): void;
}

/** Starts with nothing waiting. */
export function createWaiting(): Waiting {
  const waiting = new Map<NodeJS.Timeout, ServerResponse>();
  return {
    wait: (ms, outgoing, act) => {
      if (ms <= 0) {
        act();
        return;
      }
      const timer = setTimeout(() => {
        waiting.delete(timer);
        act();
      }, ms);
      waiting.set(timer, outgoing);
    },
    clear: () => {
      for (const [timer, outgoing] of waiting) {
        clearTimeout(timer);
        outgoing.destroy();
      }
      waiting.clear();
    },
  };
}
