import type { StackKeys } from '../local-stack/stack-file.ts';
import type { TcpRelay } from '../local-stack/start-tcp-relay.ts';
import type { DecisionLog } from './decision-log.ts';
import type { ChannelState, StackFacts } from './live-state.ts';

/** The stack that the page stands beside. */
export interface PlaygroundOptions {
  /** The wanted port of loopback; where it is taken, a free one. */
  readonly port: number;
  readonly facts: StackFacts;
  readonly keys: StackKeys;
  /** Null with Twilio itself. */
  readonly simulatorUrl: string | null;
  /** Host and port of Firestore itself. */
  readonly firestoreHost: string;
  readonly project: string;
  readonly log: DecisionLog;
  /** The wire over which the gateway reaches Firestore. */
  readonly firestoreWire: TcpRelay;
  readonly channels: {
    state(): ChannelState;
    /** Starts the gateway again, with all channels. */
    enableAll(): Promise<void>;
  };
}
