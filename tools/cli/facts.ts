import type { GatewayConfig } from '../../functions/gateway/config.ts';
import type { Target } from '../deploy/target.ts';
import { createAuth0Management, type Auth0Management } from './auth0-management.ts';
import type { Auth0Wanted } from './auth0-wanted.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import {
  readDeployedFunction,
  type DeployedFunction,
  type DeployedName,
  type FunctionName,
} from './deployed-function.ts';
import { gatewaySettingsIn } from './gateway-settings.ts';
import type { GoogleCloud } from './google-cloud.ts';
import { listedKeys } from './listed-keys.ts';
import { once } from './once.ts';
import { originOf } from './origin-of.ts';
import type { SecretVersions } from './secret-versions.ts';
import { targetOf } from './target-of.ts';
import { variableIn } from '../local-stack/variable-in.ts';

/** What is known of an installation, asked for once and only when needed. */
export interface Facts {
  readonly world: CliWorld;
  readonly target: () => Target;
  readonly google: () => GoogleCloud;
  /** Null where it is not deployed. */
  readonly deployed: (name: DeployedName) => Promise<DeployedFunction | null>;
  /** Its address: of the environment (`GATEWAY_URL`, `LOG_STREAM_URL`), or as deployed. Throws CliProblem for none. */
  readonly url: (name: FunctionName) => Promise<string>;
  /** A secret by its short name; null where it has no value. */
  readonly secret: (name: string, version?: string) => Promise<string | null>;
  /** The keys or tokens that a function accepts, newest first. Throws CliProblem for none. */
  readonly keys: (name: FunctionName) => Promise<readonly string[]>;
  /** The gateway's settings as deployed, defaults included. */
  readonly settings: () => Promise<GatewayConfig>;
  readonly auth0: () => Auth0Management;
  readonly wanted: () => Promise<Auth0Wanted>;
  readonly close: () => Promise<void>;
}

const LISTS: Readonly<
  Record<FunctionName, { readonly secret: string; readonly variable: string; readonly url: string }>
> = {
  gateway: { secret: 'gateway-secrets', variable: 'GATEWAY_SECRETS', url: 'GATEWAY_URL' },
  'log-stream': { secret: 'log-stream-tokens', variable: 'LOG_STREAM_TOKENS', url: 'LOG_STREAM_URL' },
};

/** Creates it; nothing is asked yet. */
export function createFacts(world: CliWorld): Facts {
  const { env } = world;
  const target = once(() => targetOf(world));
  const google = once(() => world.openGoogle(target().project));
  let opened: SecretVersions | null = null;
  const secrets = once(() => (opened = world.openSecrets(target().project)));
  const deployed = onceBy((name: DeployedName) => readDeployedFunction(google(), target(), name));
  const secret = onceBy(async (key: string) => {
    const [name = '', version] = key.split('@');
    return (await secrets().read(target().secretId(name), version))?.value ?? null;
  });
  const keys = async (name: FunctionName): Promise<readonly string[]> => {
    const { secret: short, variable } = LISTS[name];
    const found = listedKeys(variableIn(env, variable) ?? (await secret(short)) ?? '');
    if (found.length === 0) throw new CliProblem(`There is no ${variable} yet: run make secrets.`);
    return found;
  };
  const url = async (name: FunctionName): Promise<string> => {
    const { url: variable } = LISTS[name];
    if (env[variable]) return originOf(variable, env[variable]);
    const found = await deployed(name);
    if (found === null || found.url === '') throw new CliProblem(`${name} is not deployed: run make deploy.`);
    return found.url;
  };
  const environmentOf = async (name: FunctionName): Promise<Readonly<Record<string, string | undefined>>> =>
    env[LISTS[name].url] ? env : ((await deployed(name))?.environment ?? {});
  const settings = async (): Promise<GatewayConfig> => gatewaySettingsIn(await environmentOf('gateway'));
  return {
    world,
    target,
    google,
    deployed,
    url,
    secret: (name, version = 'latest') => secret(`${name}@${version}`),
    keys,
    settings,
    auth0: once(() => createAuth0Management(env)),
    wanted: async () => ({
      ...(await wantedOf({ url, keys, settings })),
      otpConnections: variableIn(await environmentOf('log-stream'), 'OTP_CONNECTIONS') ?? null,
    }),
    close: async () => opened?.close(),
  };
}

async function wantedOf({
  url,
  keys,
  settings,
}: Pick<Facts, 'url' | 'keys' | 'settings'>): Promise<Omit<Auth0Wanted, 'otpConnections'>> {
  const { tokens, keysAreBase64, codes } = await settings();
  return {
    gatewayUrl: await url('gateway'),
    logStreamUrl: await url('log-stream'),
    gatewayKeys: await keys('gateway'),
    logStreamTokens: await keys('log-stream'),
    keysAreBase64,
    audience: tokens.audience,
    subject: tokens.subject,
    codes,
  };
}

function onceBy<Key, T>(make: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  const made = new Map<Key, Promise<T>>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
