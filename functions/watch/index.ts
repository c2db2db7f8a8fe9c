import { connectTwilioAttempts } from '../adapters/connect-twilio-attempts.ts';
import { readEnvironment } from '../adapters/environment.ts';
import { createFirestoreDocuments } from '../adapters/firestore-documents.ts';
import { createFirestoreRuleWriter } from '../adapters/firestore-rule-writer.ts';
import { createFirestoreWatchBook } from '../adapters/firestore-watch-book.ts';
import { createGoogleAccessToken } from '../adapters/google-access-token.ts';
import { createHttpClient } from '../adapters/http-client.ts';
import { readSecret } from '../adapters/read-secret.ts';
import { createLog } from '../http/log.ts';
import { serve } from '../http/serve.ts';
import { readWatchConfig, type WatchConfig } from './config.ts';
import { createHandler } from './handler.ts';
import type { WatchRules } from './ports.ts';
import { createWatchNetworks } from './watch-networks.ts';

const MAX_BODY_BYTES = 16 * 1024;

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

  const { apiKeySid, baseUrl, verifyServiceSid: serviceSid } = config.twilio;
  const apiKeySecret = (): string => twilioSecret.current();
  const ports = {
    attempts: connectTwilioAttempts({ apiKeySid, apiKeySecret, baseUrl, serviceSid }),
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
