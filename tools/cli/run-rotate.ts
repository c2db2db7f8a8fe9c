import { randomBytes } from 'node:crypto';
import { carryOut } from './carry-out.ts';
import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { listedKeys } from './listed-keys.ts';
import type { Output } from './output.ts';
import { targetOf } from './target-of.ts';

/** What can be rotated here; the keys of Twilio have a command of their own. */
export const ROTATED = ['gateway', 'log-stream', 'number-hash-key'] as const;

/** One of them. */
export type Rotated = (typeof ROTATED)[number];

/** What was asked for. */
export interface RotateOptions {
  readonly yes?: boolean;
  /** Whether to take the old values away, now that nobody uses them. */
  readonly finish?: boolean;
}

const KEY_BYTES = 48;
const SECRETS: Readonly<Record<Rotated, string>> = {
  gateway: 'gateway-secrets',
  'log-stream': 'log-stream-tokens',
  'number-hash-key': 'number-hash-key',
};
const NEXT: Readonly<Record<Rotated, readonly string[]>> = {
  gateway: [
    'Both keys are accepted from within a minute on. Now give Auth0 the new one:',
    '  npx verify-gateway setup auth0            (legacy door: gateway_authentication.secret)',
    '  npx verify-gateway setup auth0 --renew-secrets   (Action door: GATEWAY_SECRET)',
    'When a code has arrived: npx verify-gateway rotate gateway --finish',
  ],
  'log-stream': [
    'Both tokens are accepted from within a minute on. Now give Auth0 the new one:',
    '  npx verify-gateway setup auth0            (log stream: its authorization)',
    '  npx verify-gateway setup auth0 --feedback action --renew-secrets   (post-login Action)',
    'When a login was reported: npx verify-gateway rotate log-stream --finish',
  ],
  'number-hash-key': ['From within a minute on a number has another pseudonym in the logs.'],
};

/**
 * Puts a new key before the old one, or takes the old one away. No value is shown.
 *
 * @throws CliProblem when there is nothing to rotate, or a rotation is under way
 */
export async function runRotate(
  world: CliWorld,
  output: Output,
  what: Rotated,
  options: RotateOptions,
): Promise<void> {
  const target = targetOf(world);
  const secrets = world.openSecrets(target.project);
  const id = target.secretId(SECRETS[what]);
  const isFinish = options.finish === true;
  try {
    const current = await secrets.read(id);
    if (current === null) throw new CliProblem(`${id} has no value yet: run make secrets.`);
    const keys = listedKeys(current.value);
    const [newest = '', ...older] = keys;
    if (isFinish && older.length === 0)
      throw new CliProblem(`${id} holds one key: there is nothing to finish.`);
    if (!isFinish && older.length > 0)
      throw new CliProblem(`A rotation of ${id} is under way: finish it first, with --finish.`);
    const value = isFinish ? newest : nextValue(what, newest);
    const lines = isFinish
      ? [`${older.length} older taken away: whoever still uses it is refused with 401`]
      : [
          what === 'number-hash-key'
            ? 'a new key replaces the old one'
            : 'a new key, newest first, beside the old one',
        ];
    const change: Change = { what: id, lines, apply: () => secrets.add(id, value) };
    await carryOut([change], { output, isConfirmed: options.yes === true });
    const next = isFinish ? ['Done. Old versions cost cents: gcloud secrets versions destroy.'] : NEXT[what];
    next.forEach(output.say);
    output.result({ secret: id, finished: isFinish, next });
  } finally {
    await secrets.close();
  }
}

function nextValue(what: Rotated, newest: string): string {
  // Good as text and as base64url: either way of the gateway's setting takes it.
  const made = randomBytes(KEY_BYTES).toString('base64url');
  return what === 'number-hash-key' ? made : `${made}\n${newest}`;
}
