import { afterAll, beforeAll, expect, it } from '@jest/globals';
import process from 'node:process';
import {
  createFirestoreDocuments,
  type FirestoreDocuments,
} from '../../functions/adapters/firestore-documents.ts';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import {
  createFirestoreSdkDocuments,
  type FirestoreSdkDocuments,
} from '../../tools/check-number/firestore-sdk-documents.ts';
import { raw, startFirestoreEmulator } from '../support/firestore-emulator.ts';
import { describeWith } from '../support/describe-with.ts';

const emulator = await startFirestoreEmulator();
const describeWithEmulator = describeWith(emulator);
const WITHIN_MS = 10_000;

function running() {
  if (emulator === null) throw new Error('there is no emulator');
  return emulator;
}

const DOCUMENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'blocklist/234-58': {},
  'blocklist/+4477009': { action: 'allow', enabled: true, reason: 'Ticket 7', mcc: 234, mnc: 1.5 },
  'blocklist/ se ': { expiresAt: new Date('2027-01-01T00:00:00.123Z'), reason: null },
  'blocklist/type:premium': {
    list: ['a', 1, null, { b: [true] }],
    map: { 'a b': 'x', nested: { deep: new Date(0) } },
    place: raw({ geoPointValue: { latitude: 1, longitude: 2 } }),
    bytes: raw({ bytesValue: 'AAEC' }),
    reference: raw({ referenceValue: 'projects/demo-gateway/databases/(default)/documents/a/b' }),
    nan: raw({ doubleValue: 'NaN' }),
    infinite: raw({ doubleValue: 'Infinity' }),
  },
  'settings/gateway': { mode: 'lockdown', channels: { byCountry: { BR: 'whatsapp' } } },
};

describeWithEmulator('the reader that people use', () => {
  let theirs: FirestoreSdkDocuments;
  let ours: FirestoreDocuments;
  const httpClient = createHttpClient({ maxSockets: 1 });

  beforeAll(async () => {
    const { host, project } = running();
    for (const [path, fields] of Object.entries(DOCUMENTS)) await running().put(path, fields);
    process.env['FIRESTORE_EMULATOR_HOST'] = host;
    // No test looks for the metadata server of a cloud.
    process.env['METADATA_SERVER_DETECTION'] = 'none';
    theirs = createFirestoreSdkDocuments({ project, database: '(default)' });
    ours = createFirestoreDocuments({
      httpClient,
      project,
      database: '(default)',
      emulatorHost: host,
      accessToken: () => Promise.reject(new Error('an emulator asks for no token')),
    });
  });
  afterAll(async () => {
    delete process.env['FIRESTORE_EMULATOR_HOST'];
    delete process.env['METADATA_SERVER_DETECTION'];
    await theirs.close();
    httpClient.close();
    await running().stop();
  });

  it('gives a collection as the gateway reads it, whatever stands in its documents', async () => {
    const documents = await theirs.list('blocklist', WITHIN_MS);

    expect(documents).toHaveLength(4);
    expect(documents).toEqual(await ours.list('blocklist', WITHIN_MS));
  });

  it('ends a list where the gateway ends it, and tells of its progress', async () => {
    const { project } = running();
    const first = createFirestoreSdkDocuments({ project, database: '(default)', maxDocuments: 2 });
    let steps = 0;
    const progress = { silenceMs: WITHIN_MS, onProgress: () => void (steps += 1) };
    const documents = await first.list('blocklist', WITHIN_MS, progress);
    await first.close();

    expect(documents).toEqual((await ours.list('blocklist', WITHIN_MS)).slice(0, 2));
    expect(steps).toBe(2);
  });

  it('gives a document as the gateway reads it', async () => {
    const document = await theirs.get('settings/gateway', WITHIN_MS);

    expect(document).toEqual({ id: 'gateway', fields: DOCUMENTS['settings/gateway'] });
    expect(document).toEqual(await ours.get('settings/gateway', WITHIN_MS));
  });

  it('gives null for a document that is not there, and nothing for a collection', async () => {
    expect(await theirs.get('settings/none', WITHIN_MS)).toBeNull();
    expect(await theirs.list('nothing', WITHIN_MS)).toEqual([]);
  });

  it('fails in fixed words when it takes too long', async () => {
    await expect(theirs.list('blocklist', 0)).rejects.toMatchObject({
      name: 'FirestoreFailure',
      reason: 'blocklist: timeout',
    });
    // The one that took too long has ended by then.
    await theirs.list('blocklist', WITHIN_MS);
  });
});
