import { readEnvironment } from '../adapters/environment.ts';
import { createHttpClient } from '../adapters/http-client.ts';
import { createPseudonym } from '../adapters/pseudonym.ts';
import { readSecret } from '../adapters/read-secret.ts';
import { createTwilioTransport } from '../adapters/twilio-transport.ts';
import { createTwilioApprovals } from '../adapters/twilio-verify.ts';
import { createLog } from '../http/log.ts';
import { serve } from '../http/serve.ts';
import { createApproveLogins } from './approve-logins.ts';
import { createAuthenticate } from './authenticate.ts';
import { createReadBatch } from './batch.ts';
import { readLogStreamConfig } from './config.ts';
import { createHandler } from './handler.ts';
import { parseStreamTokens } from './stream-tokens.ts';

const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * Starts the function that receives Auth0's log stream.
 *
 * @throws ConfigurationFault naming everything that is wrong with the environment
 */
export function start(env: Readonly<Record<string, string | undefined>>): void {
  const read = readEnvironment(env);
  const config = readLogStreamConfig(read);
  const log = createLog({ level: config.logLevel, project: config.project });
  const reading = { read, env, log };
  const tokens = readSecret(reading, 'LOG_STREAM_TOKENS', parseStreamTokens);
  const twilioSecret = readSecret(reading, 'TWILIO_API_KEY_SECRET', (text) => text);
  const pseudonym = createPseudonym(reading);
  read.finish();

  const { twilio, concurrency, batchDeadlineMs, maxInFlight } = config;
  const transport = createTwilioTransport({
    httpClient: createHttpClient({ maxSockets: 2 * concurrency }),
    apiKeySid: twilio.apiKeySid,
    apiKeySecret: () => twilioSecret.current(),
    baseUrl: twilio.baseUrl,
  });
  const approvals = createTwilioApprovals({ transport, serviceSid: twilio.verifyServiceSid });
  const handler = createHandler({
    authenticate: createAuthenticate(() => tokens.current()),
    readBatch: createReadBatch(config),
    approveLogins: createApproveLogins({ approvals, concurrency, maxAgeMs: config.maxAgeSeconds * 1000 }),
    batchDeadlineMs,
    log,
    pseudonym,
  });
  serve({ handler, maxBodyBytes: MAX_BODY_BYTES, bodyTimeoutMs: batchDeadlineMs, maxInFlight, log });
}
