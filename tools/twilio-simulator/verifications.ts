import { randomInt } from 'node:crypto';
import type { AttemptStore } from './attempt-store.ts';
import type { BoundedLog } from './bounded-log.ts';
import { createFaultOf } from './create-faults.ts';
import { isProcessed } from './fault.ts';
import { factsOf, type NumberFacts } from './numbers.ts';
import type { Call, Handler, Reply } from './reply.ts';
import type { Service, ServiceStore } from './service-store.ts';
import type { Settings } from './settings.ts';
import type { StartLimits } from './start-limits.ts';
import { invalidParameter, notFound, twilioError } from './twilio-error.ts';
import { verificationAnswer } from './verification-answer.ts';
import { parseVerificationParameters, type VerificationRequest } from './verification-parameters.ts';
import type { Verification, VerificationStore } from './verification-store.ts';

/** A message or call as it reached the recipient. */
export interface Delivered {
  readonly channel: string;
  readonly to: string;
  readonly code: string;
  readonly text: string;
  /** Time at the simulated Twilio. */
  readonly at: Date;
  readonly verificationSid: string;
}

/** What the operations on verifications work with. */
export interface VerificationsContext {
  readonly accountSid: string;
  readonly settings: () => Settings;
  readonly nowMs: () => number;
  readonly services: ServiceStore;
  readonly verifications: VerificationStore;
  readonly attempts: AttemptStore;
  readonly startLimits: StartLimits;
  readonly delivered: BoundedLog<Delivered>;
}

/** The operations on verifications. */
export interface Verifications {
  readonly create: Handler;
  readonly fetch: Handler;
  readonly update: Handler;
}

const MAX_SENDS = 5;

/** Makes the operations on verifications. */
export function createVerifications(context: VerificationsContext): Verifications {
  return {
    create: (call) => create(context, call),
    fetch: (call) => withPending(context, call, (_service, verification) => verification),
    update: (call) => {
      const status = call.params['Status'] ?? '';
      if (status !== 'approved' && status !== 'canceled') return invalidParameter('Status', status);
      return withPending(context, call, (_service, verification) => {
        context.verifications.end(verification, status);
        if (status === 'approved') convert(verification);
        return verification;
      });
    },
  };
}

function withPending(
  context: VerificationsContext,
  call: Call,
  act: (service: Service, verification: Verification) => Verification,
): Reply {
  const service = context.services.get(call.ids[0] ?? '');
  const verification = service && context.verifications.pending(service.sid, call.ids[1] ?? '');
  if (service === undefined || verification === undefined) return notFound(call.path);
  return show(context, service, act(service, verification), call, 200);
}

// Feedback says that the newest code was used; earlier messages of the verification led nowhere.
function convert({ attempts, updatedAtMs }: Verification): void {
  const newest = attempts.at(-1);
  if (newest === undefined) return;
  newest.isConverted = true;
  newest.updatedAtMs = updatedAtMs;
}

function create(context: VerificationsContext, call: Call): Reply {
  const service = context.services.get(call.ids[0] ?? '');
  if (service === undefined) return notFound(call.path);
  const parsed = parseVerificationParameters(call.params, service);
  if ('reply' in parsed) return parsed.reply;
  const { request } = parsed;
  const fault = createFaultOf(request.to, request.channel);
  if (fault !== undefined && !isProcessed(fault)) return { status: 200, body: null, fault };
  const reached = context.startLimits.take(service, request.rateLimits);
  if (reached !== null) {
    const { uniqueName, retryAfterSeconds } = reached;
    const headers = { 'Twilio-Reached-Rate-Limit': uniqueName, 'Retry-After': String(retryAfterSeconds) };
    return twilioError(20429, { headers });
  }
  const pending = context.verifications.pending(service.sid, request.to);
  if ((pending?.attempts.length ?? 0) >= MAX_SENDS) return twilioError(60203);
  const verification = send(context, service, request, pending);
  const reply = show(context, service, verification, call, 201);
  return fault === undefined ? reply : { ...reply, fault };
}

function send(
  context: VerificationsContext,
  service: Service,
  request: VerificationRequest,
  pending: Verification | undefined,
): Verification {
  const { to, channel, locale } = request;
  const code = request.code ?? makeCode(service.codeLength);
  const verification = pending ?? context.verifications.start(service.sid, to, channel, code);
  const now = context.nowMs();
  verification.channel = channel;
  verification.updatedAtMs = now;
  if (request.code !== null && context.settings().resend === 'take-new-code') verification.code = code;
  const attempt = context.attempts.add({
    serviceSid: service.sid,
    verificationSid: verification.sid,
    to,
    channel,
    locale,
    codeLength: verification.code.length,
    facts: numberFacts(context, to),
    createdAtMs: now,
    expiresAtMs: verification.expiresAtMs,
  });
  verification.attempts.push(attempt);
  context.delivered.add({
    channel,
    to,
    code: verification.code,
    text: `Your ${service.friendlyName} verification code is: ${verification.code}`,
    at: new Date(now),
    verificationSid: verification.sid,
  });
  return verification;
}

function makeCode(length: number): string {
  return String(randomInt(10 ** length)).padStart(length, '0');
}

function numberFacts(context: VerificationsContext, to: string): NumberFacts | null {
  return to.startsWith('+') ? factsOf(to, context.settings().numbers) : null;
}

function show(
  context: VerificationsContext,
  service: Service,
  verification: Verification,
  { origin }: Call,
  status: number,
): Reply {
  const facts = service.lookupEnabled ? numberFacts(context, verification.to) : null;
  return {
    status,
    body: verificationAnswer(verification, { accountSid: context.accountSid, origin, facts }),
  };
}
