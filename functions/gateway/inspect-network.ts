import { isUnknownCarrier, type Carrier } from '../domain/carrier.ts';
import { decide } from '../domain/decide.ts';
import { Fault } from '../domain/fault.ts';
import type { PhoneNumber } from '../domain/phone-number.ts';
import { Refusal } from '../domain/refusal.ts';
import { QUESTIONS, type Stop, type Verdict } from '../domain/verdict.ts';
import type { LookupResult } from './ports.ts';
import type { Sending } from './sending.ts';

/** What is known of the network behind a recipient. */
export interface Inspection {
  /** Null where it was not asked, or not answered. */
  readonly carrier: Carrier | null;
  /** What would have blocked the send, were trials in earnest. */
  readonly wouldBlock: Stop | null;
  /** Whether Verify now has nothing pending for the recipient. */
  readonly isCancelled: boolean;
}

const NOT_ASKED = { source: 'skipped', carrier: null } as const;
const UNKNOWN_CARRIER: Stop = { question: 'network', rule: 'UNKNOWN_CARRIER', ruleAction: 'block' };

/**
 * Asks who serves the recipient, where that can change the verdict, and beside it ends what may be pending at Verify:
 * both take about as long, and the end must come before the next start.
 *
 * @throws Refusal `blocked`, `invalid_recipient`, `rate_limited`; Fault `unavailable`, `misconfigured`
 */
export async function inspectNetwork(sending: Sending): Promise<Inspection> {
  const { request, book, ports, note } = sending;
  if (request.recipient.kind === 'email') {
    note({ lookup: 'skipped' });
    return { carrier: null, wouldBlock: null, isCancelled: await cancelPending(sending) };
  }
  const { number } = request.recipient;
  const first = decide(book.rules, book.settings, { number }, ports.now());
  // Before anybody is asked anything.
  if (first.needsLookup) ports.carriers.checkBudget(number);
  const cancelled = cancelPending(sending);
  const lookup = first.needsLookup ? lookUp(number, sending) : Promise.resolve(null);
  // Both have ended before either counts: a cancel that is still on its way would end what the next request starts.
  const [looked] = await Promise.allSettled([lookup, cancelled]);
  const isCancelled = await cancelled;
  if (looked.status === 'rejected') {
    if (looked.reason instanceof Fault) note({ lookup: 'unavailable' });
    throw looked.reason;
  }
  const { source, carrier } = looked.value ?? NOT_ASKED;
  note({ lookup: source });
  if (carrier === null) {
    if (source === 'fresh' || source === 'cached') throw new Refusal('invalid_recipient');
    return { carrier, wouldBlock: accept(first, sending), isCancelled };
  }

  note({ carrier });
  const verdict = decide(book.rules, book.settings, { number, carrier }, ports.now());
  const trial = accept(verdict, sending);
  // Asked whatever a trial says: a monitor rule takes no part in what is blocked.
  const unknown = acceptUnknown(carrier, trial, sending);
  return { carrier, wouldBlock: trial ?? unknown, isCancelled };
}

async function lookUp(
  number: PhoneNumber,
  { ports, policy, deadline, failOpen, note }: Sending,
): Promise<LookupResult> {
  const result = await ports.carriers.carrierOf(number, deadline);
  if (result.source === 'unavailable') {
    note({ lookup: 'unavailable' });
    failOpen.refuseIfDenied(policy.lookupFailure);
    failOpen.spend();
  }
  return result;
}

/** Gives whether it is done; its failure is noted and stops nothing. */
async function cancelPending({ ports, policy, to, deadline, note }: Sending): Promise<boolean> {
  if (policy.resendStrategy !== 'cancel') return false;
  try {
    await ports.verifications.cancelPending(to, deadline);
    return true;
  } catch (error) {
    note({ cancel: error instanceof Fault ? error.code : 'internal' });
    return false;
  }
}

/** Gives what would have blocked; says what blocks, or what an allow rule lets through. */
function accept(verdict: Verdict, { note }: Sending): Stop | null {
  const { blockedBy, wouldBlock } = verdict;
  if (blockedBy !== null) {
    note({ rule: blockedBy.rule, ruleAction: blockedBy.ruleAction });
    throw new Refusal('blocked');
  }
  const allowedBy = QUESTIONS.map((question) => verdict[question]).find(
    ({ action }) => action === 'allow',
  )?.rule;
  if (wouldBlock !== null) note({ rule: wouldBlock.rule, ruleAction: wouldBlock.ruleAction });
  else if (typeof allowedBy === 'string') note({ rule: allowedBy, ruleAction: 'allow' });
  return wouldBlock;
}

function acceptUnknown(carrier: Carrier, trial: Stop | null, { policy, book, note }: Sending): Stop | null {
  if (policy.unknownCarrier === 'allow' || !isUnknownCarrier(carrier)) return null;
  const isBlocked = book.settings.mode !== 'monitor';
  if (isBlocked || trial === null)
    note({ rule: UNKNOWN_CARRIER.rule, ruleAction: UNKNOWN_CARRIER.ruleAction });
  if (isBlocked) throw new Refusal('blocked');
  return UNKNOWN_CARRIER;
}
