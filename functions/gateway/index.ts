import { readEnvironment } from '../adapters/environment.ts';
import { createPseudonym } from '../adapters/pseudonym.ts';
import { readSecret } from '../adapters/read-secret.ts';
import type { Handler } from '../http/guard.ts';
import { createLog } from '../http/log.ts';
import { serve } from '../http/serve.ts';
import type { GatewayParts } from './compose.ts';
import { readGatewayConfig } from './config.ts';
import { parseSigningKeys } from './signing-key.ts';

const MAX_BODY_BYTES = 16 * 1024;
// A signature is checked with the body: until then a stranger may hold a connection, so not for long.
const BODY_TIMEOUT_MS = 5000;

/**
 * Starts the gateway: reads the configuration and serves. The first read of the rules begins the moment the server
 * listens; the code that only requests need is loaded while they are on their way.
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

  const handler = loadHandler({
    config,
    log,
    keys: () => keys.current(),
    twilioSecret: () => twilioSecret.current(),
    pseudonym,
  });
  serve({
    handler: async (head) => (await handler)(head),
    maxBodyBytes: MAX_BODY_BYTES,
    bodyTimeoutMs: Math.min(BODY_TIMEOUT_MS, config.requestDeadlineMs),
    maxInFlight: config.maxInFlight,
    log,
  });
}

/**
 * Loads the rest of the gateway: libphonenumber and the `twilio` package are most of its code, and an instance is asked
 * for nothing before it listens. If it cannot be loaded the process ends, as it does for all that nobody catches.
 */
async function loadHandler(parts: Omit<GatewayParts, 'documents'>): Promise<Handler> {
  // The framework listens in the turn of the event loop that loads us.
  await new Promise((resolve) => setImmediate(resolve));
  const { connectFirestore } = await import('../adapters/connect-firestore.ts');
  const documents = connectFirestore(parts.config);
  const { composeGateway } = await import('./compose.ts');
  return composeGateway({ ...parts, documents });
}
