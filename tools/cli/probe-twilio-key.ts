import { TwilioFailure } from '../../functions/adapters/twilio-transport.ts';
import { isRefusedCredential, type TwilioAdmin } from './twilio-admin.ts';

/** What a key may do. */
export interface TwilioPermissions {
  /** Start verifications. */
  readonly create: boolean;
  /** Approve and cancel them. */
  readonly update: boolean;
  /** Ask Lookup. */
  readonly lookup: boolean;
  /** Read what became of verifications. */
  readonly attempts: boolean;
}

// Reserved for fiction, so it has nothing pending and nobody is called.
const NOBODY = '+12025550100';

/**
 * Finds out what a key may do, without any message and any cost: a verification without a recipient is refused for that
 * reason only if the key may start one; an update finds nothing pending; a Lookup without packages is free; reading is.
 *
 * @throws TwilioFailure when Twilio itself fails, CliProblem when it does not answer
 */
export async function probeTwilioKey(admin: TwilioAdmin, serviceSid: string): Promise<TwilioPermissions> {
  const verifications = `/v2/Services/${serviceSid}/Verifications`;
  const number = encodeURIComponent(NOBODY);
  return {
    create: await isPermitted(() => admin.post(verifications, { Channel: 'sms' })),
    update: await isPermitted(() => admin.post(`${verifications}/${number}`, { Status: 'canceled' })),
    lookup: await isPermitted(() => admin.lookup(`/v2/PhoneNumbers/${number}`)),
    attempts: await isPermitted(() => admin.get(`/v2/Attempts?VerifyServiceSid=${serviceSid}&PageSize=1`)),
  };
}

async function isPermitted(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (isRefusedCredential(error)) return false;
    const isOfCaller = error instanceof TwilioFailure && error.status >= 400 && error.status < 500;
    if (isOfCaller) return true;
    throw error;
  }
}
