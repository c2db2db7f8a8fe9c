import type { OperatorState, PartHealth } from './live-state.ts';
import type { LiveStream } from './live-stream.ts';
import type { OperatorDocuments } from './operator-documents.ts';
import { readOperatorState } from './operator-state.ts';
import type { PlaygroundOptions } from './playground-options.ts';
import type { SimulatorControl } from './simulator-control.ts';

/** Looks again and again at what nobody reports. */
export interface Follower {
  start(): void;
  /** Looks at once. */
  look(): void;
  stop(): void;
}

/** What is followed. */
export interface FollowerOptions extends Pick<
  PlaygroundOptions,
  'facts' | 'simulatorUrl' | 'firestoreHost' | 'firestoreWire' | 'channels'
> {
  readonly live: LiveStream;
  readonly simulator: SimulatorControl | null;
  readonly documents: OperatorDocuments;
}

const PHONE_EVERY_MS = 250;
const OTHERS_EVERY_MS = 1000;
const TIMEOUT_MS = 2000;

/** Creates the follower. It asks nobody while no page is open. */
export function createFollower(options: FollowerOptions): Follower {
  const { live } = options;
  const loops = [
    createLoop(() => followPhone(options), PHONE_EVERY_MS),
    createLoop(createFollowOperator(options), OTHERS_EVERY_MS),
    createLoop(() => followHealth(options), OTHERS_EVERY_MS),
  ];
  const look = (): void => {
    if (live.isWatched()) for (const loop of loops) loop.now();
  };
  const timers: NodeJS.Timeout[] = [];
  return {
    look,
    start: () => {
      for (const loop of loops) {
        timers.push(setInterval(() => live.isWatched() && loop.now(), loop.everyMs));
      }
    },
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** One look at a time; whoever asks during one gets another after it. */
function createLoop(act: () => Promise<void>, everyMs: number): { now(): void; everyMs: number } {
  let isLooking = false;
  let isAskedAgain = false;
  const now = (): void => {
    isAskedAgain = isLooking;
    if (isLooking) return;
    isLooking = true;
    void act().finally(() => {
      isLooking = false;
      if (isAskedAgain) now();
    });
  };
  return { now, everyMs };
}

async function followPhone({ simulator, live }: FollowerOptions): Promise<void> {
  try {
    const [messages, verifications] = await Promise.all([
      simulator?.messages() ?? [],
      simulator?.verifications() ?? [],
    ]);
    live.tell('messages', messages);
    live.tell('verifications', verifications);
  } catch {
    // That it does not answer is shown as its health; what it said last stays.
  }
}

function createFollowOperator({ documents, live }: FollowerOptions): () => Promise<void> {
  let last: OperatorState = { rules: [], settings: null, settingsProblems: [], problem: null };
  return async () => {
    try {
      last = await readOperatorState(documents);
      live.tell('operator', last);
    } catch {
      live.tell('operator', { ...last, problem: 'Firestore does not answer: this is what it held before.' });
    }
  };
}

async function followHealth(options: FollowerOptions): Promise<void> {
  const { facts, simulatorUrl, firestoreHost, firestoreWire, channels, live } = options;
  const [gateway, logStream, simulator, firestore] = await Promise.all([
    answers(`${facts.gatewayUrl}/health`),
    answers(`${facts.logStreamUrl}/health`),
    simulatorUrl === null ? true : answers(simulatorUrl),
    answers(`http://${firestoreHost}/`),
  ]);
  const twilio: PartHealth =
    simulatorUrl === null
      ? { name: 'Twilio itself', isUp: true, detail: 'real: costs money' }
      : part('Twilio simulator', simulatorUrl, simulator);
  const isCut = firestoreWire.isCut();
  live.tell('channels', channels.state());
  live.tell('health', [
    part('gateway', facts.gatewayUrl, gateway),
    part('log-stream', facts.logStreamUrl, logStream),
    twilio,
    isCut
      ? { name: 'Firestore', isUp: false, detail: 'cut off from the gateway' }
      : part('Firestore', `${firestoreHost}, ${facts.firestore}`, firestore),
  ]);
}

function part(name: string, detail: string, isUp: boolean): PartHealth {
  return { name, isUp, detail: isUp ? detail : `${detail} does not answer` };
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
