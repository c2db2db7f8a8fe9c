import { createDeadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { maskPhoneNumber } from '../domain/mask-phone-number.ts';
import { Refusal } from '../domain/refusal.ts';
import { answerFailure, answerSuccess, failureCodeOf, type Answer } from '../http/answer.ts';
import { describeError } from '../http/describe-error.ts';
import type { Handler } from '../http/guard.ts';
import type { Log, LogEvent, LogFields, Severity } from '../http/log.ts';
import type { RequestHead } from '../http/request-head.ts';
import type { ApproveLogins, LoginEnd } from './approve-logins.ts';
import type { Authenticate } from './authenticate.ts';
import type { BatchCounts, ReadBatch } from './batch.ts';
import type { Login } from './login.ts';

/** What the handler is made of. */
export interface HandlerOptions {
  readonly authenticate: Authenticate;
  readonly readBatch: ReadBatch;
  readonly approveLogins: ApproveLogins;
  /** From the first byte of a request on, in milliseconds. */
  readonly batchDeadlineMs: number;
  readonly log: Log;
  /** The pseudonym of a number or address in the log; undefined where no key for it is set. */
  readonly pseudonym: (to: string) => string | undefined;
}

const RETRY_AFTER_SECONDS = 10;
const MOST_FAILED_LINES = 100;

/**
 * Creates the handler: authenticate, read leniently, report, answer by whether sending the batch again could help. One
 * line for the batch, and one for each login.
 */
export function createHandler(options: HandlerOptions): Handler {
  return (head) => {
    options.authenticate(head);
    return Promise.resolve(async (body) => {
      try {
        return await answerTo(body, head, options);
      } catch (error) {
        logUnread(options.log, head, error);
        return answerFailure(error, head.requestId);
      }
    });
  };
}

async function answerTo(body: Buffer, head: RequestHead, options: HandlerOptions): Promise<Answer> {
  const { log, readBatch, approveLogins, batchDeadlineMs } = options;
  const { logins, counts } = readBatch(body);
  warnOfMasked(log, head, counts);
  const deadline = createDeadline(head.receivedAtMs + batchDeadlineMs - performance.now());
  const { ends, isWorthRepeating } = await approveLogins(logins, deadline);
  logLogins(ends, logins, head, options);

  const code = isWorthRepeating ? 'unavailable' : 'processed';
  logBatch(log, head, { code, counts: { ...counts, ...countsOf(ends) } });
  if (!isWorthRepeating) return answerSuccess('processed', head.requestId);
  return answerFailure(new Fault('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS }), head.requestId);
}

function countsOf(ends: readonly LoginEnd[]): Record<string, number> {
  const number = (kind: LoginEnd['kind']): number => ends.filter((end) => end.kind === kind).length;
  return {
    approved: number('approved'),
    nothingPending: number('nothing_pending'),
    refused: number('refused'),
    failed: number('failed'),
    remembered: number('remembered'),
  };
}

function logBatch(log: Log, head: RequestHead, fields: LogFields): void {
  const { requestId, trace, receivedAtMs } = head;
  const isGood = fields.code === 'processed';
  log(isGood ? 'INFO' : 'WARNING', 'feedback.batch', isGood ? 'A batch is done' : 'A batch is not done', {
    requestId,
    trace,
    durationMs: Math.round(performance.now() - receivedAtMs),
    ...fields,
  });
}

/** A body in which nothing can be read was turned away by its shape; anything else is our own failure. */
function logUnread(log: Log, head: RequestHead, error: unknown): void {
  const { requestId, trace, receivedAtMs } = head;
  const isRefusal = error instanceof Refusal;
  log(isRefusal ? 'WARNING' : 'ERROR', 'request.refused', 'A batch could not be read', {
    requestId,
    trace,
    durationMs: Math.round(performance.now() - receivedAtMs),
    code: failureCodeOf(error),
    ...errorOf(error),
  });
}

function warnOfMasked(log: Log, { requestId, trace }: RequestHead, { masked }: BatchCounts): void {
  if (masked === 0) return;
  log(
    'WARNING',
    'feedback.failed',
    'Numbers are masked or hashed by the log stream, so nothing can be reported',
    {
      requestId,
      trace,
      counts: { masked },
      problems: ['the log stream must not obfuscate user_name: leave username out of its PII settings'],
    },
  );
}

interface Line {
  readonly severity: Severity;
  readonly event: LogEvent;
  readonly message: string;
}

const LINES: Readonly<Record<Exclude<LoginEnd['kind'], 'remembered'>, Line>> = {
  approved: { severity: 'INFO', event: 'feedback.approved', message: 'A login was reported to Verify' },
  nothing_pending: {
    severity: 'INFO',
    event: 'feedback.noop',
    message: 'Verify had nothing pending for a login',
  },
  refused: {
    severity: 'WARNING',
    event: 'feedback.failed',
    message: 'Verify refuses the report of a login for good',
  },
  failed: { severity: 'WARNING', event: 'feedback.failed', message: 'A login could not be reported for now' },
};

/** One line for each login; of those that failed the first hundred, as all are counted in the line of the batch. */
function logLogins(
  ends: readonly LoginEnd[],
  logins: readonly Login[],
  head: RequestHead,
  options: HandlerOptions,
): void {
  let failed = 0;
  ends.forEach((end, index) => {
    if (end.kind === 'failed') failed += 1;
    if (end.kind !== 'failed' || failed <= MOST_FAILED_LINES) logLogin(end, logins[index], head, options);
  });
}

function logLogin(end: LoginEnd, login: Login | undefined, head: RequestHead, options: HandlerOptions): void {
  if (end.kind === 'remembered' || login === undefined) return;
  const { severity, event, message } = LINES[end.kind];
  const numberKey = options.pseudonym(login.to);
  options.log(severity, event, message, {
    requestId: head.requestId,
    trace: head.trace,
    outcome: end.kind,
    ...(login.to.startsWith('+') ? { number: maskPhoneNumber(login.to), country: login.country } : {}),
    ...(numberKey === undefined ? {} : { numberKey }),
    ...(end.kind === 'failed' ? { code: failureCodeOf(end.error), ...errorOf(end.error) } : {}),
  });
}

function errorOf(error: unknown): LogFields {
  const twilioCode = error instanceof Fault ? error.twilioCode : undefined;
  return {
    ...(twilioCode === undefined ? {} : { twilioCode }),
    ...(failureCodeOf(error) === 'internal' ? { error: describeError(error) } : {}),
  };
}
