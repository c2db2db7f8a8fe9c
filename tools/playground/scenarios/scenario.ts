import type { RawFields } from '../../local-stack/emulator-documents.ts';
import type { TcpRelay } from '../../local-stack/start-tcp-relay.ts';
import type { DecisionLog } from '../decision-log.ts';
import type { PlayedAuth0 } from '../played-auth0.ts';
import type { SimulatorControl } from '../simulator-control.ts';

/** What became of a code that a scenario ordered. */
export interface Sent {
  readonly status: number;
  /** The member `code` of the answer. */
  readonly code: string;
  /** The fields of the log line. */
  readonly line: Readonly<Record<string, unknown>>;
  /** All of it in words. */
  readonly words: string;
}

/** What a scenario acts upon: the running stack. */
export interface Stage {
  readonly auth0: PlayedAuth0;
  readonly simulator: SimulatorControl;
  readonly log: DecisionLog;
  /** The wire between the gateway and Firestore. */
  readonly firestoreWire: Pick<TcpRelay, 'cut' | 'mend'>;
  /** Shows one step; what `act` returns says what really happened. */
  step(title: string, act: () => Promise<string>): Promise<void>;
  /**
   * Has a code sent as an Action would, for a visitor of an address of his own.
   *
   * @param code - default: six random digits
   */
  send(recipient: string, code?: string): Promise<Sent>;
  /** Writes a rule and waits until the gateway has read it. */
  writeRule(id: string, fields: RawFields): Promise<string>;
  /** Writes the settings and waits until the gateway has read them. */
  writeSettings(fields: RawFields): Promise<string>;
}

/** Something that can happen to the gateway, played in earnest. What it changes is put back by whoever runs it. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly summary: string;
  run(stage: Stage): Promise<void>;
}
