import { createDeadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { Refusal } from '../domain/refusal.ts';
import { answerFailure, answerSuccess, type Answer } from '../http/answer.ts';
import type { Handler } from '../http/guard.ts';
import type { Log } from '../http/log.ts';
import type { RequestHead } from '../http/request-head.ts';
import type { WatchNetworks } from './watch-networks.ts';
import { createWatchReport } from './watch-report.ts';

/** What the handler is made of. */
export interface HandlerOptions {
  readonly watchNetworks: WatchNetworks;
  /** For a whole run, in milliseconds. */
  readonly deadlineMs: number;
  readonly log: Log;
}

/**
 * Creates the handler: each `POST /` is one run, whatever its body says.
 *
 * It admits everyone who gets here. The service is private: Cloud Run asks IAM before a request reaches us, and lets
 * the identity of the scheduler pass alone; a key of our own would be one more secret to keep and rotate.
 */
export function createHandler(options: HandlerOptions): Handler {
  return (head) => {
    if (head.path !== '/') return Promise.reject(new Refusal('malformed_request'));
    return Promise.resolve(() => run(head, options));
  };
}

async function run(head: RequestHead, { watchNetworks, deadlineMs, log }: HandlerOptions): Promise<Answer> {
  const report = createWatchReport(head, log);
  try {
    const outcome = await watchNetworks(createDeadline(deadlineMs));
    report.done(outcome);
    // The scheduler comes again sooner than at the next turn.
    const hasFailed = outcome.groups.some((group) => group.outcome === 'failed');
    if (hasFailed) return answerFailure(new Fault('unavailable'), head.requestId);
    return answerSuccess('processed', head.requestId);
  } catch (error) {
    report.failed(error);
    return answerFailure(error, head.requestId);
  }
}
