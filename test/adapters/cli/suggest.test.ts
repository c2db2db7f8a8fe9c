import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStackFile } from '../../../tools/local-stack/stack-file.ts';
import { SIMULATOR_DEFAULTS } from '../../../tools/twilio-simulator/settings.ts';
import { testNumber } from '../../../tools/twilio-simulator/test-number.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';
import { describeWith } from '../../support/describe-with.ts';
import { startFirestoreEmulator } from '../../support/firestore-emulator.ts';
import { startGoogleStandIn, type StandInAnswer } from '../../support/google-stand-in.ts';
import { startSimulatedTwilio, VERIFICATIONS_PATH } from '../../support/simulated-twilio.ts';
import { aTwilioAttempt, pagesOf } from '../../support/twilio-pages.ts';

const { serviceSid, apiKey } = SIMULATOR_DEFAULTS;
const IN_TEN_MINUTES = () => new Date(Date.now() + 600_000);
const AMERICAN = Array.from({ length: 24 }, (_, index) => `+1${String(201 + index)}5550101`);
const IRISH = Array.from({ length: 30 }, (_, index) => `+3532091000${String(index).padStart(2, '0')}`);
const SAID = { action: 'block', reason: 'before', expiresAt: new Date(Date.now() + 3_600_000) };
const OWN = { source: 'watch', ...SAID, written: SAID };

const firestore = await startFirestoreEmulator('demo-suggest');
const twilio = await startSimulatedTwilio();
const describeEmulated = describeWith(firestore);

afterAll(async () => {
  await twilio.stop();
  await firestore?.stop();
});

function inRow(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => testNumber(from + index));
}

async function sendTo(numbers: readonly string[], logins = 0): Promise<void> {
  for (const [index, To] of numbers.entries()) {
    await twilio.create({ To });
    if (index < logins) await twilio.post(`${VERIFICATIONS_PATH}/${To}`, { Status: 'approved' });
  }
}

/** 41 codes to a block of numbers with one login, while the rest converts. */
async function attack(): Promise<void> {
  await sendTo(inRow(41), 1);
  await sendTo(AMERICAN, 20);
}

describeEmulated('suggest', () => {
  let cli: CliHarness;

  beforeEach(async () => {
    twilio.simulator.reset();
    await firestore?.reset();
    await firestore?.put('settings/gateway', { watch: { mode: 'block' } });
    cli = createCliHarness({ now: IN_TEN_MINUTES });
    Object.assign(cli.env, {
      FIRESTORE_EMULATOR_HOST: firestore?.host ?? '',
      GOOGLE_CLOUD_PROJECT: firestore?.project ?? '',
      TWILIO_API_BASE_URL: twilio.url,
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
    });
  });

  const listed = async (): Promise<unknown> => JSON.parse((await cli.run('rules', 'list', '--json')).text);
  const outcomes = (text: string): readonly unknown[] => {
    const { groups } = JSON.parse(text) as { groups: { id: string; outcome: string; action: string }[] };
    return groups.map(({ id, outcome, action }) => `${id} ${outcome} (${action})`);
  };

  it('says which group it would block, and why, and changes nothing', async () => {
    await attack();
    const { exitCode, text } = await cli.run('suggest');
    expect(exitCode).toBe(0);
    expect(text.split('\n')).toEqual([
      'page 1: 65 codes so far',
      '65 codes of the last hour, those of the last 3 minutes left out.',
      'The rest: 24 codes to 24 numbers, 20 logins (83 %).',
      expect.stringMatching(
        /^\+44770090 {2}block: numbers from .*, 41 codes, 1 login in the last hour, 0\.21 USD$/,
      ),
      'Add --apply to write this rule.',
    ]);
    expect(await listed()).toEqual([]);
  });

  it('gives the figures as JSON, and nothing else', async () => {
    await attack();
    const { exitCode, text } = await cli.run('suggest', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(text)).toEqual({
      mode: 'block',
      problems: [],
      feedback: 'works',
      isFeedbackBroken: false,
      attempts: 65,
      unusable: 0,
      pages: 1,
      isCutOff: false,
      others: { codes: 24, numbers: 24, logins: 20 },
      groups: [
        {
          id: '+44770090',
          kind: 'prefix',
          outcome: 'suggested',
          action: 'block',
          reason: '41 codes, 1 login in the last hour, 0.21 USD',
          expiresAt: expect.any(String),
          codes: 41,
          numbers: 41,
          logins: 1,
          costs: { USD: expect.closeTo(0.205) },
          countries: ['GB'],
          networks: ['234-10'],
        },
      ],
    });
  });

  it('writes the rule as watch would, after asking', async () => {
    await attack();
    cli.answers.push('yes');
    const { exitCode, text } = await cli.run('suggest', '--apply');
    expect([exitCode, text]).toEqual([0, expect.stringContaining('done: add +44770090')]);
    expect(await listed()).toMatchObject([{ id: '+44770090', action: 'block', reason: expect.any(String) }]);
  });

  it.each([[['no']], [[]]])('writes nothing without a yes: %j', async (answers) => {
    await attack();
    cli.answers.push(...answers);
    expect((await cli.run('suggest', '--apply')).exitCode).toBe(2);
    expect(await listed()).toEqual([]);
  });

  it.each([{ mode: 'monitor' }, { mode: 'off' }, { mode: 'block', never: ['UK'] }])(
    'only monitors with the settings %j, and says how to block',
    async (watch) => {
      await firestore?.put('settings/gateway', { watch });
      await attack();
      expect((await cli.run('suggest')).text).toContain('rules add +44770090 --expires 6h');
      const { text } = await cli.run('suggest', '--apply', '--yes', '--json');
      expect(outcomes(text)).toEqual(['+44770090 created (monitor)']);
      expect(await listed()).toMatchObject([{ id: '+44770090', action: 'monitor' }]);
    },
  );

  it.each([
    ['a rule', { action: 'allow', reason: 'a partner' }],
    ['an empty document', {}],
    ['one that is switched off', { enabled: false }],
    ['a rule of watch that was turned into allow', { ...OWN, action: 'allow' }],
    ['a rule of watch that is to last', { ...OWN, expiresAt: null, reason: 'keep for good' }],
  ])('leaves a document of a person as it is, and says so: %s', async (_name, fields) => {
    await firestore?.put('blocklist/+44770090', fields);
    const before = await listed();
    await attack();
    expect((await cli.run('suggest')).text).toContain(
      'left alone, a document that a person made or changed is about it',
    );
    const { exitCode, text } = await cli.run('suggest', '--apply', '--yes', '--json');
    expect([exitCode, outcomes(text)]).toEqual([0, ['+44770090 covered (block)']]);
    expect(await listed()).toEqual(before);
  });

  it('prolongs a rule of watch', async () => {
    await firestore?.put('blocklist/+44770090', OWN);
    await attack();
    expect((await cli.run('suggest')).text).toContain('+44770090  block, prolonged: ');
    const { text } = await cli.run('suggest', '--apply', '--yes', '--json');
    expect(outcomes(text)).toEqual(['+44770090 prolonged (block)']);
  });

  it('prolongs a block as a block while the settings hold a mistake, and monitors what is new', async () => {
    await firestore?.put('settings/gateway', { watch: { mode: 'block', maxRules: 'all' } });
    await firestore?.put('blocklist/+44770090', OWN);
    await attack();
    await sendTo(IRISH);
    const { text } = await cli.run('suggest');
    expect(text).toContain('+44770090  block, prolonged: ');
    expect(text).toContain('rules add +35320910 --expires 6h');
  });

  it('says what watch.never spares, and what watch.maxRules leaves', async () => {
    await firestore?.put('settings/gateway', { watch: { never: ['GB'] } });
    await attack();
    expect((await cli.run('suggest')).text).toContain('+44770090  spared by watch.never: ');
    await firestore?.put('settings/gateway', { watch: { maxRules: 0 } });
    expect((await cli.run('suggest')).text).toContain('+44770090  left out, watch.maxRules is reached: ');
  });

  it('goes by the thresholds that are set, in the environment or in tfvars', async () => {
    await attack();
    cli.files.set(
      'infra/envs/dev.tfvars',
      'watch_settings = { LOG_LEVEL = "info", WATCH_MIN_SENDS = "42" }\n',
    );
    expect((await cli.run('suggest')).text).toContain('No group looks like an attack.');
    cli.env['WATCH_MIN_SENDS'] = '41';
    expect((await cli.run('suggest')).text).toContain('+44770090  block: ');
    cli.env['WATCH_MIN_SENDS'] = '0';
    expect(await cli.run('suggest')).toMatchObject({
      exitCode: 2,
      complaint: expect.stringMatching(/WATCH_MIN_SENDS/),
    });
  });

  it('exits 3, says so loudly and suggests nothing where no login is reported', async () => {
    await sendTo(inRow(41));
    await sendTo(AMERICAN);
    const { exitCode, text } = await cli.run('suggest', '--apply', '--yes');
    expect([exitCode, text]).toEqual([3, expect.stringContaining('FEEDBACK CANNOT BE RELIED ON')]);
    expect(text).not.toContain('+44');
    const json = await cli.run('suggest', '--json');
    expect([json.exitCode, JSON.parse(json.text)]).toEqual([
      3,
      expect.objectContaining({ feedback: 'broken', isFeedbackBroken: true, groups: [] }),
    ]);
    expect(await listed()).toEqual([]);
  });

  it('exits 3 where there is too little to compare a group with', async () => {
    await sendTo(inRow(41));
    expect(await cli.run('suggest')).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/too few other codes/),
    });
  });

  it('finds nothing wrong in a quiet hour', async () => {
    const { exitCode, text } = await cli.run('suggest');
    expect([exitCode, text]).toEqual([0, expect.stringContaining('Too few codes to tell anything')]);
  });

  it('says how far it is, page by page, and where it stops', async () => {
    const standIn = await startGoogleStandIn(pagesOf(1000));
    cli.env['TWILIO_API_BASE_URL'] = `http://${standIn.host}`;
    const { text } = await cli.run('suggest');
    await standIn.close();
    expect(text).toContain('page 50: ');
    expect(text).toContain('There are more: 50 pages are read at most.');
  });

  it('counts what says too little, and suggests nothing by it', async () => {
    const attempts = inRow(60).map((_, index) =>
      aTwilioAttempt(index, { conversion_status: null, date_created: null }),
    );
    const body = { attempts, meta: { next_page_url: null } };
    const standIn = await startGoogleStandIn(() => ({ status: 200, body }));
    cli.env['TWILIO_API_BASE_URL'] = `http://${standIn.host}`;
    const { exitCode, text } = await cli.run('suggest', '--apply', '--yes');
    await standIn.close();
    expect([exitCode, text]).toEqual([0, expect.stringContaining('60 more say too little to be counted.')]);
    expect(await listed()).toEqual([]);
  });

  it.each<[string, StandInAnswer, RegExp]>([
    ['refuses the key', { status: 401, body: { code: 20_003 } }, /^Twilio refuses the key/],
    ['is throttled', { status: 429, body: { code: 20_429 } }, /try again in a minute/],
    ['fails', { status: 500, body: {} }, /^Twilio fails: try again later/],
    ['cuts the connection', 'reset', /^Twilio fails: try again later/],
    ['answers something else', { status: 200, body: '<html>' }, /^Twilio fails: try again later/],
  ])('exits 2 with a sentence and changes nothing when Twilio %s', async (_name, answer, sentence) => {
    const standIn = await startGoogleStandIn(() => answer);
    cli.env['TWILIO_API_BASE_URL'] = `http://${standIn.host}`;
    const { exitCode, complaint } = await cli.run('suggest', '--apply', '--yes');
    await standIn.close();
    expect([exitCode, complaint]).toEqual([2, expect.stringMatching(sentence)]);
    expect(await listed()).toEqual([]);
  });

  it('exits 2 and asks Twilio nothing when Firestore cannot be used', async () => {
    cli.env['FIRESTORE_EMULATOR_HOST'] = '127.0.0.1:9';
    const { exitCode, complaint } = await cli.run('suggest');
    expect([exitCode, complaint]).toEqual([2, expect.stringMatching(/^Firestore cannot be used/)]);
    expect(twilio.simulator.seen).toEqual([]);
  });

  it('looks at the local stack where nothing else is named', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'suggest-'));
    const file = path.join(folder, 'stack.json');
    const { host = '', project = '' } = firestore ?? {};
    const stack = { gatewayUrl: '', simulatorUrl: twilio.url, firestoreHost: host, project, pids: {} };
    openStackFile(file).publish(stack);
    for (const name of Object.keys(cli.env)) Reflect.deleteProperty(cli.env, name);
    cli.env['STACK_FILE'] = file;
    await attack();
    expect((await cli.run('suggest')).text).toContain('+44770090  block: ');
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['TWILIO_API_KEY_SECRET', /TWILIO_API_KEY_SECRET/],
    ['TWILIO_VERIFY_SERVICE_SID', /verify_service_sid/],
  ])('exits 2 without %s', async (name, sentence) => {
    cli.env[name] = '';
    expect(await cli.run('suggest')).toMatchObject({
      exitCode: 2,
      complaint: expect.stringMatching(sentence),
    });
  });
});
