import type { Facts } from '../facts.ts';
import { listedKeys } from '../listed-keys.ts';
import type { Check, Finding } from './check.ts';
import { green } from './green.ts';
import { red } from './red.ts';

const LISTS = ['gateway-secrets', 'log-stream-tokens', 'number-hash-key'] as const;
const TWILIO = ['gateway-twilio-api-key-secret', 'log-stream-twilio-api-key-secret'] as const;
const WATCH = 'watch-twilio-api-key-secret';
const MIN_BYTES = 32;
const MIN_CHARACTERS_USED = 8;

/** The values in Secret Manager. */
export const SECRET_CHECKS: readonly Check[] = [
  {
    id: 'google.secrets',
    group: 'google',
    title: 'secrets present',
    needs: ['google.apis'],
    run: async (facts) => {
      const missing: string[] = [];
      for (const name of [...LISTS, ...TWILIO]) {
        if ((await facts.secret(name)) === null) missing.push(facts.target().secretId(name));
      }
      const { project, environment } = facts.target();
      if (missing.length === 0) return green('all have a value');
      return red(
        `without a value: ${missing.join(', ')}`,
        `make secrets PROJECT=${project} ENV=${environment}`,
      );
    },
  },
  {
    id: 'google.secrets-strong',
    group: 'google',
    title: 'secrets strong and distinct',
    needs: ['google.secrets', 'google.functions'],
    run: checkStrength,
  },
];

async function checkStrength(facts: Facts): Promise<Finding> {
  const { keysAreBase64 } = await facts.settings();
  const seen = new Map<string, string>();
  const weak: string[] = [];
  const shared: string[] = [];
  const watch = (await facts.deployed('watch')) === null ? [] : [WATCH];
  for (const name of [...LISTS, ...TWILIO, ...watch]) {
    const isTwilio = name.endsWith('-twilio-api-key-secret');
    for (const key of listedKeys((await facts.secret(name)) ?? '')) {
      const isBase64 = keysAreBase64 && name === 'gateway-secrets';
      if (!isTwilio && isWeak(key, isBase64)) weak.push(name);
      const other = seen.get(key);
      if (other !== undefined)
        shared.push(other === name ? `${name} lists a key twice` : `${name} equals ${other}`);
      seen.set(key, name);
    }
  }
  if (weak.length > 0)
    return red(`weak: ${[...new Set(weak)].join(', ')}`, `npx verify-gateway rotate ${commandFor(weak[0])}`);
  if (shared.length > 0)
    return red(
      shared.join(', '),
      shared.some((text) => text.includes('twilio'))
        ? 'npx verify-gateway rotate twilio --function NAME: each function has a key of its own'
        : 'npx verify-gateway rotate gateway, and log-stream likewise',
    );
  return green('each at least 32 bytes, none used twice');
}

function commandFor(name: string | undefined): string {
  if (name === 'number-hash-key') return 'number-hash-key';
  return name === 'log-stream-tokens' ? 'log-stream' : 'gateway';
}

/** Too short to withstand guessing, or typed by a person who got tired. */
function isWeak(key: string, isBase64: boolean): boolean {
  const bytes = isBase64 ? Buffer.from(key, 'base64url') : Buffer.from(key);
  return bytes.length < MIN_BYTES || new Set(key).size < MIN_CHARACTERS_USED;
}
