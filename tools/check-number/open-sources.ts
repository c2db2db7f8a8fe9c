import { ConfigurationFault, readEnvironment } from '../../functions/adapters/environment.ts';
import {
  createFirestoreDocuments,
  type FirestoreDocuments,
} from '../../functions/adapters/firestore-documents.ts';
import { createFirestoreRules } from '../../functions/adapters/firestore-rules.ts';
import { createHttpClient, type HttpClient } from '../../functions/adapters/http-client.ts';
import { readSecret } from '../../functions/adapters/read-secret.ts';
import { createTwilioLookup } from '../../functions/adapters/twilio-lookup.ts';
import { createTwilioTransport } from '../../functions/adapters/twilio-transport.ts';
import { readGatewayConfig, type GatewayConfig } from '../../functions/gateway/config.ts';
import type { Carriers } from '../../functions/gateway/ports.ts';
import type { Log } from '../../functions/http/log.ts';
import { SIMULATOR_DEFAULTS } from '../twilio-simulator/settings.ts';
import type { RunningStack } from '../local-stack/stack-file.ts';
import { stackNotRunning } from '../local-stack/stack-not-running.ts';
import { variableIn } from '../local-stack/variable-in.ts';
import type { CheckNumberOptions } from './check-number.ts';
import { CheckProblem } from './check-problem.ts';
import type { NumberCheck } from './number-check.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What `checkNumber` needs of the world, and how to let go of it. */
export interface CheckSources extends Omit<CheckNumberOptions, 'phone'> {
  close(): Promise<void>;
}

/** Where to look. */
export interface SourcesQuestion {
  /** `PROJECT`, `DATABASE`, and the settings and Twilio values of the gateway (design §7). */
  readonly env: Environment;
  /** Null where none runs. */
  readonly stack: RunningStack | null;
  readonly withLookup: boolean;
}

// No identifier of an account is needed to look a number up, but the gateway does not start without one.
const NOT_NEEDED = { TWILIO_ACCOUNT_SID: 'AC0', TWILIO_VERIFY_SERVICE_SID: 'VA0' };
const DAY_SECONDS = 86_400;

/**
 * Opens what the gateway itself would ask: the database of `PROJECT` where that is set, else the running local stack.
 * Configuration is read as the gateway reads it.
 *
 * @throws StackProblem when there is neither, CheckProblem when a value is missing or wrong
 */
export async function openSources(question: SourcesQuestion): Promise<CheckSources> {
  const project = variableIn(question.env, 'PROJECT');
  const env = project === undefined ? stackEnvironment(question) : projectEnvironment(question.env, project);
  const { log, problems } = collectProblems();
  const httpClient = createHttpClient({ maxSockets: 4 });
  const { config, carriers, closeSecret } = configure(env, question.withLookup, httpClient, log);
  const letGo = (): void => {
    closeSecret();
    httpClient.close();
  };
  const documents = await openDocuments(config, project !== undefined, httpClient).catch((error: unknown) => {
    letGo();
    throw error;
  });
  const { database } = config.firestore;
  return {
    rules: createFirestoreRules({
      documents,
      ttlSeconds: 60,
      maxStaleSeconds: DAY_SECONDS,
      // No login waits here: as long as a read may take.
      firstWaitMs: Infinity,
      log,
    }),
    carriers,
    policy: config.policy,
    source: project === undefined ? 'the local stack' : `project ${project}, database ${database}`,
    problems,
    close: async () => {
      letGo();
      await documents.close();
    },
  };
}

function stackEnvironment({ env, stack }: SourcesQuestion): Environment {
  if (stack === null) throw stackNotRunning({ instead: 'name a PROJECT' });
  const { simulatorUrl, firestoreHost, project } = stack;
  const twilio = simulatorUrl === null ? {} : simulatedTwilio(simulatorUrl);
  return {
    ...NOT_NEEDED,
    ...env,
    ...twilio,
    GOOGLE_CLOUD_PROJECT: project,
    FIRESTORE_DATABASE: undefined,
    FIRESTORE_EMULATOR_HOST: firestoreHost,
  };
}

function simulatedTwilio(url: string): Environment {
  const { sid, secret } = SIMULATOR_DEFAULTS.apiKey;
  return {
    TWILIO_API_KEY_SID: sid,
    TWILIO_API_KEY_SECRET: secret,
    TWILIO_API_KEY_SECRET_FILE: undefined,
    TWILIO_API_BASE_URL: url,
  };
}

function projectEnvironment(env: Environment, project: string): Environment {
  const database = variableIn(env, 'DATABASE') ?? variableIn(env, 'FIRESTORE_DATABASE');
  return { ...NOT_NEEDED, ...env, GOOGLE_CLOUD_PROJECT: project, FIRESTORE_DATABASE: database };
}

function configure(env: Environment, withLookup: boolean, httpClient: HttpClient, log: Log) {
  const used = withLookup ? env : { ...env, TWILIO_API_KEY_SID: 'SK0' };
  const read = readEnvironment(used);
  const config = readGatewayConfig(read);
  const secret = withLookup ? readSecret({ read, env, log }, 'TWILIO_API_KEY_SECRET', (text) => text) : null;
  try {
    read.finish();
  } catch (error) {
    secret?.close();
    if (!(error instanceof ConfigurationFault)) throw error;
    const hint = withLookup ? ' Without Lookup, LOOKUP=0 asks for no value of Twilio.' : '';
    throw new CheckProblem(`${error.message}.${hint}`, { cause: error });
  }
  const carriers = secret === null ? null : connectLookup(config, httpClient, () => secret.current());
  return { config, carriers, closeSecret: () => secret?.close() };
}

function connectLookup(
  { twilio }: GatewayConfig,
  httpClient: HttpClient,
  apiKeySecret: () => string,
): Carriers {
  const { apiKeySid, baseUrl } = twilio;
  return createTwilioLookup({
    transport: createTwilioTransport({ httpClient, apiKeySid, apiKeySecret, baseUrl }),
  });
}

async function openDocuments(
  { project, firestore: { database, emulatorHost } }: GatewayConfig,
  isDeployed: boolean,
  httpClient: HttpClient,
): Promise<FirestoreDocuments & { close(): Promise<void> }> {
  if (isDeployed) {
    // Half a second of import that the local stack has no use for.
    const [{ createFirestoreSdkDocuments }, { requireSignIn }] = await Promise.all([
      import('./firestore-sdk-documents.ts'),
      import('./require-sign-in.ts'),
    ]);
    if (emulatorHost === undefined) await requireSignIn();
    return createFirestoreSdkDocuments({ project, database });
  }
  const accessToken = () => Promise.reject(new Error('an emulator asks for no token'));
  const documents = createFirestoreDocuments({ httpClient, project, database, emulatorHost, accessToken });
  return { ...documents, close: () => Promise.resolve() };
}

/** A log that keeps what is wrong with documents, and why they could not be read. */
function collectProblems(): { readonly log: Log; readonly problems: () => NumberCheck['problems'] } {
  const found: NumberCheck['problems'][number][] = [];
  const log: Log = (_severity, event, _message, { rule = 'all documents', problems = [] } = {}) => {
    if (event !== 'rule.invalid' && event !== 'rules.stale') return;
    found.push(...problems.map((problem) => ({ document: rule, problem })));
  };
  return { log, problems: () => found };
}
