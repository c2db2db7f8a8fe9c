import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Certificate } from './create-certificate.ts';

/** What is asked of Twilio: a Lookup, an update of a verification (cancel, approve), a new one. */
export type CallKind = 'lookup' | 'update' | 'create';

/** How long each kind of call takes, in milliseconds. */
export interface StandInOrder {
  readonly lookupMs: number;
  readonly updateMs: number;
  readonly createMs: number;
}

/** A call, by the clock of `performance.timeOrigin + performance.now()`, which all processes share, in milliseconds. */
export interface UpstreamCall {
  readonly kind: CallKind;
  readonly arrivedAt: number;
  readonly answeredAt: number;
}

/** What the stand-in says: its port at first, then the calls since it was asked last. */
export interface StandInReport {
  readonly port: number;
  readonly calls: readonly UpstreamCall[];
}

/** A Twilio of set latencies. */
export interface TwilioStandIn {
  readonly url: string;
  /** Sets the latencies, and forgets the calls so far. */
  set(order: StandInOrder): Promise<void>;
  /** The calls since this was last asked. */
  takeCalls(): Promise<readonly UpstreamCall[]>;
  stop(): void;
}

/** Starts the stand-in in a process of its own, which ends with ours. */
export async function startTwilioStandIn({ keyFile, file }: Certificate): Promise<TwilioStandIn> {
  const program = path.join(import.meta.dirname, 'twilio-stand-in.ts');
  const child = fork(program, [keyFile, file], { serialization: 'advanced' });
  const nextReport = async (): Promise<StandInReport> => {
    const [report] = (await once(child, 'message')) as [StandInReport];
    return report;
  };
  const ask = async (message: StandInOrder | 'report'): Promise<StandInReport> => {
    const answer = nextReport();
    child.send(message);
    return answer;
  };
  const { port } = await nextReport();
  return {
    url: `https://127.0.0.1:${port}`,
    set: async (order) => {
      await ask(order);
      await ask('report');
    },
    takeCalls: async () => (await ask('report')).calls,
    stop: () => child.disconnect(),
  };
}
