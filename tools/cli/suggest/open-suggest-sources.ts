import { connectTwilioAttempts } from '../../../functions/adapters/connect-twilio-attempts.ts';
import { readEnvironment } from '../../../functions/adapters/environment.ts';
import { createFirestoreDocuments } from '../../../functions/adapters/firestore-documents.ts';
import { createFirestoreRuleWriter } from '../../../functions/adapters/firestore-rule-writer.ts';
import { createFirestoreWatchBook } from '../../../functions/adapters/firestore-watch-book.ts';
import { createHttpClient } from '../../../functions/adapters/http-client.ts';
import { readThresholds } from '../../../functions/watch/config.ts';
import type { Thresholds } from '../../../functions/watch/find-idle-networks.ts';
import type { Attempts, WatchRules } from '../../../functions/watch/ports.ts';
import { stackFileIn } from '../../local-stack/stack-environment.ts';
import { openStackFile } from '../../local-stack/stack-file.ts';
import { variableIn } from '../../local-stack/variable-in.ts';
import { SIMULATOR_DEFAULTS } from '../../twilio-simulator/settings.ts';
import { CliProblem } from '../cli-problem.ts';
import type { CliWorld } from '../cli-world.ts';
import { rulesDatabaseOf } from '../open-rule-documents.ts';
import { baseUrlIn, operatorKeyIn } from '../operator-twilio.ts';
import { twilioEnvironment } from '../twilio-environment.ts';
import { variableInFile } from '../variable-in-file.ts';

/** What the function `watch` would ask, with the rights of a person. */
export interface SuggestSources {
  readonly attempts: Attempts;
  readonly rules: WatchRules;
  readonly thresholds: Thresholds;
  readonly close: () => void;
}

/** What is needed to open them. */
export interface SuggestSourcesOptions {
  readonly accessToken: () => Promise<string>;
  /** Told after each page of attempts. */
  readonly onPage: (pages: number, attempts: number) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const THRESHOLDS = [
  'WATCH_MIN_SENDS',
  'WATCH_CONVERSION_PERCENT',
  'WATCH_MIN_OTHER_ATTEMPTS',
  'WATCH_OTHER_CONVERSION_PERCENT',
];

/**
 * Opens them, with the adapters of the function: the rules as `rules` does, Twilio with the key of the operator, or the
 * simulator of the local stack.
 *
 * @throws CliProblem, ConfigurationFault when something is missing or wrong
 */
export function openSuggestSources(world: CliWorld, options: SuggestSourcesOptions): SuggestSources {
  const { accessToken, onPage } = options;
  const thresholds = thresholdsIn(world);
  const database = rulesDatabaseOf(world, accessToken);
  const env = twilioIn(world);
  const serviceSid = variableIn(env, 'TWILIO_VERIFY_SERVICE_SID');
  if (serviceSid === undefined)
    throw new CliProblem(
      'Say which Verify service: set TWILIO_VERIFY_SERVICE_SID, or verify_service_sid in tfvars.',
    );
  const key = operatorKeyIn(env);
  const attempts = connectTwilioAttempts({
    apiKeySid: key.sid,
    apiKeySecret: () => key.secret,
    baseUrl: baseUrlIn(env),
    serviceSid,
    onPage,
  });
  const connected = { ...database, httpClient: createHttpClient({ maxSockets: 4 }) };
  return {
    attempts,
    rules: {
      ...createFirestoreWatchBook({
        documents: createFirestoreDocuments(connected),
        now: () => world.now().getTime(),
      }),
      ...createFirestoreRuleWriter(connected),
    },
    thresholds,
    close: () => {
      attempts.close();
      connected.httpClient.close();
    },
  };
}

/** The simulator where the rules are those of the local stack, and it has one. */
function twilioIn(world: CliWorld): Environment {
  const { env } = world;
  const isStack = !variableIn(env, 'PROJECT') && !variableIn(env, 'FIRESTORE_EMULATOR_HOST');
  const simulatorUrl = isStack ? openStackFile(stackFileIn(env)).running()?.simulatorUrl : undefined;
  if (typeof simulatorUrl !== 'string') return twilioEnvironment(world);
  const { apiKey, serviceSid } = SIMULATOR_DEFAULTS;
  return {
    TWILIO_API_BASE_URL: simulatorUrl,
    TWILIO_API_KEY_SID: apiKey.sid,
    TWILIO_API_KEY_SECRET: apiKey.secret,
    TWILIO_VERIFY_SERVICE_SID: serviceSid,
  };
}

/** Of the environment, and where that is silent of `watch_settings`: what `watch` itself goes by. */
function thresholdsIn({ env, readText }: CliWorld): Thresholds {
  const text = readText(`infra/envs/${variableIn(env, 'ENV') ?? 'dev'}.tfvars`) ?? '';
  const given = THRESHOLDS.map(
    (name) => [name, variableIn(env, name) ?? variableInFile(text, name)] as const,
  );
  const read = readEnvironment(Object.fromEntries(given));
  const thresholds = readThresholds(read);
  read.finish();
  return thresholds;
}
