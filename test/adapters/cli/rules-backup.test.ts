import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  startMemoryFirestore,
  type MemoryFirestore,
} from '../../../tools/local-stack/start-memory-firestore.ts';
import { createCliHarness, type CliHarness } from '../../support/cli-harness.ts';

type Fields = Readonly<Record<string, unknown>>;

// What people leave in a collection: a bad id, fields that no rule has, two spellings, a network by its fields.
const LEFT_THERE: Readonly<Record<string, Fields>> = {
  UK: {},
  FR: { note: { stringValue: 'Ticket 7' }, since: { timestampValue: '2026-11-01T00:00:00Z' } },
  GB: { action: { stringValue: 'alow' }, tags: { arrayValue: { values: [{ stringValue: 'a' }] } } },
  DE: { expiresAt: { stringValue: '2027-01-01' } },
  '234-58': { action: { stringValue: 'monitor' } },
  '23458': { reason: { nullValue: null } },
  aBcDeF: { mcc: { integerValue: '310' }, mnc: { integerValue: '26' } },
  uz: { enabled: { booleanValue: false } },
  UZ: { expiresAt: { timestampValue: '2027-01-01T00:00:00Z' } },
};

describe('the way back to an export of the rules', () => {
  let firestore: MemoryFirestore;
  let cli: CliHarness;
  let databases = 0;

  beforeAll(async () => {
    firestore = await startMemoryFirestore();
  });
  afterAll(() => firestore.process.stop('SIGKILL'));

  beforeEach(async () => {
    cli = createCliHarness();
    databases += 1;
    Object.assign(cli.env, {
      FIRESTORE_EMULATOR_HOST: firestore.host,
      FIRESTORE_DATABASE: `backup-${databases}`,
      GOOGLE_CLOUD_PROJECT: 'demo-gateway',
    });
    for (const [id, fields] of Object.entries(LEFT_THERE)) await put(id, fields);
  });

  const urlOf = (id: string): string =>
    `http://${firestore.host}/v1/projects/demo-gateway/databases/backup-${databases}/documents/blocklist${id}`;
  const put = async (id: string, fields: Fields): Promise<void> => {
    const body = JSON.stringify({ fields });
    await fetch(urlOf(`/${id}`), { method: 'PATCH', body, headers: { 'content-type': 'application/json' } });
  };
  const stored = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { documents = [] } = (await (await fetch(urlOf(''))).json()) as {
      documents?: { name: string; fields?: Fields }[];
    };
    return Object.fromEntries(
      documents.map(({ name, fields = {} }): [string, Fields] => [name.split('/').at(-1) ?? '', fields]),
    );
  };
  const importBack = (...options: readonly string[]) =>
    cli.run('rules', 'import', 'rules.json', '--prune', '--yes', ...options);

  it('finds nothing to change while everything stands as it was, bad documents too', async () => {
    await cli.run('rules', 'export', '--output', 'rules.json');
    const { exitCode, text } = await importBack();
    expect([exitCode, text]).toEqual([0, 'Nothing to change.']);
  });

  it('undoes what was done since, past documents that make no rule', async () => {
    const before = await stored();
    await cli.run('rules', 'export', '--output', 'rules.json');
    await cli.run('rules', 'add', 'IT', '--yes');
    await cli.run('rules', 'remove', '234-58', 'UZ', '--yes');
    await put('FR', {});
    expect((await importBack('--as-is')).exitCode).toBe(0);
    expect(await stored()).toEqual(before);
  });

  it('restores every document into an empty collection', async () => {
    const before = await stored();
    await cli.run('rules', 'export', '--output', 'rules.json');
    await cli.run('rules', 'remove', ...Object.keys(LEFT_THERE), '--yes');
    expect(await stored()).toEqual({});
    expect((await importBack('--as-is')).exitCode).toBe(0);
    expect(await stored()).toEqual(before);
  });

  it('changes nothing, and says how to, where a bad document is no longer there and nobody asked for it', async () => {
    await cli.run('rules', 'export', '--output', 'rules.json');
    await cli.run('rules', 'remove', 'UK', 'FR', '--yes');
    const before = await stored();
    const { exitCode, complaint } = await importBack();
    expect(exitCode).toBe(2);
    expect(complaint.split('\n')).toEqual([
      'FR: a rule has no field note',
      'FR: a rule has no field since',
      'UK: did you mean GB',
      expect.stringContaining('--as-is'),
    ]);
    expect(await stored()).toEqual(before);
  });

  it('names the document of a problem that does not', async () => {
    cli.files.set('rules.json', '[{"id":"IT","action":"alow"}]');
    expect((await importBack()).complaint).toMatch(/^IT: action is not block, monitor or allow/);
  });
});
