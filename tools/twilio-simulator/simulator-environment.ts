import { SIMULATOR_DEFAULTS, type TwilioSimulatorOptions } from './settings.ts';

/** How the simulator runs as a process. */
export interface SimulatorEnvironment {
  /** 0: a free one. */
  readonly port: number;
  readonly options: TwilioSimulatorOptions;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment of the process: `PORT` (default: a free one), `TWILIO_ACCOUNT_SID`, `TWILIO_API_KEY_SID`,
 * `TWILIO_API_KEY_SECRET`, `TWILIO_VERIFY_SERVICE_SID` (default: those of SIMULATOR_DEFAULTS) and `SIMULATOR_LATENCY_MS` (default 0).
 *
 * @throws Error naming a variable that is not valid, never its value
 */
export function readSimulatorEnvironment(env: Environment): SimulatorEnvironment {
  const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
  return {
    port: wholeNumber(env, 'PORT', 65_535),
    options: {
      accountSid: sid(env, 'TWILIO_ACCOUNT_SID', 'AC', accountSid),
      serviceSid: sid(env, 'TWILIO_VERIFY_SERVICE_SID', 'VA', serviceSid),
      apiKeys: [
        {
          sid: sid(env, 'TWILIO_API_KEY_SID', 'SK', apiKey.sid),
          secret: env['TWILIO_API_KEY_SECRET'] ?? apiKey.secret,
        },
      ],
      latencyMs: wholeNumber(env, 'SIMULATOR_LATENCY_MS', 60_000),
    },
  };
}

function sid(env: Environment, name: string, prefix: string, fallback: string): string {
  const value = env[name] ?? fallback;
  if (!new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(value)) {
    throw new Error(`${name} must be ${prefix} and 32 hexadecimal digits`);
  }
  return value;
}

function wholeNumber(env: Environment, name: string, maximum: number): number {
  const value = env[name] ?? '0';
  if (!/^\d{1,9}$/.test(value) || Number(value) > maximum) {
    throw new Error(`${name} must be a whole number up to ${maximum}`);
  }
  return Number(value);
}
