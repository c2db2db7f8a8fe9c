import { carryOut } from './carry-out.ts';
import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { createFacts, type Facts } from './facts.ts';
import type { Output } from './output.ts';
import { planAction } from './plan-action.ts';
import { doorOf, planConnection, readPhoneConnection, type Door } from './plan-connection.ts';
import { planLogStream } from './plan-log-stream.ts';
import { hasCustomPhoneProvider, planPhoneProvider } from './plan-phone-provider.ts';
import { shippedActions } from './shipped-actions.ts';

/** What was asked for. */
export interface SetupAuth0Options {
  readonly yes?: boolean;
  /** Default: the door that the tenant uses. */
  readonly door?: string;
  /** Where logins are reported from; default `stream`. */
  readonly feedback?: string;
  /** Whether the Actions' secrets are written again although nothing else changes. */
  readonly renewSecrets?: boolean;
}

const DOORS: readonly Door[] = ['legacy', 'action'];
const FEEDBACK = ['stream', 'action', 'none'] as const;

/**
 * Points a tenant at the functions: the connection (merged, as PATCH replaces its options whole) or the phone Action, and
 * the log stream or the post-login Action. Done twice, it changes nothing.
 *
 * @throws CliProblem in a sentence
 */
export async function runSetupAuth0(
  world: CliWorld,
  output: Output,
  options: SetupAuth0Options,
): Promise<void> {
  const feedback = FEEDBACK.find((known) => known === (options.feedback ?? 'stream'));
  if (feedback === undefined) throw new CliProblem(`--feedback must be one of ${FEEDBACK.join(', ')}.`);
  const facts = createFacts(world);
  try {
    const door = await chooseDoor(facts, options.door);
    output.say(`The codes go through the ${door} door, and logins are reported by: ${feedback}.`);
    const changes = await plan(facts, door, feedback, options.renewSecrets === true);
    const isChanged = await carryOut(changes, { output, isConfirmed: options.yes === true });
    output.result({ changed: isChanged, door, changes: changes.map(({ what, lines }) => ({ what, lines })) });
  } finally {
    await facts.close();
  }
}

async function plan(
  facts: Facts,
  door: Door,
  feedback: (typeof FEEDBACK)[number],
  renewSecrets: boolean,
): Promise<readonly Change[]> {
  const auth0 = facts.auth0();
  const wanted = await facts.wanted();
  const actions = shippedActions(wanted, facts.world.readText);
  return [
    ...(door === 'action' ? await planAction(auth0, actions.phone, renewSecrets) : []),
    ...(door === 'action' ? await planPhoneProvider(auth0) : []),
    ...(await planConnection(auth0, wanted, door)),
    ...(feedback === 'stream' ? await planLogStream(auth0, wanted) : []),
    ...(feedback === 'action' ? await planAction(auth0, actions.feedback, renewSecrets) : []),
  ];
}

async function chooseDoor(facts: Facts, asked: string | undefined): Promise<Door> {
  if (asked !== undefined) {
    const door = DOORS.find((known) => known === asked);
    if (door === undefined) throw new CliProblem(`--door must be one of ${DOORS.join(', ')}.`);
    return door;
  }
  const auth0 = facts.auth0();
  const connection = await readPhoneConnection(auth0);
  const live = connection === null ? null : doorOf(connection);
  if (live !== null) return live;
  if (await hasCustomPhoneProvider(auth0)) return 'action';
  throw new CliProblem(
    'Say which door: --door legacy for a tenant from before March 2025 with the custom SMS gateway, else --door action.',
  );
}
