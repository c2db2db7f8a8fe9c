import { VerificationListInstance } from 'twilio/lib/rest/verify/v2/service/verification.js';
import { connectResource } from './connect-resource.ts';
import { HttpFailure } from './http-client.ts';
import { TwilioFailure } from './twilio-transport.ts';
import type { TwilioVerifyOptions } from './twilio-verify.ts';

// Well-formed, and given to nobody.
const NO_VERIFICATION = `VE${'0'.repeat(32)}`;
const LIMIT_MS = 2500;

/**
 * Creates the question whether Verify answers at all, which takes 2.5 seconds at most and never throws: it is asked to
 * cancel a verification that does not exist. That sends, costs and changes nothing, and needs no other permission than
 * the cancelling before each send. A refusal, usually 404, is an answer.
 *
 * @see https://www.twilio.com/docs/verify/api/verification#update-a-verification-status
 */
export function createVerifyProbe({ transport, serviceSid }: TwilioVerifyOptions): () => Promise<boolean> {
  return async () => {
    const connection = transport.connect('verify', LIMIT_MS);
    try {
      const verification = connectResource(VerificationListInstance, connection, serviceSid)(NO_VERIFICATION);
      await verification.update({ status: 'canceled' });
      return true;
    } catch (error) {
      return isAnswer(error);
    }
  };
}

/** Success that cannot be read, or a refusal; neither what a proxy says in Verify's place nor its own outage. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof TwilioFailure || error instanceof HttpFailure) || error.status === null)
    return false;
  const { status } = error;
  if (status >= 200 && status < 300) return true;
  return status >= 400 && status < 500 && status !== 408;
}
