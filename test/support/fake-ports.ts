import type { Carrier } from '../../functions/domain/carrier.ts';
import { createDeadline, type Deadline } from '../../functions/domain/deadline.ts';
import { Fault } from '../../functions/domain/fault.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { createRuleSet } from '../../functions/domain/rule-set.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../functions/domain/settings.ts';
import { createFailOpen } from '../../functions/gateway/fail-open.ts';
import { createFailOpenBudget } from '../../functions/gateway/fail-open-budget.ts';
import type { LookupResult, NewVerification, Rulebook } from '../../functions/gateway/ports.ts';
import { createRecentSends } from '../../functions/gateway/recent-sends.ts';
import type { SendFacts } from '../../functions/gateway/send-facts.ts';
import type { SendRequest } from '../../functions/gateway/send-request.ts';
import type { SendCodePolicy, SendCodePorts, Sending } from '../../functions/gateway/sending.ts';
import { aCarrier, aRule, NOW } from '../unit/domain/some-rules.ts';

/** What the world is like; what a test does not name must not be asked for. */
export interface WorldOptions {
  /** As `aRule` reads them. */
  readonly rules?: readonly string[];
  readonly settings?: Partial<Settings>;
  readonly state?: Rulebook['state'];
  /** What Lookup knows; without it Lookup must not be asked. */
  readonly carrier?: Partial<Carrier> | 'invalid' | 'unavailable' | Error;
  /** Why Lookup may not be paid for; by default it may. */
  readonly budget?: Error;
  /** What cancelling ends with; by default well. */
  readonly cancel?: Error;
  /** What each start gives: how often Verify says it has sent, or a failure. By default one start is expected. */
  readonly starts?: readonly (number | Error)[];
  readonly failOpenPerMinute?: number;
  readonly maxPerRecipient?: number;
  /** Holds a call until it is resolved. */
  readonly hold?: Partial<Record<'cancel' | 'lookup' | 'start', Promise<unknown>>>;
}

/** A world that keeps what it was asked. */
export interface World {
  readonly ports: SendCodePorts;
  /** Begins and ends of calls, in their order: `rules`, `cancel`, `cancel ended`, `lookup`, `start sms` … */
  readonly calls: string[];
  readonly started: NewVerification[];
  /** Whom Lookup and the cancelling were asked about. */
  readonly asked: string[];
  /** The deadlines that calls were given. */
  readonly deadlines: Deadline[];
  /** Moves the monotonic clock. */
  pass(ms: number): void;
}

/** The configuration where nothing is set, but with every phone channel there if asked for. */
export const DEFAULT_POLICY: SendCodePolicy = {
  enabledChannels: ['sms'],
  defaultChannel: 'sms',
  rateLimits: [{ name: 'ip_and_phone', kind: 'ip_and_phone' }],
  resendStrategy: 'cancel',
  blocklistFailure: 'allow',
  lookupFailure: 'allow',
  unknownCarrier: 'allow',
};

/** Creates a world. */
export function createWorld(options: WorldOptions = {}): World {
  const { state = 'fresh', starts = [1], hold = {} } = options;
  const calls: string[] = [];
  const started: NewVerification[] = [];
  const asked: string[] = [];
  const deadlines: Deadline[] = [];
  const results = [...starts];
  let nowMs = 0;

  const call = async <T>(
    name: string,
    deadline: Deadline,
    held: Promise<unknown> | undefined,
    give: () => T,
  ) => {
    calls.push(name);
    deadlines.push(deadline);
    await held;
    try {
      return await Promise.resolve(give());
    } finally {
      calls.push(`${name} ended`);
    }
  };
  const ports: SendCodePorts = {
    rules: {
      current: (deadline) => {
        calls.push('rules');
        deadlines.push(deadline);
        return Promise.resolve({
          rules: createRuleSet((options.rules ?? []).map(aRule)),
          settings: { ...DEFAULT_SETTINGS, ...options.settings },
          state,
        });
      },
    },
    carriers: {
      checkBudget: () => throwIfError(options.budget),
      carrierOf: ({ e164 }, deadline) => {
        asked.push(`lookup ${e164}`);
        return call('lookup', deadline, hold.lookup, () => lookupResult(options.carrier));
      },
    },
    verifications: {
      checkAvailable: () => Promise.resolve(),
      cancelPending: (to, deadline) => {
        asked.push(`cancel ${to}`);
        return call('cancel', deadline, hold.cancel, () => throwIfError(options.cancel));
      },
      start: (verification, deadline) => {
        started.push(verification);
        return call(`start ${verification.channel}`, deadline, hold.start, () => {
          const result =
            results.shift() ?? new Error('nothing told the fake that it would be asked to start');
          if (typeof result === 'number') return { sendAttempts: result };
          throw result;
        });
      },
    },
    recentSends: createRecentSends({ maxPerRecipient: options.maxPerRecipient ?? 10, nowMs: () => nowMs }),
    failOpenBudget: createFailOpenBudget(options.failOpenPerMinute ?? 60, () => nowMs),
    now: () => NOW,
  };
  return { ports, calls, started, asked, deadlines, pass: (ms) => (nowMs += ms) };
}

/** One request on its way through a world, and what was noted of it. */
export async function aSending(
  world: World,
  request: SendRequest,
  policy: Partial<SendCodePolicy> = {},
): Promise<{ readonly sending: Sending; readonly noted: () => Partial<SendFacts> }> {
  const deadline = createDeadline(15_000);
  let noted: Partial<SendFacts> = {};
  const { recipient } = request;
  const sending: Sending = {
    ports: world.ports,
    policy: { ...DEFAULT_POLICY, ...policy },
    request,
    to: recipient.kind === 'phone' ? recipient.number.e164 : recipient.address,
    book: await world.ports.rules.current(deadline),
    deadline,
    failOpen: createFailOpen(world.ports.failOpenBudget),
    note: (facts) => (noted = { ...noted, ...facts }),
  };
  return { sending, noted: () => noted };
}

/** How a promise ended: its value, or the code of a refusal or fault; any other error is passed on. */
export async function endOf<T>(promise: Promise<T>): Promise<T | string> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Refusal || error instanceof Fault) return error.code;
    throw error;
  }
}

function lookupResult(carrier: WorldOptions['carrier']): LookupResult {
  if (carrier === undefined) throw new Error('nothing told the fake that Lookup would be asked');
  if (carrier === 'unavailable') return { source: 'unavailable', carrier: null };
  if (carrier === 'invalid') return { source: 'fresh', carrier: null };
  if (carrier instanceof Error) throw carrier;
  return { source: 'fresh', carrier: aCarrier(carrier) };
}

function throwIfError(error: Error | undefined): void {
  if (error !== undefined) throw error;
}
