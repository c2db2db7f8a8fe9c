import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import process from 'node:process';
import { SEED_RULES } from '../../tools/local-stack/seed-rules.ts';
import { createFirestoreDocumentCreator } from '../../tools/seed/firestore-document-creator.ts';
import { seedDatabase } from '../../tools/seed/seed-database.ts';
import { startFirestoreEmulator } from '../support/firestore-emulator.ts';
import { describeWith } from '../support/describe-with.ts';

const RULES = [...SEED_RULES.keys()].map((id) => `blocklist/${id}`);

function aDatabase(...there: readonly string[]) {
  const documents = new Map<string, unknown>(there.map((path) => [path, 'as it was']));
  return {
    documents,
    creator: {
      has: (path: string) => Promise.resolve(documents.has(path)),
      create: (path: string, fields: unknown) => {
        if (documents.has(path)) return Promise.resolve(false);
        documents.set(path, fields);
        return Promise.resolve(true);
      },
    },
  };
}

const quiet = { say: () => undefined, now: () => new Date(0) };

describe('seedDatabase', () => {
  it('creates the sample rules in an empty database, each with a reason', async () => {
    const { creator, documents } = aDatabase();
    await seedDatabase({ documents: creator, ...quiet });
    expect([...documents.keys()]).toEqual([...RULES, 'settings/seeded']);
    expect(documents.get('blocklist/234-51')).toEqual({ reason: expect.stringMatching(/^sample: /) });
  });

  it('leaves what is there as it is', async () => {
    const { creator, documents } = aDatabase('blocklist/234-51');
    await seedDatabase({ documents: creator, ...quiet });
    expect(documents.get('blocklist/234-51')).toBe('as it was');
    expect(documents.size).toBe(RULES.length + 1);
  });

  it('does not bring back at a second deploy what an operator deleted', async () => {
    const { creator, documents } = aDatabase();
    await seedDatabase({ documents: creator, onlyOnce: true, ...quiet });
    documents.delete('blocklist/234-58');
    await seedDatabase({ documents: creator, onlyOnce: true, ...quiet });
    expect(documents.has('blocklist/234-58')).toBe(false);
  });

  it('brings it back when it is asked to', async () => {
    const { creator, documents } = aDatabase('settings/seeded');
    await seedDatabase({ documents: creator, ...quiet });
    expect([...documents.keys()]).toEqual(['settings/seeded', ...RULES]);
  });

  it('takes up at the next deploy what was interrupted', async () => {
    const { creator, documents } = aDatabase();
    const failing = {
      ...creator,
      create: (path: string, fields: unknown) =>
        path === RULES[1] ? Promise.reject(new Error('gone')) : creator.create(path, fields),
    };
    await expect(seedDatabase({ documents: failing, onlyOnce: true, ...quiet })).rejects.toThrow('gone');
    await seedDatabase({ documents: creator, onlyOnce: true, ...quiet });
    expect(RULES.every((path) => documents.has(path))).toBe(true);
  });
});

const emulator = await startFirestoreEmulator();
const describeWithEmulator = describeWith(emulator);

describeWithEmulator('createFirestoreDocumentCreator', () => {
  if (emulator === null) return;
  process.env['FIRESTORE_EMULATOR_HOST'] = emulator.host;
  // Or the SDK looks for Google's metadata server, for seconds.
  process.env['METADATA_SERVER_DETECTION'] = 'none';
  const creator = createFirestoreDocumentCreator({ project: emulator.project, database: 'verify-dev' });
  const database = emulator.database('verify-dev');

  beforeEach(() => database.reset());
  afterAll(async () => {
    await creator.close();
    await emulator.stop();
    delete process.env['FIRESTORE_EMULATOR_HOST'];
    delete process.env['METADATA_SERVER_DETECTION'];
  });

  it('creates a document in the named database, once', async () => {
    expect(await creator.has('blocklist/234-51')).toBe(false);
    expect(await creator.create('blocklist/234-51', { reason: 'sample' })).toBe(true);
    expect(await creator.create('blocklist/234-51', { reason: 'another' })).toBe(false);
    expect(await creator.has('blocklist/234-51')).toBe(true);
    const url = `http://${emulator.host}/v1/projects/${emulator.project}/databases/verify-dev/documents/blocklist/234-51`;
    const answer = await fetch(url, { headers: { authorization: 'Bearer owner' } });
    expect(await answer.json()).toMatchObject({ fields: { reason: { stringValue: 'sample' } } });
  });
});
