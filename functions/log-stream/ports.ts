import type { Deadline } from '../domain/deadline.ts';

/**
 * What became of an approval that Verify answered for good: `nothing_pending` means that there was nothing to approve
 * (it is done, expired or was never started), `refused` that it will never be accepted.
 */
export type Approval = 'approved' | 'nothing_pending' | 'refused';

/** Twilio Verify, as far as feedback goes. */
export interface Approvals {
  /**
   * Marks the pending verification of a recipient as approved. Doing it twice changes nothing.
   *
   * @param to - E.164 number or e-mail address
   * @throws Fault when doing it again could help: `unavailable` (throttled, with the seconds to wait where known),
   *   `misconfigured` (credential refused), `provider_error`, `provider_timeout`
   */
  approve(to: string, deadline: Deadline): Promise<Approval>;
}
