import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { NUMBERS } from '../../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS, type ResendReading } from '../../../tools/twilio-simulator/settings.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { startSimulatedTwilio } from '../../support/simulated-twilio.ts';

const TOKEN = 'a-token-of-log-stream-of-32-bytes-----';
const NOW = new Date('2026-11-24T12:00:00Z');

describe('replay', () => {
  const batches: { readonly authorization: string | undefined; readonly events: unknown[] }[] = [];
  let status = 200;
  let server: Server;
  let cli: CliHarness;

  beforeEach(async () => {
    batches.length = 0;
    status = 200;
    server = createServer((request, response) => {
      void text(request).then((body) => {
        batches.push({ authorization: request.headers.authorization, events: JSON.parse(body) as unknown[] });
        response.writeHead(status).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    cli = createCliHarness({ now: () => NOW });
    cli.env['LOG_STREAM_URL'] = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
    cli.env['LOG_STREAM_TOKENS'] = TOKEN;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const data = { type: 's', user_name: '+447700900001', date: NOW.toISOString() };
  const event = { log_id: '900', data };

  it.each([
    ['a list of events as in the stream', JSON.stringify([event])],
    ['an object with logs', JSON.stringify({ logs: [event] })],
    ['JSON lines', `${JSON.stringify(event)}\r\n\r\n`],
    ['events as the Management API gives them', JSON.stringify([{ ...data, log_id: '900' }])],
  ])('posts %s, with the token', async (_name, file) => {
    cli.files.set('logs.json', file);
    expect((await cli.run('replay', 'logs.json', '--yes')).exitCode).toBe(0);
    expect(batches).toMatchObject([{ authorization: TOKEN, events: [{ log_id: '900', data }] }]);
  });

  it('posts a hundred at a time, and says how far it is', async () => {
    cli.files.set('logs.json', JSON.stringify(Array.from({ length: 250 }, () => event)));
    const { text: said } = await cli.run('replay', 'logs.json', '--yes');
    expect(batches.map(({ events }) => events.length)).toEqual([100, 100, 50]);
    expect(said).toContain('200 of 250 events sent');
  });

  it.each([
    ['nobody is there to say yes', null],
    ['the person says no', 'no'],
  ])('posts nothing where %s', async (_name, answer) => {
    cli.files.set('logs.json', JSON.stringify([event]));
    if (answer !== null) cli.answers.push(answer);
    const { exitCode } = await cli.run('replay', 'logs.json');
    expect([exitCode, batches]).toEqual([2, []]);
  });

  it('says how many are too old to matter', async () => {
    const old = { ...event, data: { ...data, date: '2026-11-24T11:49:59Z' } };
    cli.files.set('logs.json', JSON.stringify([event, old]));
    expect((await cli.run('replay', 'logs.json', '--yes')).text).toContain(
      '1 of 2 events are older than 10 minutes',
    );
  });

  it.each([
    [401, /not one of LOG_STREAM_TOKENS/],
    [503, /run it again later/],
    [500, /answered 500/],
  ])('stops at an answer of %i and says why', async (answer, sentence) => {
    status = answer;
    cli.files.set('logs.json', JSON.stringify(Array.from({ length: 150 }, () => event)));
    const { exitCode, complaint } = await cli.run('replay', 'logs.json', '--yes');
    expect([exitCode, complaint]).toEqual([2, expect.stringMatching(sentence)]);
    expect(batches).toHaveLength(1);
  });

  it.each(['{}', '[]', 'no events'])('posts nothing of a file without events: %s', async (file) => {
    cli.files.set('logs.json', file);
    const { exitCode } = await cli.run('replay', 'logs.json', '--yes');
    expect([exitCode, batches]).toEqual([2, []]);
  });
});

describe('smoke-resend', () => {
  it.each<[ResendReading, string]>([
    ['keep-old-code', 'RESEND_STRATEGY=cancel (the default) is needed'],
    ['take-new-code', 'RESEND_STRATEGY=reuse would do'],
  ])('tells an account that does %s', async (resend, conclusion) => {
    const twilio = await startSimulatedTwilio({ resend });
    try {
      const { serviceSid, apiKey } = SIMULATOR_DEFAULTS;
      const seen = (): string => twilio.simulator.delivered.at(-1)?.code ?? '';
      const cli = createCliHarness({
        terminal: {
          isInteractive: true,
          say: (line) => void said.push(line),
          ask: () => Promise.resolve(seen()),
          askHidden: () => Promise.resolve(''),
        },
      });
      const said: string[] = [];
      Object.assign(cli.env, {
        TWILIO_API_BASE_URL: twilio.url,
        TWILIO_API_KEY_SID: apiKey.sid,
        TWILIO_API_KEY_SECRET: apiKey.secret,
        TWILIO_VERIFY_SERVICE_SID: serviceSid,
      });
      expect((await cli.run('smoke-resend', NUMBERS.ordinary, '--yes')).complaint).toBe('');
      expect(said.join('\n')).toContain(conclusion);
      expect(twilio.simulator.delivered).toHaveLength(2);
      expect(twilio.simulator.seen.at(-1)?.params['Status']).toBe('canceled');
    } finally {
      await twilio.stop();
    }
  });

  it('sends nothing where nobody reads the phone', async () => {
    const { exitCode, complaint } = await createCliHarness().run('smoke-resend', NUMBERS.ordinary, '--yes');
    expect([exitCode, complaint]).toEqual([2, expect.stringContaining('needs a person')]);
  });
});
