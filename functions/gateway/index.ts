import { createFirestoreDocuments } from '../adapters/firestore-documents.ts';
import { createFirestoreRules } from '../adapters/firestore-rules.ts';
import { createGoogleAccessToken } from '../adapters/google-access-token.ts';
import { createHttpClient } from '../adapters/http-client.ts';
import { readEnvironment } from '../adapters/environment.ts';
import { guardVerifications } from '../adapters/guarded-verifications.ts';
import { createPseudonym } from '../adapters/pseudonym.ts';
import { readSecret } from '../adapters/read-secret.ts';
import { createTwilioLookup } from '../adapters/twilio-lookup.ts';
import { createTwilioTransport } from '../adapters/twilio-transport.ts';
import { createTwilioVerifications } from '../adapters/twilio-verify.ts';
import { createLog, type Log } from '../http/log.ts';
import { serve } from '../http/serve.ts';
import { createAuthenticate } from './authenticate.ts';
import { readGatewayConfig, type GatewayConfig } from './config.ts';
import { createFailOpenBudget } from './fail-open-budget.ts';
import { createHandler } from './handler.ts';
import type { Carriers, Rules, Verifications } from './ports.ts';
import { createRecentSends } from './recent-sends.ts';
import { createSendCode } from './send-code.ts';
import { parseSigningKeys } from './signing-key.ts';

const MAX_BODY_BYTES = 16 * 1024;

/**
 * Starts the gateway: reads the configuration, binds the use case to its adapters, begins the first read of the rules,
 * and serves.
 *
 * @throws ConfigurationFault naming everything that is wrong with the environment
 */
export function start(env: Readonly<Record<string, string | undefined>>): void {
  const read = readEnvironment(env);
  const config = readGatewayConfig(read);
  const log = createLog({ level: config.logLevel, project: config.project });
  const reading = { read, env, log };
  const keys = readSecret(reading, 'GATEWAY_SECRETS', (text) => parseSigningKeys(text, config.keysAreBase64));
  const twilioSecret = readSecret(reading, 'TWILIO_API_KEY_SECRET', (text) => text);
  const pseudonym = createPseudonym(reading);
  read.finish();

  const rules = connectFirestore(config, log);
  rules.warm();
  const twilio = connectTwilio(config, () => twilioSecret.current());
  const sendCode = createSendCode(
    {
      ...twilio,
      rules,
      recentSends: createRecentSends({ maxPerRecipient: config.maxSendsPerNumber }),
      failOpenBudget: createFailOpenBudget(config.failOpenPerMinute),
      now: () => new Date(),
    },
    config.policy,
  );
  const handler = createHandler({
    ...config,
    authenticate: createAuthenticate({ keys: () => keys.current(), tokens: config.tokens }),
    sendCode,
    log,
    pseudonym,
  });
  serve({
    handler,
    maxBodyBytes: MAX_BODY_BYTES,
    bodyTimeoutMs: config.requestDeadlineMs,
    maxInFlight: config.maxInFlight,
    log,
  });
}

function connectFirestore({ project, firestore }: GatewayConfig, log: Log): Rules & { warm(): void } {
  const httpClient = createHttpClient({ maxSockets: 4 });
  const documents = createFirestoreDocuments({
    httpClient,
    project,
    database: firestore.database,
    emulatorHost: firestore.emulatorHost,
    accessToken: createGoogleAccessToken({ httpClient }),
  });
  return createFirestoreRules({ documents, ...firestore, log });
}

function connectTwilio(
  { twilio, maxInFlight, lookupCacheSeconds }: GatewayConfig,
  apiKeySecret: () => string,
): { readonly carriers: Carriers; readonly verifications: Verifications } {
  const transport = createTwilioTransport({
    // A request has at most two calls under way: Lookup and cancel.
    httpClient: createHttpClient({ maxSockets: 2 * maxInFlight }),
    apiKeySid: twilio.apiKeySid,
    apiKeySecret,
    baseUrl: twilio.baseUrl,
  });
  return {
    carriers: createTwilioLookup({ transport, cacheSeconds: lookupCacheSeconds }),
    verifications: guardVerifications(
      createTwilioVerifications({ transport, serviceSid: twilio.verifyServiceSid }),
    ),
  };
}
