import type { FirestoreDocuments } from '../adapters/firestore-documents.ts';
import { createFirestoreRules } from '../adapters/firestore-rules.ts';
import { guardVerifications } from '../adapters/guarded-verifications.ts';
import { createHttpClient, prepareTls } from '../adapters/http-client.ts';
import type { Pseudonym } from '../adapters/pseudonym.ts';
import { createTwilioLookup } from '../adapters/twilio-lookup.ts';
import { createTwilioTransport } from '../adapters/twilio-transport.ts';
import { createTwilioVerifications } from '../adapters/twilio-verify.ts';
import { createVerifyProbe } from '../adapters/verify-probe.ts';
import type { Handler } from '../http/guard.ts';
import type { Log } from '../http/log.ts';
import { createAuthenticate } from './authenticate.ts';
import type { GatewayConfig } from './config.ts';
import { createFailOpenBudget } from './fail-open-budget.ts';
import { createHandler } from './handler.ts';
import { createLookupBudget } from './lookup-budget.ts';
import type { Carriers, Verifications } from './ports.ts';
import { createRecentSends } from './recent-sends.ts';
import { createSendCode } from './send-code.ts';
import type { SigningKey } from './signing-key.ts';

/** What is there before the rest of the gateway is loaded. */
export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly log: Log;
  /** Newest first; asked for each request, because keys rotate while the instance runs. */
  readonly keys: () => readonly SigningKey[];
  /** Asked for each call. */
  readonly twilioSecret: () => string;
  readonly pseudonym: Pseudonym;
  readonly documents: FirestoreDocuments;
}

/** Binds the use case to its adapters. The rules are read from here on. */
export function composeGateway({
  config,
  log,
  keys,
  twilioSecret,
  pseudonym,
  documents,
}: GatewayParts): Handler {
  const rules = createFirestoreRules({ documents, ...config.firestore, log });
  rules.warm();
  const sendCode = createSendCode(
    {
      ...connectTwilio(config, twilioSecret),
      rules,
      recentSends: createRecentSends({ maxPerRecipient: config.maxSendsPerNumber }),
      failOpenBudget: createFailOpenBudget(config.failOpenPerMinute),
      now: () => new Date(),
    },
    config.policy,
  );
  const authenticate = createAuthenticate({ keys, tokens: config.tokens });
  // While the rules are on their way, and whatever is asked next is asked by TLS.
  prepareTls();
  return createHandler({ ...config, authenticate, sendCode, log, pseudonym });
}

function connectTwilio(
  { twilio, maxInFlight, lookupCacheSeconds, lookupsPerPrefixPerMinute }: GatewayConfig,
  apiKeySecret: () => string,
): { readonly carriers: Carriers; readonly verifications: Verifications } {
  const transport = createTwilioTransport({
    // A request has at most two calls under way: Lookup and cancel.
    httpClient: createHttpClient({ maxSockets: 2 * maxInFlight }),
    apiKeySid: twilio.apiKeySid,
    apiKeySecret,
    baseUrl: twilio.baseUrl,
  });
  const verify = { transport, serviceSid: twilio.verifyServiceSid };
  const budget = createLookupBudget(lookupsPerPrefixPerMinute);
  return {
    carriers: createTwilioLookup({
      transport,
      cacheSeconds: lookupCacheSeconds,
      beforeLookup: (e164) => budget.spend(e164),
    }),
    verifications: guardVerifications(createTwilioVerifications(verify), {
      isAnswering: createVerifyProbe(verify),
    }),
  };
}
