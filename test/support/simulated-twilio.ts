import twilio from 'twilio';
import {
  createTwilioSimulator,
  type TwilioSimulator,
} from '../../tools/twilio-simulator/create-twilio-simulator.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS, type TwilioSimulatorOptions } from '../../tools/twilio-simulator/settings.ts';

const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
const AUTHORIZATION = `Basic ${Buffer.from(`${apiKey.sid}:${apiKey.secret}`).toString('base64')}`;

/** The path of the verifications of the simulator's own service. */
export const VERIFICATIONS_PATH = `/v2/Services/${serviceSid}/Verifications`;

/** What came back. */
export interface SimulatedAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** The members of a JSON object; empty for anything else. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A listening simulator, and short ways to ask it. */
export interface SimulatedTwilio {
  readonly simulator: TwilioSimulator;
  readonly url: string;
  /** Asks with the credential unless the call brings another; follows no redirect. */
  readonly ask: (path: string, init?: SimulatedCall) => Promise<SimulatedAnswer>;
  /** Posts a form. */
  readonly post: (
    path: string,
    params?: Readonly<Record<string, string>>,
    init?: SimulatedCall,
  ) => Promise<SimulatedAnswer>;
  /** Starts a verification: by default an ordinary number, by SMS, with the code 123456. */
  readonly create: (
    params?: Readonly<Record<string, string>>,
    init?: SimulatedCall,
  ) => Promise<SimulatedAnswer>;
  /** Uses a control route. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<SimulatedAnswer>;
  /** The real client, pointed at the simulator. */
  readonly client: (key?: { readonly sid: string; readonly secret: string }) => ReturnType<typeof twilio>;
  readonly stop: () => Promise<void>;
}

/** What a call may add. */
export interface SimulatedCall {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Starts a simulator on loopback. */
export async function startSimulatedTwilio(options: TwilioSimulatorOptions = {}): Promise<SimulatedTwilio> {
  const simulator = createTwilioSimulator(options);
  const url = await simulator.listen();
  const ask = async (path: string, init: SimulatedCall = {}): Promise<SimulatedAnswer> => {
    const headers = { authorization: AUTHORIZATION, ...init.headers };
    const answer = await fetch(url + path, { redirect: 'manual', ...init, headers });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return {
      status: answer.status,
      headers: new Map(answer.headers),
      text,
      body: isJson ? membersOf(text) : {},
    };
  };
  const post: SimulatedTwilio['post'] = (path, params = {}, init = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(params).toString(),
      ...init,
    });
  return {
    simulator,
    url,
    ask,
    post,
    create: (params = {}, init = {}) =>
      post(
        VERIFICATIONS_PATH,
        { To: NUMBERS.ordinary, Channel: 'sms', CustomCode: '123456', ...params },
        init,
      ),
    control: (method, path, body) =>
      ask(`/simulator/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    client: (key = apiKey) => clientOf(url, key),
    stop: () => simulator.close(),
  };
}

/** The real client, with Lookup, Verify and IAM at one origin. */
export function clientOf(url: string, key: { readonly sid: string; readonly secret: string }) {
  const client = twilio(key.sid, key.secret, { accountSid });
  client.verify.baseUrl = url;
  client.lookups.baseUrl = url;
  client.iam.baseUrl = url;
  return client;
}

/** Follows names into a value of unknown shape; undefined where there is nothing. */
export function inside(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((current, name) => {
    if (typeof current !== 'object' || current === null) return undefined;
    return Object.entries(current).find(([key]) => key === name)?.[1];
  }, value);
}

/** What a promise fails with. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error,
  );
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
