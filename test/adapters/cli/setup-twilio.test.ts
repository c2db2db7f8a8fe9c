import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SIMULATOR_DEFAULTS } from '../../../tools/twilio-simulator/settings.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from '../../support/simulated-twilio.ts';

const { serviceSid, apiKey } = SIMULATOR_DEFAULTS;

describe('setup twilio', () => {
  let twilio: SimulatedTwilio;
  let cli: CliHarness;

  beforeEach(async () => {
    twilio = await startSimulatedTwilio({ customCodeEnabled: false, lookupEnabled: true, rateLimits: [] });
    cli = createCliHarness();
    Object.assign(cli.env, {
      TWILIO_API_BASE_URL: twilio.url,
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
    });
  });
  afterEach(() => twilio.stop());

  const writes = () => twilio.simulator.seen.filter(({ method }) => method === 'POST').length;
  const bucketsOf = async (): Promise<string[]> => {
    const limits = (await twilio.ask(`/v2/Services/${serviceSid}/RateLimits`)).body['rate_limits'] as {
      sid: string;
      unique_name: string;
    }[];
    const found: string[] = [];
    for (const { sid, unique_name: name } of limits) {
      const answer = await twilio.ask(`/v2/Services/${serviceSid}/RateLimits/${sid}/Buckets`);
      for (const { max, interval } of answer.body['buckets'] as { max: number; interval: number }[])
        found.push(`${name} ${max}/${interval}`);
    }
    return found.sort();
  };

  it('enables custom codes, switches the service’s Lookup off and makes the limit with its buckets', async () => {
    const { exitCode, text } = await cli.run('setup', 'twilio', '--yes');
    expect(exitCode).toBe(0);
    expect(text).toContain('CustomCodeEnabled: true');
    const service = await twilio.ask(`/v2/Services/${serviceSid}`);
    expect(service.body).toMatchObject({ custom_code_enabled: true, lookup_enabled: false });
    expect(await bucketsOf()).toEqual(['ip_and_phone 20/86400', 'ip_and_phone 5/600']);
  });

  it('changes nothing the second time', async () => {
    await cli.run('setup', 'twilio', '--yes');
    const before = writes();
    const { text } = await cli.run('setup', 'twilio', '--yes');
    expect(text).toContain('Nothing to change.');
    expect(writes()).toBe(before);
  });

  it('names what only the Console can do', async () => {
    const { text } = await cli.run('setup', 'twilio', '--yes');
    expect(text).toMatch(/Fraud Guard[\s\S]*Geo permissions[\s\S]*restricted key/);
  });

  it('changes nothing without a yes', async () => {
    cli.answers.push('no');
    const { exitCode, complaint } = await cli.run('setup', 'twilio');
    expect([exitCode, complaint, writes()]).toEqual([2, 'Stopped: nothing was changed.', 0]);
  });

  it('changes nothing where there is nobody to ask', async () => {
    const { exitCode, complaint } = await cli.run('setup', 'twilio');
    expect([exitCode, complaint, writes()]).toEqual([
      2,
      'There is nobody to ask: add --yes to make these changes.',
      0,
    ]);
  });

  it('makes a service where none is named, and prints its SID', async () => {
    delete cli.env['TWILIO_VERIFY_SERVICE_SID'];
    const { text } = await cli.run('setup', 'twilio', '--yes', '--name', 'My app', '--json');
    const { serviceSid: made } = JSON.parse(text) as { serviceSid: string };
    const service = await twilio.ask(`/v2/Services/${made}`);
    expect(service.body).toMatchObject({ friendly_name: 'My app', custom_code_enabled: true });
  });

  it('leaves the operator’s own bucket, and changes it where it is named', async () => {
    await cli.run('setup', 'twilio', '--yes', '--bucket', 'ip_and_phone=9/600');
    expect(await bucketsOf()).toEqual(['ip_and_phone 9/600']);
    await cli.run('setup', 'twilio', '--yes');
    expect(await bucketsOf()).toEqual(['ip_and_phone 9/600']);
    await cli.run('setup', 'twilio', '--yes', '--bucket', 'ip_and_phone=7/600', 'ip_and_phone=30/86400');
    expect(await bucketsOf()).toEqual(['ip_and_phone 30/86400', 'ip_and_phone 7/600']);
  });

  it('asks for the bucket of a limit whose size depends on the traffic', async () => {
    cli.env['RATE_LIMITS'] = 'all:global';
    expect((await cli.run('setup', 'twilio', '--yes')).text).toContain('--bucket all=MAX/SECONDS');
    await cli.run('setup', 'twilio', '--yes', '--bucket', 'all=1000/3600');
    expect(await bucketsOf()).toEqual(['all 1000/3600']);
  });

  it.each([
    ['a key that is refused', { TWILIO_API_KEY_SECRET: 'another' }, /refuses the key/],
    [
      'a service that is not there',
      { TWILIO_VERIFY_SERVICE_SID: `VA${'0'.repeat(31)}1` },
      /no such Verify service/,
    ],
    ['no key', { TWILIO_API_KEY_SID: '' }, /Set TWILIO_API_KEY_SID/],
    ['limits of another form', { RATE_LIMITS: 'phone' }, /RATE_LIMITS must list/],
    ['an address that is not safe', { TWILIO_API_BASE_URL: 'http://example.com' }, /https/],
  ])('says what to do about %s', async (_name, env, sentence) => {
    Object.assign(cli.env, env);
    const { exitCode, complaint } = await cli.run('setup', 'twilio', '--yes');
    expect(complaint).toMatch(sentence);
    expect([exitCode, writes()]).toEqual([2, 0]);
  });

  it.each(['', 'name 12345 of digits', 'a name that is longer than thirty characters'])(
    'refuses a name that Verify would refuse: %j',
    async (name) => {
      const { exitCode, complaint } = await cli.run('setup', 'twilio', '--yes', '--name', name);
      expect([exitCode, complaint]).toEqual([2, expect.stringContaining('no five digits in a row')]);
    },
  );
});
