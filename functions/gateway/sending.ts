import type { Channel } from '../domain/channel.ts';
import type { Deadline } from '../domain/deadline.ts';
import type { RateLimit } from '../domain/rate-limit-values.ts';
import type { FailOpenBudget } from './fail-open-budget.ts';
import type { FailOpen, FailurePolicy } from './fail-open.ts';
import type { Carriers, Rulebook, Rules, Verifications } from './ports.ts';
import type { RecentSends } from './recent-sends.ts';
import type { SendFacts } from './send-facts.ts';
import type { SendRequest } from './send-request.ts';

/** What the use case needs of the world. */
export interface SendCodePorts {
  readonly rules: Rules;
  readonly carriers: Carriers;
  readonly verifications: Verifications;
  readonly recentSends: RecentSends;
  readonly failOpenBudget: FailOpenBudget;
  /** The wall clock, by which rules expire. */
  readonly now: () => Date;
}

/** What the configuration decides. */
export interface SendCodePolicy {
  readonly enabledChannels: readonly Channel[];
  readonly defaultChannel: Channel;
  readonly rateLimits: readonly RateLimit[];
  /** `cancel` ends what is pending before each send, so that Verify takes the new code. */
  readonly resendStrategy: 'cancel' | 'reuse';
  /** Whether to send while no rules could ever be read. */
  readonly blocklistFailure: FailurePolicy;
  /** Whether to send where Lookup timed out or failed. */
  readonly lookupFailure: FailurePolicy;
  /** Whether to send where Lookup does not know the network. */
  readonly unknownCarrier: FailurePolicy;
}

/** One request on its way. */
export interface Sending {
  readonly ports: SendCodePorts;
  readonly policy: SendCodePolicy;
  readonly request: SendRequest;
  readonly to: string;
  readonly book: Rulebook;
  readonly deadline: Deadline;
  readonly failOpen: FailOpen;
  readonly note: (facts: Partial<SendFacts>) => void;
}
