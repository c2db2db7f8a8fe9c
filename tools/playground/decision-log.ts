import { isRecord } from '../../functions/adapters/is-record.ts';
import type { Decision, Totals } from './live-state.ts';

/** What the functions print, kept for the page. */
export interface DecisionLog {
  /** Takes a line of a function's output; what is no log line is left out. */
  add(source: string, line: string): void;
  /** Oldest first, up to a bound. */
  entries(): readonly Decision[];
  totals(): Totals;
  /**
   * Waits for a line, also among those that came already.
   *
   * @returns null when it has not come within the time
   */
  waitFor(isWanted: (decision: Decision) => boolean, withinMs: number): Promise<Decision | null>;
  /** Calls back after each line. */
  onChange(callback: () => void): void;
}

/** The app that the page names when it asks only so that the gateway reads its rules. */
export const OWN_CHECK_APP = 'playground: rules check';

const MAX_ENTRIES = 150;
const LEFT_OUT = new Set(['severity', 'event', 'message', 'logging.googleapis.com/trace']);
const NO_TOTALS: Totals = {
  sent: 0,
  blocked: 0,
  monitored: 0,
  duplicates: 0,
  otherwise: 0,
  lookupsPaid: 0,
  lookupsCached: 0,
  approved: 0,
};

/**
 * Which total a line counts for; a send that was monitored counts as sent as well. Lines that are written beside the one
 * of the same request count for none.
 */
const COUNTED: ReadonlyMap<string, readonly (keyof Totals)[]> = new Map<string, readonly (keyof Totals)[]>([
  ['otp.sent', ['sent']],
  ['otp.monitored', ['sent', 'monitored']],
  ['otp.blocked', ['blocked']],
  ['otp.suppressed', ['blocked']],
  ['otp.duplicate', ['duplicates']],
  ['otp.failed', ['otherwise']],
  ['request.refused', ['otherwise']],
  ['feedback.approved', ['approved']],
]);

/** Starts empty, with totals of zero. */
export function createDecisionLog(now: () => Date = () => new Date()): DecisionLog {
  const entries: Decision[] = [];
  const listeners = new Set<() => void>();
  let totals = NO_TOTALS;
  let lastId = 0;

  const find = (isWanted: (decision: Decision) => boolean): Decision | null =>
    entries.findLast(isWanted) ?? null;

  return {
    add: (source, line) => {
      const decision = parseLine(line, { id: lastId + 1, source, at: now().toISOString() });
      if (decision === null) return;
      lastId = decision.id;
      entries.push(decision);
      if (entries.length > MAX_ENTRIES) entries.shift();
      totals = countedIn(totals, decision);
      for (const listener of listeners) listener();
    },
    entries: () => entries,
    totals: () => totals,
    waitFor: (isWanted, withinMs) =>
      new Promise((resolve) => {
        const settle = (decision: Decision | null): void => {
          clearTimeout(timer);
          listeners.delete(look);
          resolve(decision);
        };
        const look = (): void => {
          const found = find(isWanted);
          if (found !== null) settle(found);
        };
        const timer = setTimeout(settle, withinMs, null);
        listeners.add(look);
        look();
      }),
    onChange: (callback) => void listeners.add(callback),
  };
}

function parseLine(line: string, head: Pick<Decision, 'id' | 'source' | 'at'>): Decision | null {
  const entry = parseObject(line);
  const { event, severity } = entry;
  if (typeof event !== 'string' || typeof severity !== 'string') return null;
  const fields = Object.fromEntries(Object.entries(entry).filter(([name]) => !LEFT_OUT.has(name)));
  return { ...head, event, severity, isOwnCheck: fields['app'] === OWN_CHECK_APP, fields };
}

function countedIn(totals: Totals, { event, fields, isOwnCheck }: Decision): Totals {
  const names = COUNTED.get(event);
  if (isOwnCheck || names === undefined) return totals;
  const { lookup } = fields;
  const counted = [
    ...names,
    ...(lookup === 'fresh' ? (['lookupsPaid'] as const) : []),
    ...(lookup === 'cached' ? (['lookupsCached'] as const) : []),
  ];
  return counted.reduce((sum, name) => ({ ...sum, [name]: sum[name] + 1 }), totals);
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
