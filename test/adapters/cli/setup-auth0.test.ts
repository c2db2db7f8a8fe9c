import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startAuth0, type Auth0StandIn } from '../../support/auth0-management.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';

const KEY = 'the-newest-key-of-the-gateway-32-bytes';
const TOKEN = 'the-newest-token-of-log-stream-32-bytes';
const ROOT = path.join(import.meta.dirname, '..', '..', '..');

/** A connection as a recorded tenant had it, with things that are none of our business. */
function aConnection(options: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 'con_1',
    name: 'sms',
    strategy: 'sms',
    options: {
      from: '+447700900999',
      name: 'sms',
      totp: { length: 6, time_step: 300 },
      syntax: 'md_with_macros',
      provider: 'twilio',
      template: 'Acme 2: @@password@@ or call +44 7700 900123',
      brute_force_protection: true,
      upstream_params: { screen_name: { alias: 'login_hint' } },
      ...options,
    },
  };
}

function aStream(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 'lst_1',
    name: 'mine',
    type: 'http',
    status: 'active',
    sink: {
      httpEndpoint: 'https://log-stream.example.com/',
      httpAuthorization: TOKEN,
      httpContentType: 'application/json',
      httpContentFormat: 'JSONARRAY',
      httpCustomHeaders: [{ header: 'x-mine', value: 'kept' }],
    },
    filters: [
      { type: 'category', name: 'auth.login.success' },
      { type: 'category', name: 'auth.token_exchange.success' },
      { type: 'category', name: 'auth.login.fail' },
    ],
    ...changes,
  };
}

describe('setup auth0', () => {
  let auth0: Auth0StandIn;
  let cli: CliHarness;

  beforeEach(async () => {
    auth0 = await startAuth0();
    cli = createCliHarness();
    Object.assign(cli.env, auth0.env, {
      GATEWAY_URL: 'https://gateway.example.com',
      LOG_STREAM_URL: 'https://log-stream.example.com',
      GATEWAY_SECRETS: `${KEY}\nan-older-key-of-the-gateway-32-bytes--`,
      LOG_STREAM_TOKENS: TOKEN,
    });
    for (const file of ['auth0/custom-phone-provider.js', 'auth0/post-login.js'])
      cli.files.set(file, readFileSync(path.join(ROOT, file), 'utf8'));
  });
  afterEach(() => auth0.stop());

  const writes = (): string[] => auth0.calls.filter((call) => !call.startsWith('GET'));

  it('merges ours into the options of the connection and keeps the others', async () => {
    auth0.tenant.connections.push(aConnection());
    const { exitCode } = await cli.run('setup', 'auth0', '--door', 'legacy', '--yes');
    expect(exitCode).toBe(0);
    expect(auth0.tenant.connections[0]?.['options']).toEqual({
      from: '+447700900999',
      name: 'sms',
      totp: { length: 6, time_step: 300 },
      syntax: 'md_with_macros',
      provider: 'sms_gateway',
      template: 'Acme 2: @@password@@ or call +44 7700 900123',
      brute_force_protection: true,
      upstream_params: { screen_name: { alias: 'login_hint' } },
      gateway_url: 'https://gateway.example.com',
      gateway_authentication: {
        method: 'bearer',
        audience: 'urn:sms-gateway',
        subject: 'urn:Auth0',
        secret: KEY,
        secret_base64_encoded: false,
      },
      forward_req_info: true,
    });
  });

  it('shows what differs without any secret, and changes nothing without a yes', async () => {
    auth0.tenant.connections.push(aConnection());
    cli.answers.push('no');
    const { exitCode, text } = await cli.run('setup', 'auth0', '--door', 'legacy');
    expect(exitCode).toBe(2);
    expect(text).toContain('provider: "twilio" → "sms_gateway"');
    expect(text).toContain('gateway_authentication.secret: (secret) is set');
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(TOKEN);
    expect(writes()).toEqual([]);
  });

  it.each([
    [undefined, ['LOG_STREAM_TOKEN', 'LOG_STREAM_URL']],
    ['sms,email', ['LOG_STREAM_TOKEN', 'LOG_STREAM_URL', 'OTP_CONNECTIONS']],
  ])('gives the Action the connections that log-stream counts: %s', async (connections, names) => {
    if (connections !== undefined) cli.env['OTP_CONNECTIONS'] = connections;
    await cli.run('setup', 'auth0', '--door', 'action', '--feedback', 'action', '--yes');
    const ours = auth0.tenant.actions.find(({ name }) => name === 'verify-gateway-feedback');
    expect(ours?.secrets.map(({ name }) => name).sort()).toEqual(names);
  });

  it('takes a secret away from the Action that it needs no longer', async () => {
    cli.env['OTP_CONNECTIONS'] = 'sms,email';
    await cli.run('setup', 'auth0', '--door', 'action', '--feedback', 'action', '--yes');
    cli.env['OTP_CONNECTIONS'] = '';
    await cli.run('setup', 'auth0', '--door', 'action', '--feedback', 'action', '--yes');
    const ours = auth0.tenant.actions.find(({ name }) => name === 'verify-gateway-feedback');
    expect(ours?.secrets.map(({ name }) => name)).not.toContain('OTP_CONNECTIONS');
  });

  it('changes nothing the second time, on either door', async () => {
    await cli.run('setup', 'auth0', '--door', 'action', '--feedback', 'action', '--yes');
    const before = writes().length;
    const { text } = await cli.run('setup', 'auth0', '--feedback', 'action', '--yes');
    expect(text).toContain('Nothing to change.');
    expect(writes()).toHaveLength(before);
  });

  it('puts the template made for machines in the place of one in which no single code is found', async () => {
    auth0.tenant.connections.push(aConnection({ template: 'Ref 998877 code @@password@@' }));
    await cli.run('setup', 'auth0', '--door', 'legacy', '--yes');
    expect(auth0.tenant.connections[0]).toMatchObject({
      options: { syntax: 'liquid', template: expect.stringMatching(/^c=\{\{ code \}\}\n/) },
    });
  });

  it('takes the door that is live, and asks where none is', async () => {
    auth0.tenant.connections.push(aConnection({ provider: 'sms_gateway' }));
    expect((await cli.run('setup', 'auth0', '--yes')).text).toContain('through the legacy door');
    auth0.tenant.connections[0] = aConnection();
    const { exitCode, complaint } = await cli.run('setup', 'auth0', '--yes');
    expect([exitCode, complaint]).toEqual([2, expect.stringContaining('Say which door')]);
  });

  it('writes, builds, deploys and binds the phone Action, and makes it the provider', async () => {
    auth0.tenant.connections.push(aConnection({ provider: 'twilio' }));
    await cli.run('setup', 'auth0', '--door', 'action', '--feedback', 'none', '--yes');
    const [action] = auth0.tenant.actions;
    expect(action).toMatchObject({
      name: 'verify-gateway-phone',
      all_changes_deployed: true,
      secrets: [
        { name: 'GATEWAY_URL', value: 'https://gateway.example.com' },
        { name: 'GATEWAY_SECRET', value: KEY },
      ],
    });
    expect(auth0.tenant.bindings).toEqual({ 'custom-phone-provider': [action?.id] });
    expect(auth0.tenant.phoneProviders).toMatchObject([{ name: 'custom', disabled: false }]);
    expect(auth0.tenant.connections[0]).toMatchObject({
      options: { use_phone_provider: true, provider: 'twilio' },
    });
  });

  it('keeps the bindings of other Actions', async () => {
    const other = {
      id: 'act_9',
      name: 'other',
      code: '',
      status: 'built',
      all_changes_deployed: true,
      secrets: [],
    };
    auth0.tenant.actions.push({
      ...other,
      status: 'built',
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
    });
    auth0.tenant.bindings = { 'post-login': ['act_9'] };
    await cli.run('setup', 'auth0', '--door', 'action', '--feedback', 'action', '--yes');
    const ours = auth0.tenant.actions.find(({ name }) => name === 'verify-gateway-feedback');
    expect(auth0.tenant.bindings['post-login']).toEqual(['act_9', ours?.id]);
  });

  it('leaves another phone provider Action alone, and says so', async () => {
    const other = { id: 'act_9', name: 'other', code: '', all_changes_deployed: true, secrets: [] };
    const triggers = [{ id: 'custom-phone-provider', version: 'v1' }];
    auth0.tenant.actions.push({ ...other, status: 'built', supported_triggers: triggers });
    auth0.tenant.bindings = { 'custom-phone-provider': ['act_9'] };
    const { complaint } = await cli.run('setup', 'auth0', '--door', 'action', '--yes');
    expect(complaint).toContain('unbind it first');
    expect(auth0.tenant.bindings['custom-phone-provider']).toEqual(['act_9']);
  });

  it('writes the secrets of the Actions again where that is asked for', async () => {
    await cli.run('setup', 'auth0', '--door', 'action', '--yes');
    cli.env['GATEWAY_SECRETS'] = 'a-key-after-the-rotation-of-32-bytes';
    await cli.run('setup', 'auth0', '--door', 'action', '--yes', '--renew-secrets');
    expect(auth0.tenant.actions[0]?.secrets[1]).toEqual({
      name: 'GATEWAY_SECRET',
      value: 'a-key-after-the-rotation-of-32-bytes',
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['paused', { status: 'paused' }, { status: 'active' }],
    [
      'that masks user names',
      { pii_config: { log_fields: ['username', 'email'], method: 'mask' } },
      { pii_config: { log_fields: ['email'], method: 'mask' } },
    ],
    [
      'without a filter that is needed',
      { filters: [{ type: 'category', name: 'auth.login.success' }] },
      {
        filters: [
          { type: 'category', name: 'auth.login.success' },
          { type: 'category', name: 'auth.token_exchange.success' },
        ],
      },
    ],
  ])('mends a log stream %s and keeps the rest of it', async (_name, broken, mended) => {
    auth0.tenant.connections.push(aConnection({ provider: 'sms_gateway' }));
    auth0.tenant.logStreams.push(aStream(broken));
    await cli.run('setup', 'auth0', '--yes');
    expect(auth0.tenant.logStreams).toMatchObject([{ ...mended, name: 'mine' }]);
    expect(auth0.tenant.logStreams[0]).toMatchObject({
      sink: { httpCustomHeaders: [{ header: 'x-mine', value: 'kept' }] },
    });
  });

  it('mends format and authorization of the stream', async () => {
    auth0.tenant.connections.push(aConnection({ provider: 'sms_gateway' }));
    auth0.tenant.logStreams.push(
      aStream({
        sink: {
          httpEndpoint: 'https://log-stream.example.com',
          httpAuthorization: 'an old one',
          httpContentFormat: 'JSONLINES',
        },
      }),
    );
    await cli.run('setup', 'auth0', '--yes');
    expect(auth0.tenant.logStreams).toMatchObject([
      { sink: { httpContentFormat: 'JSONARRAY', httpAuthorization: TOKEN } },
    ]);
  });

  it.each([
    [401, /make a new one/],
    [403, /give it the scopes/],
    [429, /patience/],
    [500, /Auth0 answers 500/],
  ])('says what %i means, in no words of Auth0', async (status, sentence) => {
    auth0.tenant.failWith = status;
    const { exitCode, complaint } = await cli.run('setup', 'auth0', '--yes');
    expect([exitCode, complaint]).toEqual([2, expect.stringMatching(sentence)]);
    expect(complaint).not.toContain('a text of the vendor');
  });

  it('says what to do about a refused application', async () => {
    cli.env['AUTH0_CLIENT_SECRET'] = 'another';
    const { complaint } = await cli.run('setup', 'auth0', '--yes');
    expect(complaint).toContain('authorise the application');
  });
});
