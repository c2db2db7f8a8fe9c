import { describe, expect, it } from '@jest/globals';
import { CliProblem } from '../../../../tools/cli/cli-problem.ts';
import { openSources } from '../../../../tools/check-number/open-sources.ts';

const STACK = {
  gatewayUrl: 'http://127.0.0.1:1',
  simulatorUrl: 'http://127.0.0.1:2',
  firestoreHost: '127.0.0.1:3',
  project: 'demo',
  pids: {},
};
const LOCAL = {
  deployment: null,
  accessToken: () => Promise.reject(new Error('nobody at Google is asked')),
};
const DEPLOYMENT = {
  project: 'demo-project',
  database: 'verify-dev',
  settings: {
    ENABLED_CHANNELS: 'sms,whatsapp',
    UNKNOWN_CARRIER: 'deny',
    TWILIO_API_KEY_SID: 'SKofthegateway',
    TWILIO_API_KEY_SECRET_FILE: '/secrets/not-here',
  },
};
const TWILIO = { TWILIO_API_KEY_SID: 'SK1', TWILIO_API_KEY_SECRET: 'a-secret' };

describe('the sources of a check', () => {
  it('are those of the local stack, with its simulator, whatever Twilio the environment names', async () => {
    const sources = await openSources({ ...LOCAL, env: TWILIO, stack: STACK, withLookup: true });
    await sources.close();

    expect(sources.source).toBe('the local stack');
    expect(sources.carriers).not.toBeNull();
  });

  it('take the settings of the environment, as the gateway reads them', async () => {
    const env = { ENABLED_CHANNELS: 'sms,call', UNKNOWN_CARRIER: 'deny' };
    const sources = await openSources({ ...LOCAL, env, stack: STACK, withLookup: false });
    await sources.close();

    expect(sources.policy).toMatchObject({ enabledChannels: ['sms', 'call'], unknownCarrier: 'deny' });
  });

  it('are those of an installation: its database and its settings, whatever is set here, with the key of the person', async () => {
    const env = { ...TWILIO, ENABLED_CHANNELS: 'call', FIRESTORE_DATABASE: 'another' };
    const asked: string[] = [];
    const accessToken = () => Promise.resolve(String(asked.push('token')));
    const question = { env, stack: STACK, deployment: DEPLOYMENT, accessToken, withLookup: true };
    const sources = await openSources(question);
    await sources.close();

    expect(sources.source).toBe('project demo-project, database verify-dev');
    expect(sources.isDeployed).toBe(true);
    expect(sources.policy).toMatchObject({ enabledChannels: ['sms', 'whatsapp'], unknownCarrier: 'deny' });
    expect([sources.carriers === null, asked]).toEqual([false, ['token']]);
  });

  it('are refused when Google does not know the person', async () => {
    const accessToken = () => Promise.reject(new CliProblem('Google does not know you.'));
    const question = { env: TWILIO, stack: STACK, deployment: DEPLOYMENT, accessToken, withLookup: true };
    await expect(openSources(question)).rejects.toThrow('Google does not know you.');
  });

  it('are without Lookup where it is left out, and then ask for nothing of Twilio', async () => {
    const stack = { ...STACK, simulatorUrl: null };
    const sources = await openSources({ ...LOCAL, env: {}, stack, withLookup: false });
    await sources.close();

    expect(sources.carriers).toBeNull();
  });

  it.each([
    [
      'there is no stack and no project',
      { env: {}, stack: null, withLookup: true },
      'The local stack is not running: run `make dev` in another terminal first, or name a PROJECT.',
    ],
    [
      'Twilio is not named',
      { env: {}, deployment: DEPLOYMENT, stack: STACK, withLookup: true },
      'Configuration: TWILIO_API_KEY_SID is missing; TWILIO_API_KEY_SECRET is missing',
    ],
    [
      'Twilio is not named, and may be left out',
      { env: {}, stack: { ...STACK, simulatorUrl: null }, withLookup: true },
      'LOOKUP=0 asks for no value of Twilio.',
    ],
    [
      'a setting is wrong',
      { env: { LOOKUP_FAILURE: 'maybe' }, stack: STACK, withLookup: false },
      'Configuration: LOOKUP_FAILURE must be one of allow, deny.',
    ],
  ])('are refused when %s', async (_when, question, sentence) => {
    await expect(openSources({ ...LOCAL, ...question })).rejects.toThrow(sentence);
  });
});
