import { readEnvironment } from '../adapters/environment.ts';
import { createFirestoreDocuments } from '../adapters/firestore-documents.ts';
import { createFirestoreRuleWriter } from '../adapters/firestore-rule-writer.ts';
import { createFirestoreWatchBook } from '../adapters/firestore-watch-book.ts';
import { createGoogleAccessToken } from '../adapters/google-access-token.ts';
import { createHttpClient, type HttpClient } from '../adapters/http-client.ts';
import { readSecret } from '../adapters/read-secret.ts';
import { createTwilioAttempts } from '../adapters/twilio-attempts.ts';
import { createTwilioTransport } from '../adapters/twilio-transport.ts';
import { createLog } from '../http/log.ts';
import { serve } from '../http/serve.ts';
import { readWatchConfig, type WatchConfig } from './config.ts';
import { createHandler } from './handler.ts';
import type { Attempts, WatchRules } from './ports.ts';
import { createWatchNetworks } from './watch-networks.ts';

const MAX_BODY_BYTES = 16 * 1024;
// A page of 1,000 attempts is about as long as what is allowed elsewhere.
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Starts the function: reads the configuration, binds the use case to its adapters, and serves.
 *
 * @throws ConfigurationFault naming everything that is wrong with the environment
 */
export function start(env: Readonly<Record<string, string | undefined>>): void {
  const read = readEnvironment(env);
  const config = readWatchConfig(read);
  const log = createLog({ level: config.logLevel, project: config.project });
  const twilioSecret = readSecret({ read, env, log }, 'TWILIO_API_KEY_SECRET', (text) => text);
  read.finish();

  const ports = {
    attempts: connectTwilio(config, () => twilioSecret.current()),
    rules: connectFirestore(config),
    now: () => new Date(),
  };
  const { deadlineMs, maxInFlight } = config;
  const watchNetworks = createWatchNetworks(ports, config.thresholds);
  serve({
    handler: createHandler({ watchNetworks, deadlineMs, log }),
    maxBodyBytes: MAX_BODY_BYTES,
    bodyTimeoutMs: deadlineMs,
    maxInFlight,
    log,
  });
}

function connectTwilio({ twilio }: WatchConfig, apiKeySecret: () => string): Attempts {
  const transport = createTwilioTransport({
    httpClient: withLongAnswers(createHttpClient({ maxSockets: 4 })),
    apiKeySid: twilio.apiKeySid,
    apiKeySecret,
    baseUrl: twilio.baseUrl,
  });
  return createTwilioAttempts({ transport, serviceSid: twilio.verifyServiceSid });
}

function withLongAnswers(httpClient: HttpClient): HttpClient {
  return {
    ...httpClient,
    request: (request) => httpClient.request({ ...request, maxBytes: MAX_PAGE_BYTES }),
  };
}

function connectFirestore({ project, firestore }: WatchConfig): WatchRules {
  const httpClient = createHttpClient({ maxSockets: 4 });
  const database = {
    httpClient,
    project,
    ...firestore,
    accessToken: createGoogleAccessToken({ httpClient }),
  };
  return {
    ...createFirestoreWatchBook({ documents: createFirestoreDocuments(database) }),
    ...createFirestoreRuleWriter(database),
  };
}
