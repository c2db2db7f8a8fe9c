import { SignJWT } from 'jose';
import { findFreePort } from '../local-stack/find-free-port.ts';
import { startFunction, type StartedFunction } from '../local-stack/start-function.ts';
import { createLineSplitter } from '../local-stack/line-splitter.ts';
import { SIMULATOR_DEFAULTS } from '../twilio-simulator/settings.ts';
import type { Defence, Twilio } from './day.ts';
import { startRuleStore, type RuleStore } from './rule-store.ts';

/** How the gateway is run. */
export interface GatewayDefenceOptions {
  /** As in `RATE_LIMITS`. */
  readonly rateLimits: string;
  /** Whether the function `watch` runs too, in mode `block`. */
  readonly isWatched: boolean;
  /** The folder that `make build` writes; default `dist/`. */
  readonly dist?: string | undefined;
  /** Told when rules of its own stand: how many, and the time in milliseconds since the day began. */
  readonly onRules: (count: number, nowMs: number) => void;
  /** Told each time that `watch` says that it cannot rely on feedback. */
  readonly onAlarm: () => void;
}

const KEY = 'simulated-attack-key-0123456789-0123456789';
const PROJECT = 'simulated-attack';
const MOVED_CLOCK = new URL('./moved-clock.ts', import.meta.url);
const SAMPLE_RULES = ['234-51', '234-58', '234-55'];

/** Starts what `dist/` holds, by the clock of the simulation. */
export async function startGateway(twilio: Twilio, options: GatewayDefenceOptions): Promise<Defence> {
  const store = await startRuleStore();
  for (const id of SAMPLE_RULES) store.put(`blocklist/${id}`, {});
  const mode = { mapValue: { fields: { mode: { stringValue: 'block' } } } };
  store.put('settings/gateway', { watch: mode });
  const settings = {
    GATEWAY_SECRETS: KEY,
    RATE_LIMITS: options.rateLimits,
    LOOKUPS_PER_PREFIX_PER_MINUTE: '20',
  };
  const gateway = await start('gateway', settings, twilio, store, options.dist);
  const lines = createLineSplitter((line) => {
    if (line.includes('"event":"watch.feedback_broken"')) options.onAlarm();
  });
  const watch = options.isWatched
    ? await start('watch', {}, twilio, store, options.dist, (text) => lines.add(text))
    : null;
  const token = await new SignJWT({ sub: 'urn:Auth0', aud: 'urn:sms-gateway' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(KEY));
  const post = async (url: string, nowMs: number, body: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'x-simulated-time': String(nowMs) };
    const request = { method: 'POST', url: `${url}/`, headers, body, timeoutMs: 20_000 };
    return (await twilio.httpClient.request(request)).status;
  };

  return {
    send: async ({ number, ip }, nowMs) => {
      const body = { recipient: number, body: 'Your code is 123456', sender: null, req: { ip } };
      return (await post(gateway.url, nowMs, JSON.stringify(body))) === 200;
    },
    everyFiveMinutes: async (nowMs) => {
      if (watch === null) return;
      const status = await post(watch.url, nowMs, '{}');
      if (status !== 200) throw new Error(`watch answered ${status}`);
      options.onRules(store.ids('blocklist').length - SAMPLE_RULES.length, nowMs);
    },
    stop: async () => {
      await gateway.process.stop();
      await watch?.process.stop();
      await store.close();
    },
  };
}

async function start(
  target: string,
  settings: Readonly<Record<string, string>>,
  twilio: Twilio,
  { host }: RuleStore,
  dist: string | undefined,
  onOutput: (text: string) => void = () => undefined,
): Promise<StartedFunction> {
  const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
  let output = '';
  const started = await startFunction({
    target,
    port: await findFreePort(),
    dist,
    env: {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
      TWILIO_API_BASE_URL: twilio.url,
      GOOGLE_CLOUD_PROJECT: PROJECT,
      FIRESTORE_EMULATOR_HOST: host,
      LOG_LEVEL: 'error',
      NODE_OPTIONS: `--import=${MOVED_CLOCK.href}`,
      ...settings,
    },
    onOutput: (text) => {
      onOutput(text);
      output = (output + text).slice(-2000);
    },
  });
  if (await started.isReady) return started;
  await started.process.stop('SIGKILL');
  throw new Error(`${target} did not start: ${output}`);
}
