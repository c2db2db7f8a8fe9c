import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  startMemoryFirestore,
  type MemoryFirestore,
} from '../../../tools/local-stack/start-memory-firestore.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';

const SAID = { action: 'monitor', reason: '41 codes', expiresAt: '2026-11-24T18:00:00.000Z' };
const OF_WATCH = { id: 'UZ', ...SAID, source: 'watch', written: SAID };

describe('rules', () => {
  let firestore: MemoryFirestore;
  let cli: CliHarness;
  let databases = 0;

  beforeAll(async () => {
    firestore = await startMemoryFirestore();
  });
  afterAll(() => firestore.process.stop('SIGKILL'));

  beforeEach(() => {
    cli = createCliHarness({ now: () => new Date('2026-11-24T12:00:00Z') });
    databases += 1;
    Object.assign(cli.env, {
      FIRESTORE_EMULATOR_HOST: firestore.host,
      FIRESTORE_DATABASE: `rules-${databases}`,
      GOOGLE_CLOUD_PROJECT: 'demo-gateway',
    });
  });

  const listed = async (): Promise<unknown> => JSON.parse((await cli.run('rules', 'list', '--json')).text);

  it('adds a rule, lists it by name, and removes it', async () => {
    await cli.run('rules', 'add', 'uz', '--reason', 'pumping', '--expires', '12h', '--yes');
    expect((await cli.run('rules', 'list')).text).toBe(
      'UZ  block: numbers of Uzbekistan, until 2026-11-25T00:00:00.000Z  "pumping"',
    );
    await cli.run('rules', 'remove', 'Uz', '--yes');
    expect((await cli.run('rules', 'list')).text).toBe('There are no rules.');
  });

  it('names the network of a rule when it adds, lists and removes it', async () => {
    const about = 'block: network 234-58, Pronto GSM (Isle of Man, United Kingdom)';
    expect((await cli.run('rules', 'add', '234-58', '--yes')).text).toContain(`add 234-58\n  ${about}\n`);
    expect((await cli.run('rules', 'list')).text).toBe(`234-58  ${about}`);
    expect((await cli.run('rules', 'remove', '234-58', '--yes')).text).toContain(
      `remove 234-58\n  ${about}\n`,
    );
  });

  it('says which rules are those of watch', async () => {
    cli.files.set('rules.json', JSON.stringify([OF_WATCH]));
    await cli.run('rules', 'import', 'rules.json', '--yes');
    expect((await cli.run('rules', 'list')).text).toBe(
      'UZ  monitor: numbers of Uzbekistan, until 2026-11-24T18:00:00.000Z  "41 codes"  by watch',
    );
  });

  it.each(['csv', 'json'])('leaves rules of watch as they are through a file: %s', async (format) => {
    cli.files.set('rules.json', JSON.stringify([OF_WATCH]));
    await cli.run('rules', 'import', 'rules.json', '--yes');
    await cli.run('rules', 'export', '--output', `again.${format}`);
    expect((await cli.run('rules', 'import', `again.${format}`, '--yes')).text).toContain(
      'Nothing to change.',
    );
    await cli.run('rules', 'remove', 'UZ', '--yes');
    await cli.run('rules', 'import', `again.${format}`, '--yes');
    expect(JSON.parse((await cli.run('rules', 'export')).text)).toEqual([OF_WATCH]);
  });

  it('lists and lints a rule of watch that a person has changed as any other', async () => {
    const changed = { ...OF_WATCH, expiresAt: '2027-11-24T18:00:00.000Z' };
    cli.files.set('rules.json', JSON.stringify([changed]));
    await cli.run('rules', 'import', 'rules.json', '--yes');
    expect((await cli.run('rules', 'list')).text).toContain('until 2027-11-24T18:00:00.000Z');
    expect((await cli.run('rules', 'lint')).text).toBe('1 rules, nothing to say.');
  });

  it('takes a network that has no name, and shows it without one', async () => {
    expect((await cli.run('rules', 'add', '234-99', '--yes')).exitCode).toBe(0);
    expect((await cli.run('rules', 'list')).text).toBe('234-99  block: network 234-99');
  });

  it.each([
    ['23458', '234-58'],
    ['234-058', '234-58'],
    ['uz ', 'UZ'],
    ['TYPE: NonFixedVoip', 'type:nonFixedVoip'],
    ['+998 99 394', '+99899394'],
  ])('removes what is meant by %s: %s, and nothing else', async (spelt, id) => {
    await cli.run('rules', 'add', id, '--yes');
    await cli.run('rules', 'add', '234-5', '--yes');
    expect((await cli.run('rules', 'remove', spelt, '--yes')).exitCode).toBe(0);
    expect(await listed()).toMatchObject([{ id: '234-5' }]);
  });

  describe('beside a document that is a rule for 234-58 by its fields', () => {
    beforeEach(async () => {
      const fields = { mcc: '234', mnc: '58', action: 'allow' };
      cli.files.set('rules.json', JSON.stringify([{ id: 'aBcDeF', ...fields }]));
      await cli.run('rules', 'import', 'rules.json', '--as-is', '--yes');
    });

    it('removes that too', async () => {
      expect((await cli.run('rules', 'remove', '234-58', '--yes')).exitCode).toBe(0);
      expect(await listed()).toEqual([]);
    });

    it('adds one of its own, and says that both are about the same', async () => {
      const { text } = await cli.run('rules', 'add', '234-58', '--yes');
      expect(text).toContain('234-58, aBcDeF are about the same, and an allow among them counts');
      expect(await listed()).toMatchObject([
        { id: '234-58', action: 'block' },
        { id: 'aBcDeF', action: 'allow' },
      ]);
    });
  });

  it('says nothing of the kind of a rule that stands alone', async () => {
    expect((await cli.run('rules', 'add', '234-58', '--yes')).text).not.toContain('about the same');
  });

  it('removes what is there, and exits 1 because something is not', async () => {
    await cli.run('rules', 'add', 'UZ', '--yes');
    const { exitCode, text } = await cli.run('rules', 'remove', '234-58', 'UZ', '--yes');
    expect([exitCode, text, await listed()]).toEqual([
      1,
      expect.stringContaining('There is no rule 234-58.'),
      [],
    ]);
  });

  it('finds the rule that names a network or a country, without asking anybody', async () => {
    cli.env['FIRESTORE_EMULATOR_HOST'] = 'not-there.invalid:1';
    const { exitCode, text } = await cli.run('rules', 'find', 'jazz');
    expect([exitCode, text.split('\n')]).toEqual([
      0,
      [
        '214-21  Jazztel, Orange Espagne S.A.U. (Spain), not on air',
        '410-01  Jazz, Mobilink-PMCL (Pakistan)',
        '410-07  Jazz, WaridTel (Pakistan)',
      ],
    ]);
    expect((await cli.run('rules', 'find', 'uzbek')).text).toMatch(/^UZ {2}numbers of Uzbekistan\n434-/);
    expect((await cli.run('rules', 'find', 'no such name')).exitCode).toBe(1);
  });

  it.each([
    ['31026', 'did you mean 310-260'],
    ['UK', 'did you mean GB'],
    ['234', 'did you mean 234-*'],
    ['+44 7700', 'did you mean +447700'],
  ])('does not add %s, and says %s', async (id, hint) => {
    const { exitCode, complaint } = await cli.run('rules', 'add', id, '--yes');
    expect([exitCode, complaint]).toEqual([2, expect.stringContaining(hint)]);
    expect(await listed()).toEqual([]);
  });

  it.each(['yesterday', '0h', '2020-01-01'])('does not take %s for an end', async (expires) => {
    const { exitCode } = await cli.run('rules', 'add', 'UZ', '--expires', expires, '--yes');
    expect([exitCode, await listed()]).toEqual([2, []]);
  });

  it('asks before it changes anything', async () => {
    cli.answers.push('yes');
    expect((await cli.run('rules', 'add', '234-58')).text).toContain('Make these changes? Type yes: ');
    expect(await listed()).toMatchObject([{ id: '234-58', action: 'block' }]);
  });

  it.each(['csv', 'json'])(
    'imports what it has exported as %s, and finds nothing to change',
    async (format) => {
      await cli.run(
        'rules',
        'add',
        '234-58',
        '--action',
        'monitor',
        '--reason',
        'a "quoted", reason',
        '--yes',
      );
      await cli.run(
        'rules',
        'add',
        '+99899394',
        '--action',
        'allow',
        '--expires',
        '2027-01-01T00:00:00Z',
        '--yes',
      );
      await cli.run('rules', 'export', '--output', `rules.${format}`, '--format', format);
      expect((await cli.run('rules', 'import', `rules.${format}`, '--yes')).text).toContain(
        'Nothing to change.',
      );
      const before = await listed();
      await cli.run('rules', 'remove', '234-58', '+99899394', '--yes');
      await cli.run('rules', 'import', `rules.${format}`, '--yes');
      expect(await listed()).toEqual(before);
    },
  );

  it('removes what a file does not hold only where that is asked for', async () => {
    await cli.run('rules', 'add', 'UZ', '--yes');
    cli.files.set('rules.csv', 'id,action\r\n234-58,block\r\n');
    await cli.run('rules', 'import', 'rules.csv', '--yes');
    expect(await listed()).toMatchObject([{ id: '234-58' }, { id: 'UZ' }]);
    await cli.run('rules', 'import', 'rules.csv', '--prune', '--yes');
    expect(await listed()).toMatchObject([{ id: '234-58' }]);
  });

  it('imports nothing of a file with one bad rule, and names it', async () => {
    cli.files.set('rules.csv', 'id\n234-58\nUK\n');
    const { exitCode, complaint } = await cli.run('rules', 'import', 'rules.csv', '--yes');
    expect([exitCode, complaint]).toEqual([
      2,
      'UK: did you mean GB\nNothing was changed. Mend the file; or, to go back to an export, add --as-is: it writes every document as it stands in the file.',
    ]);
    expect(await listed()).toEqual([]);
  });

  it('tells what the rules decide for a number, and exits 1 where they block', async () => {
    await cli.run('rules', 'add', '234-58', '--yes');
    const number = '+447700900200';
    expect((await cli.run('rules', 'test', number)).exitCode).toBe(0);
    const blocked = await cli.run('rules', 'test', number, '--carrier', '234-58');
    expect([blocked.exitCode, blocked.text]).toEqual([1, 'blocked by 234-58 (network)']);
    const premium = await cli.run('rules', 'test', number, '--type', 'premium');
    expect([premium.exitCode, premium.text]).toEqual([1, 'blocked by type:premium (lineType)']);
  });

  it('lints: exits 1 only where a document makes no good rule', async () => {
    await cli.run('rules', 'add', '310-260', '--yes');
    expect((await cli.run('rules', 'lint')).exitCode).toBe(0);
    await fetch(
      `http://${firestore.host}/v1/projects/demo-gateway/databases/rules-${databases}/documents/blocklist/31026`,
      { method: 'PATCH', body: '{"fields":{}}', headers: { 'content-type': 'application/json' } },
    );
    const { exitCode, text } = await cli.run('rules', 'lint');
    expect([exitCode, text]).toEqual([1, 'error  31026 (network 310-26): did you mean 310-260']);
  });
});
