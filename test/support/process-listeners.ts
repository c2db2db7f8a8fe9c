const EVENTS = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection', 'exit'] as const;

/** An event of the process that someone may listen to. */
export type ProcessEvent = (typeof EVENTS)[number];

type Listener = (...args: unknown[]) => void;

/** What has been added to the listeners of this process since it was asked. */
export interface ProcessListeners {
  added(event: ProcessEvent): readonly Listener[];
  /** Takes away what was added, and nothing else. */
  restore(): void;
}

/** Remembers who listens now. */
export function watchProcessListeners(): ProcessListeners {
  const before = new Map(EVENTS.map((event) => [event, new Set<unknown>(process.rawListeners(event))]));
  const added = (event: ProcessEvent): readonly Listener[] =>
    process.rawListeners(event).filter((listener) => before.get(event)?.has(listener) !== true) as Listener[];
  return {
    added,
    restore: () => {
      for (const event of EVENTS)
        for (const listener of added(event)) process.removeListener(event, listener);
    },
  };
}
