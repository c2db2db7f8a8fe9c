import { SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import { SIMULATOR_DEFAULTS, type TwilioSimulatorOptions } from '../../tools/twilio-simulator/settings.ts';
import { startFirestoreEmulator, type FirestoreEmulator } from './firestore-emulator.ts';
import { startFunction, type FunctionProcess } from './function-process.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from './simulated-twilio.ts';

/** What came back from the gateway. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null where the answer is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** How a request is sent; everything has a default that is in order. */
export interface GatewayCall {
  /** An object is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
  /** Default: a token signed with the newest key; null sends none. */
  readonly token?: string | null;
}

/** The gateway on a real framework process, with the Twilio simulator and Google's Firestore emulator behind it. */
export interface GatewayStack {
  readonly gateway: FunctionProcess;
  readonly twilio: SimulatedTwilio;
  readonly firestore: FirestoreEmulator;
  readonly key: string;
  readonly send: (call?: GatewayCall) => Promise<GatewayAnswer>;
  /** Calls that the simulator has seen since it was reset, by operation. */
  readonly calls: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** What a stack is made with. */
export interface GatewayStackOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly simulator?: TwilioSimulatorOptions;
}

/**
 * Starts a stack of its own.
 *
 * @returns null, after the reason was printed, where Google's Firestore emulator is not there
 */
export async function startGatewayStack(options: GatewayStackOptions = {}): Promise<GatewayStack | null> {
  const firestore = await startFirestoreEmulator();
  if (firestore === null) return null;
  const twilio = await startSimulatedTwilio(options.simulator);
  const key = randomBytes(32).toString('hex');
  const gateway = await startFunction({
    target: 'gateway',
    env: { ...gatewayEnvironment(key, twilio.url, firestore), ...options.env },
  });
  return {
    gateway,
    twilio,
    firestore,
    key,
    send: async (call = {}) => sendTo(gateway.url, { token: await signToken(key), ...call }),
    calls: () => twilio.simulator.seen.map(({ operation }) => operation.replace('verification.', '')),
    stop: async () => {
      await gateway.stop();
      await twilio.stop();
      await firestore.stop();
    },
  };
}

/**
 * Starts one more gateway beside that of a stack, with the same Twilio, Firestore and key.
 *
 * @param env - what it is told in addition to what every gateway of a stack is told
 * @returns a stack whose `stop` stops this gateway alone
 */
export async function startGatewayBeside(
  stack: GatewayStack,
  env: Readonly<Record<string, string>>,
): Promise<GatewayStack> {
  const { key, twilio, firestore } = stack;
  const gateway = await startFunction({
    target: 'gateway',
    env: { ...gatewayEnvironment(key, twilio.url, firestore), ...env },
  });
  return {
    ...stack,
    gateway,
    send: async (call = {}) => sendTo(gateway.url, { token: await signToken(key), ...call }),
    stop: async () => {
      await gateway.stop();
    },
  };
}

/** The environment of a gateway that uses the simulator and the emulator. */
export function gatewayEnvironment(
  key: string,
  twilioUrl: string,
  firestore: { readonly host: string; readonly project: string },
): Record<string, string> {
  const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
  return {
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_API_KEY_SID: apiKey.sid,
    TWILIO_API_KEY_SECRET: apiKey.secret,
    TWILIO_VERIFY_SERVICE_SID: serviceSid,
    TWILIO_API_BASE_URL: twilioUrl,
    GATEWAY_SECRETS: key,
    GOOGLE_CLOUD_PROJECT: firestore.project,
    FIRESTORE_EMULATOR_HOST: firestore.host,
    BLOCKLIST_TTL_SECONDS: '1',
    // Tests send to many numbers of one prefix, which is what the bound is there to stop.
    LOOKUPS_PER_PREFIX_PER_MINUTE: '0',
    LOG_LEVEL: 'debug',
  };
}

/** A token as Auth0 makes one for its custom SMS gateway. */
export function signToken(key: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const issued = { sub: 'urn:Auth0', aud: 'urn:sms-gateway', ...claims };
  return new SignJWT(issued).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(Buffer.from(key));
}

/** The body of Auth0's custom SMS gateway call. */
export function aGatewayBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    recipient: '+447700900001',
    body: 'Your verification code is: 123456',
    sender: '+447700900999',
    req: { ip: '203.0.113.7', 'user-agent': 'Mozilla/5.0' },
    ...changes,
  };
}

async function sendTo(url: string, call: GatewayCall): Promise<GatewayAnswer> {
  const { method = 'POST', path = '/', token, body = aGatewayBody() } = call;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === null || token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...call.headers,
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const isJson = /^application\/(?:problem\+)?json$/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : null,
  };
}
