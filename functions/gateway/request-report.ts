import { ipPrefix } from '../domain/client-network.ts';
import { Fault } from '../domain/fault.ts';
import { maskPhoneNumber } from '../domain/mask-phone-number.ts';
import { maskRuleId } from '../domain/mask-rule-id.ts';
import { Refusal } from '../domain/refusal.ts';
import { failureCodeOf } from '../http/answer.ts';
import { describeError } from '../http/describe-error.ts';
import type { Log, LogEvent, LogFields, Severity } from '../http/log.ts';
import type { RequestHead } from '../http/request-head.ts';
import type { Caller } from './authenticate.ts';
import type { KnownOfRequest } from './request.ts';
import type { SendOutcome } from './send-code.ts';
import type { SendFacts } from './send-facts.ts';
import type { Recipient } from './send-request.ts';

/** Gathers what the log line of one request says, and writes it. */
export interface RequestReport {
  authenticated(caller: Caller): void;
  /** What is known of the request, while it is parsed. */
  readonly read: (known: KnownOfRequest) => void;
  /** The request was in order. */
  parsed(): void;
  readonly note: (facts: Partial<SendFacts>) => void;
  /** Writes the line of a request that was answered 200. */
  sent(outcome: SendOutcome): void;
  /** Writes the line of one that was not; `isSuppressed` where the caller is told that it was. */
  failed(error: unknown, isSuppressed: boolean): void;
}

/** How far a request came: its network was asked for only once all that the request says was in order. */
type Progress = 'unread' | 'parsed' | 'inspected';

// Twilio itself stopped sending, after a review or for a whole country: only a person can mend that, with Twilio.
const BLOCKED_BY_REVIEW = 60238;

interface Line {
  readonly severity: Severity;
  readonly event: LogEvent;
  readonly message: string;
}

/**
 * Begins the report of an authenticated request.
 *
 * @param options.pseudonym - as in the options of the handler
 */
export function createRequestReport(
  head: RequestHead,
  { log, pseudonym }: { readonly log: Log; readonly pseudonym: (to: string) => string | undefined },
): RequestReport {
  const { requestId, trace } = head;
  let fields: LogFields = { requestId, trace };
  let progress: Progress = 'unread';
  let cancel: string | undefined;

  const write = ({ severity, event, message }: Line, last: LogFields): void => {
    const durationMs = Math.round(performance.now() - head.receivedAtMs);
    log(severity, event, message, { ...fields, durationMs, ...last });
    if (cancel === 'misconfigured') logRefusedCancel(log, head);
  };

  return {
    authenticated: ({ token }) => {
      if (token === null) return;
      const { ageSeconds, names } = token;
      fields = { ...fields, tokenClaims: names, ...(ageSeconds === null ? {} : { tokenAge: ageSeconds }) };
    },
    read: (known) => {
      fields = { ...fields, ...fieldsOf(known, pseudonym) };
    },
    parsed: () => {
      progress = 'parsed';
    },
    note: (facts) => {
      cancel = facts.cancel ?? cancel;
      if (facts.carrier !== undefined) progress = 'inspected';
      fields = { ...fields, ...fieldsOfFacts(facts) };
    },
    sent: (outcome) => {
      write(lineOf(outcome), { outcome: outcome.outcome, code: outcome.outcome });
      if (!outcome.isReused) return;
      log('WARNING', 'otp.reused', 'Verify sent again within a verification that was cancelled', fields);
    },
    failed: (error, isSuppressed) => {
      const code = failureCodeOf(error);
      const twilioCode = error instanceof Refusal || error instanceof Fault ? error.twilioCode : undefined;
      write(lineOfFailure(error, progress, isSuppressed), {
        outcome: isSuppressed ? 'suppressed' : code,
        code,
        ...(twilioCode === undefined ? {} : { twilioCode }),
        ...(code === 'internal' ? { error: describeError(error) } : {}),
      });
    },
  };
}

function logRefusedCancel(log: Log, { requestId, trace }: RequestHead): void {
  const message = 'Twilio refuses our credential for cancelling';
  log('ERROR', 'config.fault', message, { requestId, trace, code: 'misconfigured' });
}

function fieldsOf(
  { door, clientIp, recipient, app }: KnownOfRequest,
  pseudonym: (to: string) => string | undefined,
): LogFields {
  const prefix = clientIp ? ipPrefix(clientIp) : null;
  return {
    ...(door === undefined ? {} : { door }),
    ...(prefix === null ? {} : { ipPrefix: prefix }),
    ...(recipient === undefined ? {} : fieldsOfRecipient(recipient, pseudonym)),
    ...(app ? { app } : {}),
  };
}

function fieldsOfRecipient(recipient: Recipient, pseudonym: (to: string) => string | undefined): LogFields {
  const isPhone = recipient.kind === 'phone';
  const numberKey = pseudonym(isPhone ? recipient.number.e164 : recipient.address);
  return {
    ...(isPhone ? { number: maskPhoneNumber(recipient.number.e164), country: recipient.number.country } : {}),
    ...(numberKey === undefined ? {} : { numberKey }),
  };
}

function fieldsOfFacts({ rule, carrier, ...facts }: Partial<SendFacts>): LogFields {
  return {
    ...facts,
    ...(rule === undefined ? {} : { rule: maskRuleId(rule) }),
    ...(carrier === undefined
      ? {}
      : { mcc: carrier.mcc, mnc: carrier.mnc, carrier: carrier.name, lineType: carrier.lineType }),
  };
}

function lineOf({ outcome, wouldBlock }: SendOutcome): Line {
  if (outcome === 'duplicate') {
    return { severity: 'INFO', event: 'otp.duplicate', message: 'The same code was just sent' };
  }
  if (wouldBlock !== null) {
    return {
      severity: 'NOTICE',
      event: 'otp.monitored',
      message: 'A code was sent that a trial would block',
    };
  }
  return { severity: 'INFO', event: 'otp.sent', message: 'A code was sent' };
}

function lineOfFailure(error: unknown, progress: Progress, isSuppressed: boolean): Line {
  const isRefusal = error instanceof Refusal;
  if (isRefusal && error.code === 'blocked' && isSuppressed) {
    return {
      severity: 'NOTICE',
      event: 'otp.suppressed',
      message: 'A block was answered as if the code were sent',
    };
  }
  if (isRefusal && error.code === 'blocked') {
    return { severity: 'NOTICE', event: 'otp.blocked', message: 'A rule stopped a code' };
  }
  if (isRefusal && isByShape(error, progress)) {
    const severity = error.code === 'unauthenticated' ? 'WARNING' : 'INFO';
    return { severity, event: 'request.refused', message: 'A request was turned away' };
  }
  const severity = isRefusal && error.twilioCode !== BLOCKED_BY_REVIEW ? 'WARNING' : 'ERROR';
  return { severity, event: 'otp.failed', message: 'A code could not be sent' };
}

/** Whether the request itself was wrong: that is known without asking Twilio anything. */
function isByShape(error: Refusal, progress: Progress): boolean {
  if (progress === 'unread') return true;
  return progress === 'parsed' && error.code === 'channel_not_possible' && error.twilioCode === undefined;
}
