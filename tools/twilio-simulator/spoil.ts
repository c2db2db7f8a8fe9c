import type { Fault } from './fault.ts';
import type { Reply } from './reply.ts';
import { bareError, twilioError, type ErrorReply } from './twilio-error.ts';

/** Where an answer belongs. */
export interface SpoilContext {
  /** The recipient, for texts that name it. */
  readonly to: string | null;
  /** Scheme, host and port of the simulator, for redirects. */
  readonly origin: string;
}

/**
 * Turns the answer that is due into the one that a fault makes of it.
 *
 * @param honest - the answer that is due; null when the work was not done
 */
export function spoil(honest: Reply | null, fault: Fault, context: SpoilContext): Reply {
  const due: Reply = honest ?? { status: 200, body: {} };
  const headers = { ...due.headers, ...fault.headers };
  const { kind } = fault;
  if (kind === undefined) return isDelayOnly(fault) ? { ...due, headers } : errorOf(fault, context);
  switch (kind) {
    case 'html':
      return { status: fault.status ?? 502, headers, body: null, manner: 'html' };
    case 'empty':
      return { status: fault.status ?? 500, headers, body: null, manner: 'empty' };
    case 'redirect':
      return {
        status: fault.status ?? 302,
        headers: { location: `${context.origin}/redirected`, ...headers },
        body: null,
        manner: 'redirect',
      };
    case 'problem':
      return problemOf(errorOf(fault, context));
    case 'reset':
    case 'hang':
    case 'half':
    case 'big':
    case 'text':
      return { status: fault.status ?? due.status, headers, body: due.body, manner: kind };
  }
}

function isDelayOnly(fault: Fault): boolean {
  return fault.status === undefined && fault.code === undefined;
}

function errorOf(fault: Fault, { to }: SpoilContext): ErrorReply {
  if (fault.code === undefined) return bareError(fault.status ?? 500, fault.headers);
  const { status, message, headers } = fault;
  return twilioError(fault.code, { status, message, headers, to: to ?? '' });
}

function problemOf({ status, headers, body }: ErrorReply): Reply {
  const type = body.more_info ?? 'about:blank';
  const problem = { type, title: body.message, status, code: body.code ?? 0 };
  return { status, headers: { ...headers }, body: problem, manner: 'problem' };
}
