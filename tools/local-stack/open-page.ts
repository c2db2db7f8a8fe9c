import { CHANNELS } from '../../functions/domain/channel.ts';
import type { DecisionLog } from '../playground/decision-log.ts';
import { startPlayground, type Playground } from '../playground/start-playground.ts';
import type { RunningFunctions } from './run-functions.ts';
import type { StackKeys } from './stack-file.ts';
import type { StackContext } from './stack-functions.ts';
import type { TcpRelay } from './start-tcp-relay.ts';
import { variableIn } from './variable-in.ts';

/** The stack that the page is to show. */
export interface OpenPageOptions {
  readonly port: number;
  readonly functions: RunningFunctions;
  /** Null with Twilio itself. */
  readonly simulatorUrl: string | null;
  readonly firestore: { readonly host: string; readonly description: string; readonly wire: TcpRelay };
  readonly project: string;
  readonly keys: StackKeys;
  readonly decisions: DecisionLog;
  readonly inherited: StackContext['inherited'];
  /** Called when a function has another process. */
  readonly onRestart: () => void;
}

const LEVELS_WITH_DECISIONS = ['debug', 'info'];

/** Serves the playground beside the running stack. */
export function openPage(options: OpenPageOptions): Promise<Playground> {
  const { port, functions, simulatorUrl, firestore, project, keys, decisions, inherited } = options;
  const urlOf = (name: string): string => functions.urls.find(({ target }) => target === name)?.url ?? '';
  const level = variableIn(inherited, 'LOG_LEVEL') ?? 'info';
  return startPlayground({
    port,
    keys,
    simulatorUrl,
    firestoreHost: firestore.host,
    firestoreWire: firestore.wire,
    project,
    log: decisions,
    channels: createChannelSwitch(options),
    facts: {
      gatewayUrl: urlOf('gateway'),
      logStreamUrl: urlOf('log-stream'),
      isSimulated: simulatorUrl !== null,
      firestore: firestore.description,
      rulesTtlSeconds: Number(variableIn(inherited, 'BLOCKLIST_TTL_SECONDS') ?? '2'),
      areDecisionsLogged: LEVELS_WITH_DECISIONS.includes(level.toLowerCase()),
    },
  });
}

/** A gateway keeps nothing, so that it can be started again with all channels while people look at it. */
function createChannelSwitch({ functions, simulatorUrl, inherited, onRestart }: OpenPageOptions) {
  const configured = variableIn(inherited, 'ENABLED_CHANNELS') ?? 'sms';
  let enabled: readonly string[] = configured.split(',').map((channel) => channel.trim());
  let isChanging = false;
  const isComplete = (): boolean => CHANNELS.every((channel) => enabled.includes(channel));
  return {
    state: () => ({ enabled, isChanging, mayEnableAll: simulatorUrl !== null && !isComplete() }),
    enableAll: async () => {
      if (simulatorUrl === null || isChanging || isComplete()) return;
      isChanging = true;
      try {
        await functions.restart('gateway', { ENABLED_CHANNELS: CHANNELS.join(',') });
        enabled = CHANNELS;
        onRestart();
      } finally {
        isChanging = false;
      }
    },
  };
}
