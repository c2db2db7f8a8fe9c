import { ConfigurationFault, readEnvironment } from '../../functions/adapters/environment.ts';
import { createFirestoreDocuments } from '../../functions/adapters/firestore-documents.ts';
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
import type { CheckNumberOptions } from './check-number.ts';
import { CheckProblem } from './check-problem.ts';
import type { Deployment } from './deployment.ts';
import type { NumberCheck } from './number-check.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What `checkNumber` needs of the world, and how to let go of it. */
export interface CheckSources extends Omit<CheckNumberOptions, 'phone'> {
  close(): Promise<void>;
}

/** Where to look. */
export interface SourcesQuestion {
  /** The Twilio values of the person, and the settings of the gateway where they are not as deployed (design §7). */
  readonly env: Environment;
  /** Null: the local stack is meant. */
  readonly deployment: Deployment | null;
  /** Not called for the local stack or an emulator. */
  readonly accessToken: () => Promise<string>;
  /** Null where none runs. */
  readonly stack: RunningStack | null;
  readonly withLookup: boolean;
}

// No identifier of an account is needed to look a number up, but the gateway does not start without one.
const NOT_NEEDED = { TWILIO_ACCOUNT_SID: 'AC0', TWILIO_VERIFY_SERVICE_SID: 'VA0' };
const DAY_SECONDS = 86_400;

/** What the reader of documents says when Google refuses, and what to do then. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['status 401', 'not signed in: run gcloud auth application-default login'],
  ['status 403', 'permission denied: ask for the role Cloud Datastore Viewer'],
  ['status 404', 'there is no such database'],
]);

/**
 * Opens what the gateway itself would ask: the database of the installation that is meant, else the running local stack.
 * Configuration is read as the gateway reads it.
 *
 * @throws StackProblem when there is neither, CheckProblem when a value is missing or wrong
 */
export async function openSources(question: SourcesQuestion): Promise<CheckSources> {
  const { deployment, withLookup, accessToken } = question;
  const env =
    deployment === null ? stackEnvironment(question) : deployedEnvironment(question.env, deployment);
  const { log, problems } = collectProblems();
  const httpClient = createHttpClient({ maxSockets: 4 });
  const { config, carriers, closeSecret } = configure(env, withLookup, httpClient, log);
  const letGo = (): Promise<void> => {
    closeSecret();
    httpClient.close();
    return Promise.resolve();
  };
  const { project } = config;
  const { database, emulatorHost } = config.firestore;
  // Said at once, not as a reason why rules could not be read.
  if (emulatorHost === undefined)
    await accessToken().catch(async (error: unknown) => {
      await letGo();
      throw error;
    });
  const documents = createFirestoreDocuments({ httpClient, project, database, emulatorHost, accessToken });
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
    isDeployed: deployment !== null && deployment.settings !== null,
    source: deployment === null ? 'the local stack' : `project ${project}, database ${database}`,
    problems,
    close: letGo,
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

/** Settings as deployed; the key for Lookup is the person's own. */
function deployedEnvironment(env: Environment, { project, database, settings }: Deployment): Environment {
  return {
    ...NOT_NEEDED,
    ...(settings ?? env),
    TWILIO_API_KEY_SID: env['TWILIO_API_KEY_SID'],
    TWILIO_API_KEY_SECRET: env['TWILIO_API_KEY_SECRET'],
    TWILIO_API_KEY_SECRET_FILE: env['TWILIO_API_KEY_SECRET_FILE'],
    TWILIO_API_BASE_URL: env['TWILIO_API_BASE_URL'],
    GOOGLE_CLOUD_PROJECT: project,
    FIRESTORE_DATABASE: database,
    FIRESTORE_EMULATOR_HOST: env['FIRESTORE_EMULATOR_HOST'],
  };
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

/** A log that keeps what is wrong with documents, and why they could not be read. */
function collectProblems(): { readonly log: Log; readonly problems: () => NumberCheck['problems'] } {
  const found: NumberCheck['problems'][number][] = [];
  const log: Log = (_severity, event, _message, { rule = 'all documents', problems = [] } = {}) => {
    if (event !== 'rule.invalid' && event !== 'rules.stale') return;
    found.push(...problems.map((problem) => ({ document: rule, problem: explain(problem) })));
  };
  return { log, problems: () => found };
}

function explain(problem: string): string {
  const [, what = '', reason = ''] = /^(.+): (status \d+)$/.exec(problem) ?? [];
  const known = REASONS.get(reason);
  return known === undefined ? problem : `${what}: ${known}`;
}
