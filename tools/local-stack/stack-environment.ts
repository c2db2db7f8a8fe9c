import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FirestoreChoice } from './start-firestore.ts';
import { StackProblem } from './stack-problem.ts';
import { variableIn } from './variable-in.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the local stack is asked for. */
export interface StackEnvironment {
  /** The port of the gateway; the other parts follow at fixed distances. */
  readonly basePort: number;
  readonly firestore: FirestoreChoice;
  /** `real`: the functions use Twilio itself, with the account of the environment. */
  readonly twilio: 'simulator' | 'real';
  readonly log: 'readable' | 'json';
  /** Absolute. */
  readonly dist: string;
  /** Absolute. */
  readonly stackFile: string;
}

/** The distance of the simulator's port from that of the gateway. */
export const SIMULATOR_PORT_OFFSET = 10;
/** The distance of Firestore's port from that of the gateway. */
export const FIRESTORE_PORT_OFFSET = 20;

/** The distance of the page's port from that of the gateway; where it is taken, the page has a free one. */
export const PLAYGROUND_PORT_OFFSET = 5;

/** What Twilio itself asks for: all of them, or none. */
export const TWILIO_NAMES = [
  'TWILIO_ACCOUNT_SID',
  'TWILIO_API_KEY_SID',
  'TWILIO_API_KEY_SECRET',
  'TWILIO_VERIFY_SERVICE_SID',
] as const;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAX_PORT = 65_535;

/**
 * Reads what the local stack is asked for: `PORT` (8080), `FIRESTORE` (`google` or `memory`; default: Google's where it
 * can be run), `LOG` (`json`), `DIST` (`dist`), `STACK_FILE` (`.local/stack.json`), and the four `TWILIO_…`. An empty
 * value counts as absent; relative paths start at the root of the project.
 *
 * @throws StackProblem naming everything that is wrong, and no value of Twilio's
 */
export function readStackEnvironment(env: Environment): StackEnvironment {
  const problems: string[] = [];
  const read: StackEnvironment = {
    basePort: basePortIn(env, problems),
    firestore: oneOf(env, problems, 'FIRESTORE', ['auto', 'google', 'memory']),
    twilio: twilioIn(env, problems),
    log: oneOf(env, problems, 'LOG', ['readable', 'json']),
    dist: path.resolve(ROOT, variableIn(env, 'DIST') ?? 'dist'),
    stackFile: stackFileIn(env),
  };
  if (problems.length > 0) throw new StackProblem(problems.join('\n'));
  return read;
}

/** Where the running stack is described: `STACK_FILE`, or `.local/stack.json` of this project. */
export function stackFileIn(env: Environment): string {
  return path.resolve(ROOT, variableIn(env, 'STACK_FILE') ?? '.local/stack.json');
}

function basePortIn(env: Environment, problems: string[]): number {
  const text = variableIn(env, 'PORT') ?? '8080';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  const highest = MAX_PORT - FIRESTORE_PORT_OFFSET;
  if (port < 1 || port > highest) problems.push(`PORT must be a whole number from 1 to ${highest}.`);
  return port;
}

function twilioIn(env: Environment, problems: string[]): 'simulator' | 'real' {
  const isSet = (name: string): boolean => Boolean(env[name]?.trim());
  const missing = TWILIO_NAMES.filter((name) => !isSet(name) && !isSet(`${name}_FILE`));
  if (missing.length === TWILIO_NAMES.length) return 'simulator';
  if (missing.length > 0) {
    const verb = missing.length === 1 ? 'is' : 'are';
    problems.push(
      `To use Twilio itself, ${missing.join(', ')} ${verb} still missing in .env; to use the simulator, remove the other TWILIO_ values, from the shell too (a key of an operator belongs into .env.operator).`,
    );
  }
  return 'real';
}

function oneOf<T extends string>(
  env: Environment,
  problems: string[],
  name: string,
  allowed: readonly [T, ...T[]],
): T {
  const value = variableIn(env, name) ?? allowed[0];
  const found = allowed.find((entry) => entry === value);
  if (found === undefined) problems.push(`${name} must be one of ${allowed.join(', ')}.`);
  return found ?? allowed[0];
}
