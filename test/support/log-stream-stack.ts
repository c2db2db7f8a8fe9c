import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SIMULATOR_DEFAULTS, type TwilioSimulatorOptions } from '../../tools/twilio-simulator/settings.ts';
import { startFunction, type FunctionProcess } from './function-process.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from './simulated-twilio.ts';

/** What came back. */
export interface LogStreamAnswer {
  readonly status: number;
  readonly code: unknown;
  /** By which the lines of this request are found. */
  readonly requestId: unknown;
  readonly headers: Headers;
}

/** How a batch is sent. */
export interface LogStreamCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** Null sends none. */
  readonly authorization?: string | null;
}

/** The function log-stream on a real framework process, with the Twilio simulator behind it. */
export interface LogStreamStack {
  readonly logStream: FunctionProcess;
  readonly twilio: SimulatedTwilio;
  readonly token: string;
  /** Sends text as it is, anything else as JSON. */
  readonly send: (body: unknown, call?: LogStreamCall) => Promise<LogStreamAnswer>;
  /** The recipients whose approval was asked for since the simulator was reset. */
  readonly approved: () => readonly (string | null)[];
  readonly stop: () => Promise<void>;
}

const TOKEN = 'a-token-of-the-log-stream-0123456789';

/** Starts a stack of its own. */
export async function startLogStreamStack(
  options: { env?: Readonly<Record<string, string>>; simulator?: TwilioSimulatorOptions } = {},
): Promise<LogStreamStack> {
  const twilio = await startSimulatedTwilio(options.simulator);
  const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
  const logStream = await startFunction({
    target: 'log-stream',
    env: {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
      TWILIO_API_BASE_URL: twilio.url,
      LOG_STREAM_TOKENS: TOKEN,
      LOG_LEVEL: 'debug',
      ...options.env,
    },
  });
  return {
    logStream,
    twilio,
    token: TOKEN,
    send: (body, call = {}) => sendTo(logStream.url, body, { authorization: TOKEN, ...call }),
    approved: () =>
      twilio.simulator.seen
        .filter(({ operation }) => operation === 'verification.update')
        .map(({ to }) => to),
    stop: async () => {
      await logStream.stop();
      await twilio.stop();
    },
  };
}

/** An event of a login by code, as Auth0 writes it; `change` is of its data. */
export function aLoginEvent(number: string, change: Readonly<Record<string, unknown>> = {}) {
  const logId = `900${number.slice(1)}${String(Math.random()).slice(2, 14)}`;
  const data = {
    date: new Date().toISOString(),
    type: 's',
    connection: 'sms',
    strategy: 'sms',
    user_id: 'sms|0123456789',
    user_name: number,
    log_id: logId,
    ...change,
  };
  return { log_id: data.log_id, data };
}

/** A made sample of `auth0-logs/`, with its dates moved to now. */
export function sampleLog(name: string): string {
  const text = readFileSync(path.join(SAMPLES, name), 'utf8');
  return text.replace(/"2026-11-23T[^"]*"/g, JSON.stringify(new Date().toISOString()));
}

/** The names of all made samples. */
export function sampleNames(): readonly string[] {
  return readdirSync(SAMPLES);
}

const SAMPLES = path.join(import.meta.dirname, 'auth0-logs');

async function sendTo(url: string, body: unknown, call: LogStreamCall): Promise<LogStreamAnswer> {
  const { authorization, contentType = 'application/json' } = call;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...(contentType === '' ? {} : { 'content-type': contentType }),
      ...(authorization === null || authorization === undefined ? {} : { authorization }),
      ...call.headers,
    },
    body: isRaw ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(40_000),
  });
  const answer = JSON.parse(await response.text()) as Readonly<Record<string, unknown>>;
  return {
    status: response.status,
    code: answer['code'],
    requestId: answer['requestId'],
    headers: response.headers,
  };
}
