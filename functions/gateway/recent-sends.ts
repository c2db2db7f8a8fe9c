import { LRUCache } from 'lru-cache';
import type { Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { Refusal } from '../domain/refusal.ts';

/** What makes two requests the same send. */
export interface SendIdentity {
  /** E.164 number or address. */
  readonly to: string;
  readonly code: string;
  readonly channel: string;
}

/** What this instance has sent of late, and what it is sending. */
export interface RecentSends {
  /**
   * Sends, unless the same was sent within the last 30 s or is being sent: then the result is that one's. Sends of
   * other codes to one recipient run one after the other.
   *
   * @throws Refusal `rate_limited` when too much was sent to the recipient; Fault `provider_timeout` when the deadline
   *   passes while waiting for another send; whatever `run` throws
   */
  send<T>(identity: SendIdentity, deadline: Deadline, run: () => Promise<T>): Promise<SendResult<T>>;
}

/** What came of it; `isRepeat` when another request did the work. */
export type SendResult<T> =
  { readonly isRepeat: false; readonly value: T } | { readonly isRepeat: true; readonly value: null };

/** Bounds. */
export interface RecentSendsOptions {
  /** Accepted sends to one recipient within 10 minutes, running ones included. */
  readonly maxPerRecipient: number;
  /** Default 30,000. */
  readonly repeatWindowMs?: number;
  /** Recipients and sends that are remembered, each; default 20,000. */
  readonly maxEntries?: number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs?: () => number;
}

const RECIPIENT_WINDOW_MS = 600_000;

/** Creates the memory of one instance; it is lost with it, and Verify's own limits hold for all instances together. */
export function createRecentSends(options: RecentSendsOptions): RecentSends {
  const { maxPerRecipient, repeatWindowMs = 30_000, maxEntries = 20_000 } = options;
  const nowMs = options.nowMs ?? (() => performance.now());
  const sentAt = new LRUCache<string, number>({ max: maxEntries });
  const running = new Map<string, Promise<unknown>>();
  const cap = createRecipientCap(maxPerRecipient, maxEntries, nowMs);
  const queue = createQueue();

  return {
    send: async (identity, deadline, run) => {
      const key = JSON.stringify([identity.to, identity.code, identity.channel]);
      const same = running.get(key);
      if (same !== undefined) {
        await within(same, deadline);
        return { isRepeat: true, value: null };
      }
      if (nowMs() - (sentAt.get(key) ?? -Infinity) < repeatWindowMs) return { isRepeat: true, value: null };

      const giveBack = cap.take(identity.to);
      const attempt = (async () => {
        try {
          const value = await queue.next(identity.to, deadline, run);
          sentAt.set(key, nowMs());
          return value;
        } catch (error) {
          giveBack();
          throw error;
        } finally {
          running.delete(key);
        }
      })();
      running.set(key, attempt);
      return { isRepeat: false, value: await attempt };
    },
  };
}

/** Counts what was accepted for a recipient in the last 10 minutes, and what is on its way. */
function createRecipientCap(maxPerRecipient: number, maxEntries: number, nowMs: () => number) {
  const takenAt = new LRUCache<string, number[]>({ max: maxEntries });
  return {
    take: (to: string): (() => void) => {
      const now = nowMs();
      const taken = (takenAt.get(to) ?? []).filter((at) => now - at < RECIPIENT_WINDOW_MS);
      if (taken.length >= maxPerRecipient) {
        const oldest = taken[0] ?? now;
        throw new Refusal('rate_limited', { retryAfterSeconds: (oldest + RECIPIENT_WINDOW_MS - now) / 1000 });
      }
      takenAt.set(to, [...taken, now]);
      return () => {
        const left = takenAt.get(to) ?? [];
        const index = left.indexOf(now);
        if (index >= 0) takenAt.set(to, left.toSpliced(index, 1));
      };
    },
  };
}

/** One at a time for each recipient: a second one would cancel at Verify what the first has just started. */
function createQueue() {
  const tails = new Map<string, Promise<unknown>>();
  return {
    next: async <T>(to: string, deadline: Deadline, run: () => Promise<T>): Promise<T> => {
      const before = tails.get(to);
      const turn = Promise.withResolvers<undefined>();
      tails.set(to, Promise.allSettled([before, turn.promise]));
      const tail = tails.get(to);
      try {
        if (before !== undefined) await within(before, deadline);
        return await run();
      } finally {
        turn.resolve(undefined);
        void tail?.then(() => {
          if (tails.get(to) === tail) tails.delete(to);
        });
      }
    },
  };
}

async function within(promise: Promise<unknown>, deadline: Deadline): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Fault('provider_timeout')), deadline.remainingMs());
  });
  try {
    await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
