import type { StackKeys } from './stack-file.ts';

/** One function of the local stack. */
export interface StackFunction {
  /** What `FUNCTION_TARGET` names. */
  readonly target: string;
  /** The distance of its port from that of the gateway. */
  readonly offset: number;
  /** What it alone is told. */
  readonly environment: (context: { keys: StackKeys; firestoreHost: string }) => Environment;
}

type Environment = Readonly<Record<string, string>>;

/** What all functions of the local stack are told. */
export interface StackContext {
  readonly keys: StackKeys;
  readonly firestoreHost: string;
  readonly project: string;
  /** The four names of Twilio's, and its address if it is not Twilio's own; null: as in the inherited environment. */
  readonly twilio: Environment | null;
  /** The environment of the person who starts the stack: settings in it count unless the stack needs its own. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

/** The functions that are started, in this order. */
export const STACK_FUNCTIONS: readonly StackFunction[] = [
  {
    target: 'gateway',
    offset: 0,
    environment: ({ keys, firestoreHost }) => ({
      GATEWAY_SECRETS: keys.gatewaySecret,
      FIRESTORE_EMULATOR_HOST: firestoreHost,
    }),
  },
  {
    target: 'log-stream',
    offset: 1,
    environment: ({ keys }) => ({ LOG_STREAM_TOKENS: keys.logStreamToken }),
  },
];

/** Short, so that a rule that is changed by hand can be seen to work. */
const BLOCKLIST_TTL_SECONDS = '2';

/** Names that mean something else to the stack or to Node, or would contradict what the stack sets. */
const NOT_INHERITED: readonly string[] = [
  'PORT',
  'FUNCTION_SOURCE',
  'FUNCTION_SIGNATURE_TYPE',
  'NODE_OPTIONS',
  'GATEWAY_SECRETS',
  'GATEWAY_SECRET_BASE64',
  'GATEWAY_JWT_AUDIENCE',
  'GATEWAY_JWT_SUBJECT',
  'LOG_STREAM_TOKENS',
  'NUMBER_HASH_KEY',
  'FIRESTORE_DATABASE',
  'FIRESTORE_EMULATOR_HOST',
  'GOOGLE_APPLICATION_CREDENTIALS',
];

/** The whole environment of one function. */
export function functionEnvironment(
  { environment }: StackFunction,
  { keys, firestoreHost, project, twilio, inherited }: StackContext,
): Environment {
  const isOwnTwilio = (name: string): boolean => twilio !== null && name.startsWith('TWILIO_');
  const isOwn = (name: string): boolean =>
    NOT_INHERITED.includes(name.replace(/_FILE$/, '')) || isOwnTwilio(name);
  const settings = Object.entries(inherited).flatMap(([name, value]) =>
    value === undefined || isOwn(name) ? [] : [[name, value] as const],
  );
  return {
    BLOCKLIST_TTL_SECONDS,
    ...Object.fromEntries(settings),
    GOOGLE_CLOUD_PROJECT: project,
    NUMBER_HASH_KEY: keys.numberHashKey,
    ...twilio,
    ...environment({ keys, firestoreHost }),
  };
}
