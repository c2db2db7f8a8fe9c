import type { DecisionLog } from './decision-log.ts';
import type { Decision, RulesReading } from './live-state.ts';

/** Follows whether the gateway has read what was changed in Firestore. */
export interface RulesReadingWatch {
  state(): RulesReading;
  /** Notes that something has just been changed, and sees to it that the gateway reads it. */
  changed(): void;
  /**
   * Waits until the gateway has read what was changed last, or would have to say that it cannot.
   *
   * @returns whether it has
   */
  settled(): Promise<boolean>;
}

/** What the watch needs. */
export interface RulesReadingOptions {
  readonly log: DecisionLog;
  readonly ttlSeconds: number;
  /** Asks the gateway for something that cannot be sent, because it reads its rules by traffic only; null: nobody may. */
  readonly askGateway: (() => Promise<unknown>) | null;
  readonly onChange: () => void;
}

const MAX_WAIT_MS = 15_000;
const AFTER_TTL_MS = 150;

/** Starts with nothing changed. */
export function createRulesReadingWatch(options: RulesReadingOptions): RulesReadingWatch {
  const { log, ttlSeconds, askGateway, onChange } = options;
  let readAt: string | null = null;
  let changedAtMs = 0;
  let isPending = false;
  let settled = Promise.resolve(true);

  const isRead = (decision: Decision): boolean => isReadSince(decision, changedAtMs);
  const follow = async (): Promise<boolean> => {
    const endsAt = performance.now() + MAX_WAIT_MS;
    let found: Decision | null = null;
    while (found === null && performance.now() < endsAt) {
      // A silent gateway shows in its health; here it means that nothing was read.
      await askGateway?.().catch(() => undefined);
      found = await log.waitFor(isRead, ttlSeconds * 1000 + AFTER_TTL_MS);
    }
    return found !== null;
  };
  log.onChange(() => {
    const last = log.entries().at(-1);
    if (last === undefined || !isRead(last)) return;
    readAt = last.at;
    isPending = false;
    onChange();
  });

  return {
    state: () => ({ readAt, isPending }),
    changed: () => {
      changedAtMs = Date.now();
      isPending = true;
      onChange();
      settled = follow();
    },
    settled: () => settled,
  };
}

/** Whether a line says that rules were read, and that this began after a moment. */
function isReadSince({ source, event, at, fields }: Decision, sinceMs: number): boolean {
  if (source !== 'gateway' || event !== 'rules.refreshed') return false;
  const { durationMs } = fields;
  return Date.parse(at) - (typeof durationMs === 'number' ? durationMs : 0) >= sinceMs;
}
