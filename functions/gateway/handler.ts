import { createDeadline } from '../domain/deadline.ts';
import { Refusal } from '../domain/refusal.ts';
import { answerFailure, answerSuccess, type Answer } from '../http/answer.ts';
import type { Handler } from '../http/guard.ts';
import type { Log } from '../http/log.ts';
import type { RequestHead } from '../http/request-head.ts';
import type { Authenticate, Caller } from './authenticate.ts';
import type { CodeFormat } from './one-time-code.ts';
import { createRequestReport, type RequestReport } from './request-report.ts';
import { parseRequest } from './request.ts';
import type { SendCode } from './send-code.ts';

/** What the handler is made of. */
export interface HandlerOptions {
  readonly authenticate: Authenticate;
  readonly sendCode: SendCode;
  readonly codes: CodeFormat;
  /** `silent` answers 200 to what is blocked, so that attackers cannot probe. */
  readonly blockResponse: 'error' | 'silent';
  /** For the whole request from its first byte on, in milliseconds. */
  readonly requestDeadlineMs: number;
  readonly log: Log;
  /** The pseudonym of a number or address in the log; undefined where no key for it is set. */
  readonly pseudonym: (to: string) => string | undefined;
}

/** Creates the gateway's handler: authenticate, parse, send, answer, and one log line. */
export function createHandler(options: HandlerOptions): Handler {
  return (head) => {
    const identify = options.authenticate(head);
    return Promise.resolve(async (body) => {
      const report = createRequestReport(head, options);
      try {
        return await answerTo(body, identify(body), head, report, options);
      } catch (error) {
        return answerFailed(error, head, report, options.blockResponse);
      }
    });
  };
}

async function answerTo(
  body: Buffer,
  caller: Caller,
  head: RequestHead,
  report: RequestReport,
  { codes, sendCode, requestDeadlineMs }: HandlerOptions,
): Promise<Answer> {
  report.authenticated(caller);
  const request = parseRequest(body, codes, report.read);
  report.parsed();
  const deadline = createDeadline(head.receivedAtMs + requestDeadlineMs - performance.now());
  const outcome = await sendCode(request, deadline, report.note);
  report.sent(outcome);
  return answerSuccess(outcome.outcome, head.requestId);
}

function answerFailed(
  error: unknown,
  head: RequestHead,
  report: RequestReport,
  blockResponse: HandlerOptions['blockResponse'],
): Answer {
  const isBlock =
    error instanceof Refusal && (error.code === 'blocked' || error.code === 'blocked_by_provider');
  const isSuppressed = isBlock && blockResponse === 'silent';
  report.failed(error, isSuppressed);
  return isSuppressed ? answerSuccess('suppressed', head.requestId) : answerFailure(error, head.requestId);
}
