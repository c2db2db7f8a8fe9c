import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { startLogStreamStack } from '../support/log-stream-stack.ts';
import { runAction } from '../support/run-action.ts';

const stack = await startLogStreamStack({ env: { OTP_CONNECTIONS: 'sms,email' } });

let index = 0;
function freshNumber(): string {
  index += 1;
  return testNumber(index);
}

/** The event of Auth0's trigger, as its documentation describes it. */
function anEvent(change: Readonly<Record<string, unknown>> = {}) {
  return {
    connection: { id: 'con_1', name: 'sms', strategy: 'sms' },
    user: { user_id: 'sms|1', phone_number: freshNumber(), identities: [] },
    request: { query: {} },
    transaction: { protocol: 'oidc-basic-profile' },
    authentication: { methods: [{ name: 'sms', timestamp: new Date().toISOString() }] },
    secrets: { LOG_STREAM_URL: stack.logStream.url, LOG_STREAM_TOKEN: stack.token },
    ...change,
  };
}

const run = (event: unknown) => runAction('post-login.js', 'onExecutePostLogin', event);

afterAll(async () => {
  await stack.stop();
});

describe('the Action post-login', () => {
  beforeEach(() => {
    stack.twilio.simulator.reset();
  });

  it('has a login by code reported to Verify, and says nothing', async () => {
    const event = anEvent();
    await stack.twilio.create({ To: event.user.phone_number });

    expect(await run(event)).toEqual({ end: null, output: [] });
    expect(stack.twilio.simulator.seen.at(-1)).toMatchObject({
      to: event.user.phone_number,
      params: { Status: 'approved' },
      status: 200,
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['by another connection', { connection: { name: 'google-oauth2', strategy: 'google-oauth2' } }],
    ['by no connection', { connection: undefined }],
    [
      'by e-mail',
      {
        connection: { name: 'email', strategy: 'email' },
        user: { user_id: 'email|1', email: 'someone@example.com' },
      },
    ],
    ['by a refresh token', { transaction: { protocol: 'oauth2-refresh-token' } }],
    ['that is silent', { request: { query: { prompt: 'none' } } }],
    [
      'by a session of an hour ago',
      {
        authentication: {
          methods: [{ name: 'sms', timestamp: new Date(Date.now() - 3_600_000).toISOString() }],
        },
      },
    ],
  ])('leaves out a login %s', async (_name, change) => {
    expect((await run(anEvent(change))).output).toEqual([]);
    expect(stack.approved()).toEqual([]);
  });

  it('finds the number of a linked account in its own identity', async () => {
    const number = freshNumber();
    const identities = [{ connection: 'sms', profileData: { phone_number: number } }];
    await run(anEvent({ user: { user_id: 'google-oauth2|1', email: 'someone@example.com', identities } }));

    expect(stack.approved()).toEqual([number]);
  });

  it('reports an address where the login was by e-mail and it was told to', async () => {
    const event = anEvent({
      connection: { name: 'email', strategy: 'email' },
      user: { user_id: 'email|1', email: 'someone@example.com' },
    });
    await run({ ...event, secrets: { ...event.secrets, OTP_CONNECTIONS: 'sms, email' } });

    expect(stack.approved()).toEqual(['someone@example.com']);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['another token', { LOG_STREAM_TOKEN: 'x'.repeat(40) }, /could not be reported: 401/],
    ['a function that is away', { LOG_STREAM_URL: 'http://127.0.0.1:9' }, /no answer/],
    ['no secrets', { LOG_STREAM_URL: undefined }, /LOG_STREAM_URL and LOG_STREAM_TOKEN are not set/],
  ])('lets the login go on and says why it could not be reported: %s', async (_name, change, reason) => {
    const event = anEvent();
    const { output } = await run({ ...event, secrets: { ...event.secrets, ...change } });

    expect(output).toEqual([expect.stringMatching(reason)]);
    expect(output.join()).not.toContain(event.user.phone_number.slice(1));
    expect(stack.approved()).toEqual([]);
  });
});
