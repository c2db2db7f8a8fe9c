import type { Attempts } from '../watch/ports.ts';
import { createHttpClient } from './http-client.ts';
import { createTwilioAttempts } from './twilio-attempts.ts';
import { createTwilioTransport } from './twilio-transport.ts';

/** Whose attempts are read, and as whom. */
export interface TwilioAttemptsConnection {
  readonly apiKeySid: string;
  /** Asked for each call. */
  readonly apiKeySecret: () => string;
  /** One origin in place of Twilio's own. */
  readonly baseUrl: string | undefined;
  /** `VA…` */
  readonly serviceSid: string;
  /** Told after each page how many there were, and how many attempts they held. Default: does nothing. */
  readonly onPage?: (pages: number, attempts: number) => void;
}

// A page of 1,000 attempts is about as long as what is allowed elsewhere.
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** Connects to Twilio Verify, as far as its attempts go; `close` lets go of the connections. */
export function connectTwilioAttempts(connection: TwilioAttemptsConnection): Attempts & { close(): void } {
  const httpClient = createHttpClient({ maxSockets: 4 });
  const transport = createTwilioTransport({
    ...connection,
    httpClient: {
      ...httpClient,
      request: (request) => httpClient.request({ ...request, maxBytes: MAX_PAGE_BYTES }),
    },
  });
  return { ...createTwilioAttempts({ ...connection, transport }), close: () => httpClient.close() };
}
