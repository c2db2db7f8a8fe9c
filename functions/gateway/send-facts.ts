import type { Carrier } from '../domain/carrier.ts';
import type { Channel } from '../domain/channel.ts';
import type { FaultCode } from '../domain/fault.ts';

/** What is found out while a code is sent, for the log line. */
export interface SendFacts {
  /** What decided: a rule's id, or the name of what is built in. May be a whole number: mask it. */
  readonly rule: string;
  readonly ruleAction: 'block' | 'monitor' | 'allow';
  readonly carrier: Carrier;
  readonly lookup: 'fresh' | 'cached' | 'skipped' | 'unavailable';
  readonly channel: Channel;
  /** Why what was pending could not be cancelled; the send went on. */
  readonly cancel: FaultCode;
}
