import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openStackFile } from '../../tools/local-stack/stack-file.ts';
import { startProcess } from '../../tools/local-stack/start-process.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { SIMULATOR_DEFAULTS } from '../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { namesOf } from '../support/exchange.ts';
import { aGatewayBody, startGatewayStack } from '../support/gateway-stack.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';
import { describeWith } from '../support/describe-with.ts';

// What `make check-number` runs, beside a gateway that must decide the same.

const PROGRAM = path.resolve(import.meta.dirname, '..', '..', 'tools', 'check-number.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'check-number-'));
const STACK_FILE = path.join(folder, 'stack.json');
const stack = await startGatewayStack();
const describeWithStack = describeWith(stack);

// An account in the developer's .env must not be used by a test: what is set to nothing stays so.
const NO_SETTINGS = {
  PROJECT: '',
  // Variables of nobody.
  ENV: 'nobody',
  TWILIO_API_KEY_SID: '',
  TWILIO_API_KEY_SECRET: '',
  TWILIO_API_KEY_SECRET_FILE: '',
  TWILIO_API_BASE_URL: '',
  ENABLED_CHANNELS: '',
  DEFAULT_CHANNEL: '',
  UNKNOWN_CARRIER: '',
};

function running() {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

async function run(env: Readonly<Record<string, string>>) {
  const output = { stdout: '', stderr: '' };
  const started = startProcess({
    args: [PROGRAM],
    env: { ...NO_SETTINGS, PATH: process.env['PATH'], STACK_FILE, ...env },
    onOutput: (text, stream) => {
      output[stream] += text;
    },
  });
  const { code } = await started.ended;
  return { ...output, exitCode: code };
}

beforeAll(async () => {
  if (stack === null) return;
  const { firestore, twilio, gateway } = stack;
  openStackFile(STACK_FILE).publish({
    gatewayUrl: gateway.url,
    simulatorUrl: twilio.url,
    firestoreHost: firestore.host,
    project: firestore.project,
    pids: { stack: process.pid },
  });
  await firestore.put('blocklist/234-58', { reason: 'Ticket 7' });
  await firestore.put('blocklist/US', {});
  await firestore.put('blocklist/UK', {});
  await firestore.put(`blocklist/${NUMBERS.pager}`, { action: 'allow' });
  await firestore.put('settings/gateway', { channels: { landline: 'block' } });
  await untilRulesAreRead(stack);
});

afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ROWS: readonly (readonly [what: string, phone: string, exitCode: number, lookups: number])[] = [
  ['nothing stands against it', testNumber(1), 0, 1],
  ['a full number is allowed', NUMBERS.pager, 0, 0],
  ['a network is blocked', testNumber(200), 2, 1],
  ['a country is blocked', '+12025550101', 2, 0],
  ['a line type is blocked', NUMBERS.premium, 2, 1],
  ['a landline is blocked', NUMBERS.landline, 2, 1],
  ['there is no such number', NUMBERS.invalid, 2, 1],
  ['it is no number', '+44 123', 2, 0],
];

describeWithStack('check-number against the local stack', () => {
  it.each(ROWS)(
    'says what the gateway does when %s, and sends nothing',
    async (_what, phone, exit, lookups) => {
      const { simulator } = running().twilio;
      simulator.reset();
      const { stdout, stderr, exitCode } = await run({ PHONE: phone, JSON: '1' });
      expect(stderr).toBe('');
      expect(exitCode).toBe(exit);
      expect(namesOf(simulator.seen)).toEqual(Array<string>(lookups).fill('lookup'));

      const answer = await running().send({ body: aGatewayBody({ recipient: phone }) });
      const check = JSON.parse(stdout) as Record<string, unknown>;
      expect([check['status'], check['code']]).toEqual([answer.status, answer.body?.['code']]);
      expect(check['verdict']).toBe(exit === 0 ? 'sent' : 'blocked');
    },
  );

  it('explains in plain words', async () => {
    const { stdout, exitCode } = await run({ PHONE: testNumber(201) });

    expect(exitCode).toBe(2);
    expect(stdout).toContain('network    blocked by 234-58, "Ticket 7"\n');
    expect(stdout).toContain('Lookup     234-58, Pronto (Manx Telecom), mobile\n');
    expect(stdout).toContain('look at    UK: UK: did you mean GB\n');
    expect(stdout).toContain('WOULD NOT BE SENT (403 blocked): rule 234-58 says block ("Ticket 7").\n');
  });

  it('asks Twilio for nothing with LOOKUP=0', async () => {
    const { simulator } = running().twilio;
    simulator.reset();
    const { stdout, exitCode } = await run({ PHONE: testNumber(202), LOOKUP: '0' });

    expect(exitCode).toBe(0);
    expect(stdout).toContain('network    not asked\n');
    expect(simulator.seen).toEqual([]);
  });

  it('says that it could not find out when Lookup throttles', async () => {
    const { stdout, exitCode } = await run({ PHONE: testNumber(702) });

    expect(exitCode).toBe(1);
    expect(stdout).toContain('COULD NOT BE FOUND OUT');
  });

  it('says that the stack is not running', async () => {
    const { stdout, stderr, exitCode } = await run({
      PHONE: testNumber(1),
      STACK_FILE: path.join(folder, 'none.json'),
    });

    expect([stdout, exitCode]).toEqual(['', 1]);
    expect(stderr).toMatch(/^The local stack is not running: /);
  });
});

describeWithStack('check-number against a project', () => {
  it.each([
    ['is blocked', testNumber(203), 2, 'rule 234-58 says block'],
    ['is sent', testNumber(2), 0, 'no rule stands against it'],
  ])('reads the database by its name: a number that %s', async (_what, phone, exit, why) => {
    const { firestore, twilio } = running();
    await firestore.database('verify-dev').put('blocklist/234-58', {});
    const { apiKey } = SIMULATOR_DEFAULTS;
    const { stdout, exitCode } = await run({
      PHONE: phone,
      PROJECT: firestore.project,
      DATABASE: 'verify-dev',
      FIRESTORE_EMULATOR_HOST: firestore.host,
      METADATA_SERVER_DETECTION: 'none',
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_API_BASE_URL: twilio.url,
    });

    expect(exitCode).toBe(exit);
    expect(stdout).toContain(`read from  project ${firestore.project}, database verify-dev\n`);
    expect(stdout).toContain(why);
  });

  it('names what is missing of Twilio, and no value', async () => {
    const { stderr, exitCode } = await run({
      PHONE: testNumber(1),
      PROJECT: 'demo',
      DATABASE: 'verify-dev',
      TWILIO_API_KEY_SECRET: 'a-secret',
    });

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Configuration: TWILIO_API_KEY_SID is missing\. .*LOOKUP=0/);
    expect(stderr).not.toContain('a-secret');
  });
});
