import type { Carrier } from '../../functions/domain/carrier.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';
import type { PhoneNumber } from '../../functions/domain/phone-number.ts';
import type { Stop } from '../../functions/domain/verdict.ts';
import { createFailOpenBudget } from '../../functions/gateway/fail-open-budget.ts';
import type { Carriers, LookupResult, Rulebook } from '../../functions/gateway/ports.ts';
import { createRecentSends } from '../../functions/gateway/recent-sends.ts';
import { createSendCode } from '../../functions/gateway/send-code.ts';
import type { SendFacts } from '../../functions/gateway/send-facts.ts';
import type { SendRequest } from '../../functions/gateway/send-request.ts';
import type { SendCodePolicy } from '../../functions/gateway/sending.ts';

/** What is tried. */
export interface TrySendingOptions {
  readonly number: PhoneNumber;
  readonly book: Rulebook;
  /** Null leaves the Lookup out: network and line type then pass. */
  readonly carriers: Carriers | null;
  readonly policy: SendCodePolicy;
  readonly now: () => Date;
}

/** How the gateway's own use case ended. */
export interface Trial {
  /** What it threw: a `Refusal` or a `Fault`; null where it would have sent. */
  readonly error: unknown;
  readonly wouldBlock: Stop | null;
  /** What the log line would say. */
  readonly facts: Partial<SendFacts>;
  /** Null where Lookup was not asked, or has thrown. */
  readonly lookup: LookupResult | null;
  /** Whether the Lookup was called for, be it left out or not. */
  readonly needsLookup: boolean;
}

const DEADLINE_MS = 15_000;
const NOTHING_KNOWN: Carrier = { mcc: null, mnc: null, name: null, lineType: null };

/**
 * Runs the gateway's own use case with Verify left out: nothing is sent and nothing is cancelled, and what it decides
 * is what the gateway would decide, with nothing sent of late.
 */
export async function trySending(options: TrySendingOptions): Promise<Trial> {
  const { number, book, carriers, policy, now } = options;
  let facts: Partial<SendFacts> = {};
  let lookup: LookupResult | null = null;
  let needsLookup = false;
  const sendCode = createSendCode(
    {
      rules: { current: () => Promise.resolve(book) },
      carriers: {
        checkBudget: () => undefined,
        carrierOf: async (asked, deadline) => {
          needsLookup = true;
          if (carriers === null) return { source: 'fresh', carrier: NOTHING_KNOWN };
          lookup = await carriers.carrierOf(asked, deadline);
          return lookup;
        },
      },
      verifications: {
        checkAvailable: () => Promise.resolve(),
        cancelPending: () => Promise.resolve(),
        start: () => Promise.resolve({ sendAttempts: 1 }),
      },
      recentSends: createRecentSends({ maxPerRecipient: 1 }),
      failOpenBudget: createFailOpenBudget(1),
      now,
    },
    // A Lookup that fails is told as such, whatever would be done about it; one that is left out is no unknown carrier.
    {
      ...policy,
      lookupFailure: 'allow',
      unknownCarrier: carriers === null ? 'allow' : policy.unknownCarrier,
    },
  );
  const request = aRequestTo(number);
  const note = (more: Partial<SendFacts>): void => {
    facts = { ...facts, ...more };
  };
  try {
    const { wouldBlock } = await sendCode(request, createDeadline(DEADLINE_MS), note);
    return { error: null, wouldBlock, facts, lookup, needsLookup };
  } catch (error) {
    return { error, wouldBlock: null, facts, lookup, needsLookup };
  }
}

function aRequestTo(number: PhoneNumber): SendRequest {
  return {
    recipient: { kind: 'phone', number },
    code: '000000',
    channel: null,
    locale: null,
    clientIp: null,
    app: null,
    messageType: null,
    door: 'action',
  };
}
