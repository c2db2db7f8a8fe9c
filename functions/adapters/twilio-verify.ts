import { setTimeout as sleep } from 'node:timers/promises';
import { VerificationListInstance } from 'twilio/lib/rest/verify/v2/service/verification.js';
import { createDeadline, type Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import type { NewVerification, Verifications } from '../gateway/ports.ts';
import type { Approvals } from '../log-stream/ports.ts';
import { connectResource } from './connect-resource.ts';
import { HttpFailure } from './http-client.ts';
import { translateTwilioError } from './twilio-errors.ts';
import { TwilioFailure, type TwilioTransport } from './twilio-transport.ts';

/** Which service is used, and how. */
export interface TwilioVerifyOptions {
  readonly transport: TwilioTransport;
  /** `VA…` */
  readonly serviceSid: string;
}

/** How verifications are started. */
export interface TwilioVerificationsOptions extends TwilioVerifyOptions {
  /** At least 0, less than 1; default `Math.random`. */
  readonly random?: () => number;
  /** Waits that many milliseconds; default: a timer. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

type Failure = TwilioFailure | HttpFailure;

const START_LIMIT_MS = 8000;
const CANCEL_LIMIT_MS = 2500;
const APPROVE_LIMIT_MS = 8000;
const RETRY_AFTER_MS = { least: 100, most: 300 };
// A second attempt with less time than this would end with an unknown outcome, which is worse than a known failure.
const LEAST_ATTEMPT_MS = 1000;
const LEAST_FIRST_ATTEMPT_MS = 500;
const TOO_MANY_REQUESTS = 20429;

/**
 * Creates the part of Verify that sends codes, over the `twilio` package's own resources.
 *
 * A start takes 8 seconds at most, its one repetition included. It is repeated only where Twilio surely sent nothing:
 * not reached at all, answered 503, or throttled by the account's concurrency (20429 without a programmable limit); after
 * 100 to 300 ms, or what Twilio asks for and as much more, if at least a second is left then.
 *
 * @see https://www.twilio.com/docs/verify/api/verification
 * @see https://www.twilio.com/docs/api/errors/20429
 */
export function createTwilioVerifications(options: TwilioVerificationsOptions): Verifications {
  const { random = Math.random, wait = sleep } = options;

  const startOnce = async (verification: NewVerification, timeoutMs: number) => {
    try {
      const started = await verificationsOf(options, timeoutMs).create(parametersOf(verification));
      const attempts: unknown = started.sendCodeAttempts;
      return { sendAttempts: Array.isArray(attempts) ? Math.max(1, attempts.length) : 1 };
    } catch (error) {
      // The code is on its way, whatever the rest of the answer was to be.
      if (isFailure(error) && wasAccepted(error)) return { sendAttempts: 1 };
      throw error;
    }
  };

  return {
    checkAvailable: () => Promise.resolve(),
    start: async (verification, deadline) => {
      const limit = createDeadline(Math.min(START_LIMIT_MS, deadline.remainingMs()));
      // A start that cannot end in time is better not begun: the code would arrive, and the caller would send another.
      if (limit.remainingMs() < LEAST_FIRST_ATTEMPT_MS) throw new Fault('provider_timeout');
      try {
        return await startOnce(verification, limit.remainingMs());
      } catch (error) {
        if (!isFailure(error)) throw error;
        const pauseMs = pauseBeforeRetry(error, random);
        const isHopeless = pauseMs === null || pauseMs + LEAST_ATTEMPT_MS > limit.remainingMs();
        if (isHopeless) throw translateTwilioError(error);
        await wait(pauseMs);
      }
      try {
        return await startOnce(verification, limit.remainingMs());
      } catch (error) {
        throw isFailure(error) ? translateTwilioError(error) : error;
      }
    },

    cancelPending: async (to, deadline) => {
      const limit = createDeadline(Math.min(CANCEL_LIMIT_MS, deadline.remainingMs()));
      try {
        await repeatedOnce(() => setStatus(options, to, 'canceled', limit));
      } catch (error) {
        if (!isFailure(error)) throw error;
        if (wasAccepted(error) || error.status === 404) return;
        throw faultOf(error, 'provider_error');
      }
    },
  };
}

/**
 * Creates the part of Verify that takes feedback, over the `twilio` package's own resources.
 *
 * An approval takes 8 seconds at most and is not repeated here.
 *
 * @see https://www.twilio.com/docs/verify/api/verification#update-a-verification-status
 */
export function createTwilioApprovals(options: TwilioVerifyOptions): Approvals {
  return {
    approve: async (to, deadline) => {
      const limit = createDeadline(Math.min(APPROVE_LIMIT_MS, deadline.remainingMs()));
      try {
        await setStatus(options, to, 'approved', limit);
        return 'approved';
      } catch (error) {
        if (!isFailure(error)) throw error;
        if (wasAccepted(error)) return 'approved';
        if (error.status === 404) return 'nothing_pending';
        if (isRefusedForGood(error)) return 'refused';
        throw faultOf(error, 'unavailable');
      }
    },
  };
}

function verificationsOf({ transport, serviceSid }: TwilioVerifyOptions, timeoutMs: number) {
  return connectResource(VerificationListInstance, transport.connect('verify', timeoutMs), serviceSid);
}

function parametersOf(verification: NewVerification) {
  const { to, channel, code, rateLimits, deviceIp, locale, tags } = verification;
  return {
    to,
    channel,
    customCode: code,
    ...(Object.keys(rateLimits).length > 0 && { rateLimits: JSON.stringify(rateLimits) }),
    ...(deviceIp !== null && { deviceIp }),
    ...(locale !== null && { locale }),
    ...(Object.keys(tags).length > 0 && { tags: JSON.stringify(tags) }),
  };
}

async function setStatus(
  options: TwilioVerifyOptions,
  to: string,
  status: 'approved' | 'canceled',
  limit: Deadline,
): Promise<void> {
  // The package puts the recipient into the path as it is.
  const verification = verificationsOf(options, limit.remainingMs())(encodeURIComponent(to));
  await verification.update({ status });
}

/** Setting a status twice does no harm, and a connection that was unused for a while may be dead. */
async function repeatedOnce(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof HttpFailure) || error.kind === 'timeout' || error.status !== null) throw error;
    await act();
  }
}

function pauseBeforeRetry(failure: Failure, random: () => number): number | null {
  if (!surelySentNothing(failure)) return null;
  const askedMs = failure instanceof TwilioFailure ? (failure.retryAfterSeconds ?? 0) * 1000 : 0;
  const { least, most } = RETRY_AFTER_MS;
  return Math.round(askedMs + least + random() * (most - least));
}

function surelySentNothing(failure: Failure): boolean {
  if (failure instanceof HttpFailure) return failure.kind === 'unreachable';
  if (failure.status === 503) return true;
  return failure.code === TOO_MANY_REQUESTS && !failure.reachedRateLimit;
}

function isFailure(error: unknown): error is Failure {
  return error instanceof TwilioFailure || error instanceof HttpFailure;
}

/** Twilio said 2xx, even if the rest of its answer was late, broken or unreadable. */
function wasAccepted({ status }: Failure): boolean {
  return status !== null && status >= 200 && status < 300;
}

function isRefusedForGood({ status }: Failure): boolean {
  if (status === null || status < 400 || status >= 500) return false;
  return ![401, 403, 408, 429].includes(status);
}

function faultOf(failure: Failure, whenThrottled: 'unavailable' | 'provider_error'): Error {
  if (failure instanceof HttpFailure) return translateTwilioError(failure);
  const { status, code, retryAfterSeconds } = failure;
  const details = {
    cause: failure,
    twilioCode: code ?? undefined,
    retryAfterSeconds: retryAfterSeconds ?? undefined,
  };
  if (status === 401 || status === 403) return new Fault('misconfigured', details);
  if (status === 429) return new Fault(whenThrottled, details);
  return new Fault(status === 408 ? 'provider_timeout' : 'provider_error', details);
}
