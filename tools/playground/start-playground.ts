import { createServer, type Server } from 'node:http';
import { NUMBERS } from '../twilio-simulator/numbers.ts';
import { EXAMPLE_NUMBERS, TEMPLATES, WHY_NOT_SIMULATED } from './choices.ts';
import { OWN_CHECK_APP } from './decision-log.ts';
import { createFollower } from './follow-stack.ts';
import { createLiveStream, type LiveStream } from './live-stream.ts';
import { createOperatorDocuments } from './operator-documents.ts';
import { createPageActions } from './page-actions.ts';
import { loadPageFiles } from './page-files.ts';
import { createPlayedAuth0, type PlayedAuth0 } from './played-auth0.ts';
import type { PlaygroundOptions } from './playground-options.ts';
import { createRulesReadingWatch, type RulesReadingWatch } from './rules-reading.ts';
import { ALL_SCENARIOS } from './scenarios/all-scenarios.ts';
import { createScenarioStarter } from './scenarios/start-scenario.ts';
import { servePage } from './serve-page.ts';
import { createSimulatorControl } from './simulator-control.ts';

/** The page, served. */
export interface Playground {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the page on loopback: it uses the running functions, and nothing of it is deployed. */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { facts, log, channels, firestoreHost, project } = options;
  const simulator = options.simulatorUrl === null ? null : createSimulatorControl(options.simulatorUrl);
  const documents = createOperatorDocuments({ host: firestoreHost, project });
  const auth0 = createPlayedAuth0(facts, options.keys);
  const live: LiveStream = createLiveStream(() => follower.look());
  const reading = createRulesReadingWatch({
    log,
    ttlSeconds: facts.rulesTtlSeconds,
    askGateway: simulator === null ? null : () => askForNothing(auth0),
    onChange: () => live.tell('reading', reading.state()),
  });
  const follower = createFollower({ ...options, live, simulator, documents });
  const scenarios = createScenarioStarter({ ...options, documents, auth0, reading }, simulator, (run) =>
    live.tell('scenario', run),
  );
  const actions = createPageActions({
    auth0,
    documents,
    reading,
    scenarios,
    enableAllChannels: () => channels.enableAll(),
    look: () => follower.look(),
  });
  tellChoices(live, options, reading);
  log.onChange(() => {
    live.tell('decisions', log.entries());
    live.tell('totals', log.totals());
  });

  const files = await loadPageFiles();
  const server = createServer((incoming, outgoing) => {
    void servePage({ files, live, actions }, incoming, outgoing);
  });
  const port = await listen(server, options.port);
  follower.start();
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      follower.stop();
      live.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tellChoices(
  live: LiveStream,
  { facts, log, simulatorUrl }: PlaygroundOptions,
  reading: RulesReadingWatch,
): void {
  live.tell('stack', facts);
  live.tell('choices', {
    numbers: simulatorUrl === null ? [] : EXAMPLE_NUMBERS,
    templates: TEMPLATES,
    scenarios: ALL_SCENARIOS.map(({ id, title, summary }) => ({ id, title, summary })),
    whyNotSimulated: simulatorUrl === null ? WHY_NOT_SIMULATED : null,
  });
  live.tell('decisions', log.entries());
  live.tell('totals', log.totals());
  live.tell('reading', reading.state());
  live.tell('scenario', null);
}

/** The gateway reads its rules for this number, as for any; Lookup says that it does not exist, so nothing is ever sent. */
function askForNothing(auth0: PlayedAuth0): Promise<unknown> {
  return auth0.send({
    recipient: NUMBERS.invalid,
    door: 'action',
    channel: null,
    template: '',
    app: OWN_CHECK_APP,
  });
}

async function listen(server: Server, wanted: number): Promise<number> {
  const isListening = await tryListening(server, wanted);
  if (!isListening && !(await tryListening(server, 0))) throw new Error('no port for the page');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function tryListening(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}
