import { createGuard, type GuardOptions } from './guard.ts';
import { takeOverServer } from './server.ts';

/** Serves a handler behind the guard, on the server that the framework is about to start, and logs the start. */
export function serve(options: GuardOptions, counts: Readonly<Record<string, number>> = {}): void {
  const { log } = options;
  takeOverServer({ guard: createGuard(options), log });
  log('INFO', 'instance.started', 'The instance has started', {
    counts: { ...counts, startMs: Math.round(performance.now()) },
  });
}
