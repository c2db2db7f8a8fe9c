import type { Attempt } from './attempt-store.ts';
import { createBoundedLog } from './bounded-log.ts';
import { newSid } from './new-sid.ts';

/** How a verification ended, or `pending`. */
export type VerificationStatus = 'pending' | 'approved' | 'canceled' | 'expired';

/** One verification. */
export interface Verification {
  readonly sid: string;
  readonly serviceSid: string;
  readonly to: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  updatedAtMs: number;
  channel: string;
  code: string;
  status: VerificationStatus;
  readonly attempts: Attempt[];
}

/** The verifications of the account. */
export interface VerificationStore {
  /** Those that began, oldest first, up to a bound; also those that ended. */
  readonly history: readonly Verification[];
  /**
   * The one that is pending.
   *
   * @param id - its SID, or the number or address that it is for
   */
  pending(serviceSid: string, id: string): Verification | undefined;
  start(serviceSid: string, to: string, channel: string, code: string): Verification;
  /** Ends a pending one: it is not found again. */
  end(verification: Verification, status: 'approved' | 'canceled'): void;
  clear(): void;
}

// Twilio's 10 minutes, counted from the first message.
const VERIFICATION_LIFE_MS = 600_000;

/**
 * Starts empty.
 *
 * @param maxEntries - how many are remembered once they ended
 */
export function createVerificationStore(maxEntries: number, nowMs: () => number): VerificationStore {
  const history = createBoundedLog<Verification>(maxEntries);
  // In the order of their start, so that those that expire are always in front.
  const pendingBySid = new Map<string, Verification>();
  const pendingByRecipient = new Map<string, Verification>();

  const remove = ({ sid, serviceSid, to }: Verification): void => {
    pendingBySid.delete(sid);
    pendingByRecipient.delete(keyOf(serviceSid, to));
  };
  const expire = (): void => {
    const now = nowMs();
    for (const verification of pendingBySid.values()) {
      if (verification.expiresAtMs > now) return;
      verification.status = 'expired';
      remove(verification);
    }
  };

  return {
    history: history.entries,
    pending: (serviceSid, id) => {
      expire();
      const found = pendingByRecipient.get(keyOf(serviceSid, id)) ?? pendingBySid.get(id);
      return found?.serviceSid === serviceSid ? found : undefined;
    },
    start: (serviceSid, to, channel, code) => {
      const now = nowMs();
      const times = { createdAtMs: now, updatedAtMs: now, expiresAtMs: now + VERIFICATION_LIFE_MS };
      const identity = { sid: newSid('VE'), serviceSid, to, channel, code };
      const verification: Verification = { ...identity, ...times, status: 'pending', attempts: [] };
      history.add(verification);
      pendingBySid.set(verification.sid, verification);
      pendingByRecipient.set(keyOf(serviceSid, to), verification);
      return verification;
    },
    end: (verification, status) => {
      verification.status = status;
      verification.updatedAtMs = nowMs();
      remove(verification);
    },
    clear: () => {
      history.clear();
      pendingBySid.clear();
      pendingByRecipient.clear();
    },
  };
}

function keyOf(serviceSid: string, to: string): string {
  return `${serviceSid}|${to}`;
}
