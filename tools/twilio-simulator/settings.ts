import type { ApiKey } from './credentials.ts';
import type { Network } from './network.ts';
import type { Operation } from './operation.ts';

/** A programmable rate limit of Verify. Without a bucket it limits nothing. */
export interface RateLimitOption {
  /** The key in the parameter `RateLimits` of a verification. */
  readonly uniqueName: string;
  readonly buckets: readonly { readonly max: number; readonly intervalSeconds: number }[];
}

/** How long answers take, in milliseconds: all of them, or by operation. */
export type Latency = number | Readonly<Partial<Record<Operation, number>>>;

/** The two documented readings of a create with another code while one is pending. */
export type ResendReading = 'keep-old-code' | 'take-new-code';

/** What may be changed while the simulator runs. */
export interface Settings {
  readonly resend: ResendReading;
  readonly latencyMs: Latency;
  /** Networks by number, before the table of numbers.ts; null for no intelligence. */
  readonly numbers: ReadonlyMap<string, Network | null>;
  readonly customCodeEnabled: boolean;
  readonly lookupEnabled: boolean;
  /** What the service may send by. */
  readonly channels: ReadonlySet<string>;
  readonly rateLimits: readonly RateLimitOption[];
}

/** How a simulator is made; everything has a default. */
export interface TwilioSimulatorOptions {
  readonly accountSid?: string;
  readonly apiKeys?: readonly ApiKey[];
  readonly serviceSid?: string;
  /** Default true. */
  readonly customCodeEnabled?: boolean;
  /** Whether an answer of Verify names the network; default false. */
  readonly lookupEnabled?: boolean;
  /** Default `sms`, `call`, `whatsapp` and `email`. */
  readonly channels?: readonly string[];
  /** Default `keep-old-code`: the reading that hurts. */
  readonly resend?: ResendReading;
  /** Default 0. */
  readonly latencyMs?: Latency;
  /** Default: `ip_and_phone` with 5 in 600 s and 20 in a day. */
  readonly rateLimits?: readonly RateLimitOption[];
  /** Networks by number, before the table of numbers.ts. */
  readonly numbers?: Readonly<Record<string, Partial<Network> | null>>;
  /** How often each of the lists of attempts may be asked in a minute; default 100, as documented. */
  readonly attemptRequestsPerMinute?: number;
  /** How many calls, messages, verifications and attempts are remembered, each; default 100,000. */
  readonly remembered?: number;
}

/** The identifiers of a simulator that is given none: obviously made up. */
export const SIMULATOR_DEFAULTS = {
  accountSid: `AC${'5'.repeat(32)}`,
  serviceSid: `VA${'5'.repeat(32)}`,
  apiKey: { sid: `SK${'5'.repeat(32)}`, secret: 'simulator-api-key-secret' },
  rateLimits: [
    {
      uniqueName: 'ip_and_phone',
      buckets: [
        { max: 5, intervalSeconds: 600 },
        { max: 20, intervalSeconds: 86_400 },
      ],
    },
  ],
  attemptRequestsPerMinute: 100,
  remembered: 100_000,
} as const;

/** The settings that the options ask for. */
export function settingsOf(options: TwilioSimulatorOptions): Settings {
  return {
    resend: options.resend ?? 'keep-old-code',
    latencyMs: options.latencyMs ?? 0,
    numbers: networksOf(options.numbers ?? {}),
    customCodeEnabled: options.customCodeEnabled ?? true,
    lookupEnabled: options.lookupEnabled ?? false,
    channels: new Set(options.channels ?? ['sms', 'call', 'whatsapp', 'email']),
    rateLimits: options.rateLimits ?? SIMULATOR_DEFAULTS.rateLimits,
  };
}

/** Completes networks that are given in part: what is absent is null, the type `mobile`. */
export function networksOf(
  numbers: Readonly<Record<string, Partial<Network> | null>>,
): ReadonlyMap<string, Network | null> {
  return new Map(Object.entries(numbers).map(([number, network]) => [number, network && complete(network)]));
}

function complete(network: Partial<Network>): Network {
  return { mcc: null, mnc: null, carrierName: null, lineType: 'mobile', errorCode: null, ...network };
}

/** How long an answer takes, in milliseconds. */
export function latencyOf({ latencyMs }: Settings, operation: Operation): number {
  return typeof latencyMs === 'number' ? latencyMs : (latencyMs[operation] ?? 0);
}
