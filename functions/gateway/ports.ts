import type { Carrier } from '../domain/carrier.ts';
import type { Channel } from '../domain/channel.ts';
import type { Deadline } from '../domain/deadline.ts';
import type { PhoneNumber } from '../domain/phone-number.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import type { Settings } from '../domain/settings.ts';

/** The operator's rules and settings, as they stand now. */
export interface Rulebook {
  readonly rules: RuleSet;
  readonly settings: Settings;
  /** `missing`: nothing was ever read, or it is too old to be relied on; rules and settings are then the defaults. */
  readonly state: 'fresh' | 'stale' | 'missing';
}

/** Where the operator's rules come from. */
export interface Rules {
  /** Never throws: what cannot be read is `missing`. Takes no longer than the deadline. */
  current(deadline: Deadline): Promise<Rulebook>;
}

/**
 * What is known of a number's network; a null carrier: that no such number exists. `unavailable`: time-out or failure at
 * the provider; the policy decides.
 */
export type LookupResult =
  | { readonly source: 'fresh' | 'cached'; readonly carrier: Carrier | null }
  | { readonly source: 'unavailable'; readonly carrier: null };

/** The paid question who serves a number. */
export interface Carriers {
  /**
   * Says at once, without asking anybody, whether the question may be paid for now. It always may where the answer is
   * known already.
   *
   * @throws Refusal `rate_limited` where too many neighbours of the number were asked about
   */
  checkBudget(number: PhoneNumber): void;

  /**
   * The network that serves a number, and its line type.
   *
   * @throws Refusal `rate_limited` as `checkBudget`
   * @throws Fault `unavailable` when the provider throttles us, `misconfigured` when it refuses our credential:
   *   an attacker can cause the first and nobody should profit from the second, so neither opens the gate
   */
  carrierOf(number: PhoneNumber, deadline: Deadline): Promise<LookupResult>;
}

/** A verification to be started. */
export interface NewVerification {
  /** E.164 number or e-mail address. */
  readonly to: string;
  readonly channel: Channel;
  readonly code: string;
  /** Values by the unique name of the rate limit; may be empty. */
  readonly rateLimits: Readonly<Record<string, string>>;
  readonly deviceIp: string | null;
  readonly locale: string | null;
  /** At most 10 entries of at most 128 characters, without personal data. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Twilio Verify, as far as sending goes. */
export interface Verifications {
  /**
   * Whether Verify is worth a try: nothing is paid for a send that cannot go out. Takes no time while it works, and
   * less than a second while it does not.
   *
   * @throws Fault `unavailable`
   */
  checkAvailable(): Promise<void>;

  /**
   * Starts a verification, which sends the code.
   *
   * @returns how often Verify says it has sent within this verification; 1 for a new one
   * @throws Refusal `invalid_recipient`, `blocked_by_provider`, `rate_limited`, `channel_not_possible` (landline)
   * @throws Fault `misconfigured`, `provider_error`, `provider_timeout`
   */
  start(verification: NewVerification, deadline: Deadline): Promise<{ readonly sendAttempts: number }>;

  /**
   * Ends whatever is pending for a recipient; nothing pending is fine.
   *
   * @throws Fault `misconfigured` when the credential is refused, `provider_timeout`, `provider_error` otherwise
   */
  cancelPending(to: string, deadline: Deadline): Promise<void>;
}
