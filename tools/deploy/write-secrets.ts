import { DeployFailure } from './deploy-failure.ts';
import type { SecretStore } from './secret-store.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';

/** Where a missing value comes from: ours are made, those of Twilio are asked for. */
type Origin =
  | { readonly kind: 'generated' }
  | { readonly kind: 'asked'; readonly variable: string; readonly question: string }
  /** Taken from the environment if it is there, and asked for by nobody: only a function that is off by default needs it. */
  | { readonly kind: 'optional'; readonly variable: string };

/** The secrets, by their short names, which are those of `infra/secrets.tf`. */
export const SECRET_ORIGINS: Readonly<Record<string, Origin>> = {
  'gateway-secrets': { kind: 'generated' },
  'gateway-twilio-api-key-secret': {
    kind: 'asked',
    variable: 'GATEWAY_TWILIO_API_KEY_SECRET',
    question: 'Secret of the Twilio API key of the gateway (not shown while you type): ',
  },
  'log-stream-tokens': { kind: 'generated' },
  'log-stream-twilio-api-key-secret': {
    kind: 'asked',
    variable: 'LOG_STREAM_TWILIO_API_KEY_SECRET',
    question: 'Secret of the Twilio API key of log-stream (not shown while you type): ',
  },
  'number-hash-key': { kind: 'generated' },
  'watch-twilio-api-key-secret': { kind: 'optional', variable: 'WATCH_TWILIO_API_KEY_SECRET' },
};

/** What is needed to write them. */
export interface WriteSecretsOptions {
  readonly target: Target;
  readonly store: SecretStore;
  readonly terminal: Terminal;
  /** Where the secrets of Twilio are looked for before anybody is asked; usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes this many random bytes. */
  readonly randomBytes: (count: number) => Buffer;
}

const KEY_BYTES = 48;
const ATTEMPTS = 3;

/**
 * Gives each secret that has no value one: generated, or asked for. No value is ever shown, and none is replaced.
 *
 * @throws DeployFailure when a secret is not there, or nobody can be asked
 */
export async function writeSecrets(options: WriteSecretsOptions): Promise<void> {
  const { store, target, terminal } = options;
  for (const [name, origin] of Object.entries(SECRET_ORIGINS)) {
    const id = target.secretId(name);
    if (await hasValue(store, id)) {
      terminal.say(`${id}: has a value, kept.`);
      continue;
    }
    if (origin.kind === 'optional' && isAbsent(options.env[origin.variable])) {
      terminal.say(`${id}: has no value, which only watch needs. Set ${origin.variable} to store one.`);
      continue;
    }
    await store.addValue(id, await makeValue(origin, id, options));
    terminal.say(`${id}: ${origin.kind === 'generated' ? 'generated' : 'stored'}.`);
  }
}

async function hasValue(store: SecretStore, id: string): Promise<boolean> {
  try {
    return await store.hasValue(id);
  } catch (error) {
    const notFound = 5;
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === notFound) throw new DeployFailure(`There is no secret ${id}: make deploy makes it.`);
    throw error;
  }
}

async function makeValue(origin: Origin, id: string, options: WriteSecretsOptions): Promise<string> {
  // Good as text and as base64url: either way of the gateway's setting takes it.
  if (origin.kind === 'generated') return options.randomBytes(KEY_BYTES).toString('base64url');
  const { env, terminal } = options;
  const given = env[origin.variable]?.trim();
  if (given !== undefined && given !== '') {
    const problem = findProblem(given);
    if (problem !== null) throw new DeployFailure(`${origin.variable} ${problem}.`);
    return given;
  }
  if (origin.kind === 'optional' || !terminal.isInteractive) {
    throw new DeployFailure(`${id} has no value and there is nobody to ask: set ${origin.variable}.`);
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await terminal.askHidden(origin.question);
    const problem = findProblem(answer);
    if (problem === null) return answer;
    terminal.say(`What was typed ${problem}.`);
  }
  throw new DeployFailure(`${id} has no value: run make secrets when the key is at hand.`);
}

function isAbsent(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}

/** What is wrong with a secret of a Twilio API key, for which Twilio promises no form. */
function findProblem(value: string): string | null {
  if (/^(?:SK|AC)[0-9a-f]{32}$/.test(value)) return 'is an identifier, not the secret that belongs to it';
  return /^[\x21-\x7e]{16,}$/.test(value) ? null : 'is too short, or holds spaces';
}
