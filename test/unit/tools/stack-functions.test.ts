import { describe, expect, it } from '@jest/globals';
import {
  functionEnvironment,
  STACK_FUNCTIONS,
  type StackContext,
  type StackFunction,
} from '../../../tools/local-stack/stack-functions.ts';

const [gateway] = STACK_FUNCTIONS;

function aContext(change: Partial<StackContext> = {}): StackContext {
  return {
    keys: {
      gatewaySecret: 'key-of-the-gateway',
      logStreamToken: 'token-of-the-stream',
      numberHashKey: 'key-of-numbers',
    },
    firestoreHost: '127.0.0.1:8100',
    project: 'demo-gateway',
    twilio: { TWILIO_ACCOUNT_SID: 'AC-simulated', TWILIO_API_BASE_URL: 'http://127.0.0.1:8090' },
    inherited: {},
    ...change,
  };
}

function environmentOf(change: Partial<StackContext> = {}, of: StackFunction | undefined = gateway) {
  if (of === undefined) throw new Error('there is no such function');
  return functionEnvironment(of, aContext(change));
}

describe('the functions of the local stack', () => {
  it('have ports and names of their own', () => {
    expect(new Set(STACK_FUNCTIONS.map(({ offset }) => offset)).size).toBe(STACK_FUNCTIONS.length);
    expect(new Set(STACK_FUNCTIONS.map(({ target }) => target)).size).toBe(STACK_FUNCTIONS.length);
  });

  it('start with the gateway', () => {
    expect(gateway).toMatchObject({ target: 'gateway', offset: 0 });
  });
});

describe('the environment of the gateway', () => {
  it('names keys, database and Twilio, and reads the rules often', () => {
    expect(environmentOf()).toEqual({
      BLOCKLIST_TTL_SECONDS: '2',
      GOOGLE_CLOUD_PROJECT: 'demo-gateway',
      NUMBER_HASH_KEY: 'key-of-numbers',
      TWILIO_ACCOUNT_SID: 'AC-simulated',
      TWILIO_API_BASE_URL: 'http://127.0.0.1:8090',
      GATEWAY_SECRETS: 'key-of-the-gateway',
      FIRESTORE_EMULATOR_HOST: '127.0.0.1:8100',
    });
  });

  it.each(['BLOCK_RESPONSE', 'ENABLED_CHANNELS', 'BLOCKLIST_TTL_SECONDS', 'LOG_LEVEL', 'PATH'])(
    'takes %s from the person who starts it',
    (name) => {
      expect(environmentOf({ inherited: { [name]: 'chosen' } })).toHaveProperty(name, 'chosen');
    },
  );

  it.each([
    'PORT',
    'NODE_OPTIONS',
    'GATEWAY_SECRETS',
    'GATEWAY_SECRETS_FILE',
    'GATEWAY_SECRET_BASE64',
    'GATEWAY_JWT_AUDIENCE',
    'GATEWAY_JWT_SUBJECT',
    'NUMBER_HASH_KEY_FILE',
    'LOG_STREAM_TOKENS_FILE',
    'FIRESTORE_DATABASE',
    'GOOGLE_CLOUD_PROJECT',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'TWILIO_API_KEY_SECRET_FILE',
    'TWILIO_API_BASE_URL',
  ])('leaves out a %s that is meant for something else', (name) => {
    expect(Object.values(environmentOf({ inherited: { [name]: 'from elsewhere' } }))).not.toContain(
      'from elsewhere',
    );
  });

  it('takes the account from the person when Twilio itself is used', () => {
    const inherited = { TWILIO_ACCOUNT_SID: 'AC-real', TWILIO_API_KEY_SECRET_FILE: '/run/secret' };

    expect(environmentOf({ twilio: null, inherited })).toMatchObject(inherited);
  });

  it('holds nothing without a value', () => {
    expect(environmentOf({ inherited: { EMPTY: undefined } })).not.toHaveProperty('EMPTY');
  });

  it('adds what a function asks for', () => {
    const other: StackFunction = {
      target: 'other',
      offset: 1,
      environment: ({ keys }) => ({ LOG_STREAM_TOKENS: keys.logStreamToken }),
    };
    const environment = environmentOf({}, other);

    expect(environment).toHaveProperty('LOG_STREAM_TOKENS', 'token-of-the-stream');
    expect(environment).not.toHaveProperty('GATEWAY_SECRETS');
  });
});
