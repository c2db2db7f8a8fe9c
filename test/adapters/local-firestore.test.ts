import { afterAll, describe, expect, it } from '@jest/globals';
import { createFirestoreDocuments } from '../../functions/adapters/firestore-documents.ts';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { createBlocklist } from '../../tools/local-stack/blocklist.ts';
import { changeRules } from '../../tools/local-stack/change-rules.ts';
import { createEmulatorDocuments } from '../../tools/local-stack/emulator-documents.ts';
import { seedRules } from '../../tools/local-stack/seed-rules.ts';
import { StackProblem } from '../../tools/local-stack/stack-problem.ts';
import { startMemoryFirestore } from '../../tools/local-stack/start-memory-firestore.ts';
import { startFirestoreEmulator } from '../support/firestore-emulator.ts';

// What the functions and the tools of the local stack may rely on, whichever Firestore runs.

const google = await startFirestoreEmulator();
const memory = await startMemoryFirestore();
const httpClient = createHttpClient({ maxSockets: 4 });

afterAll(async () => {
  httpClient.close();
  await memory.process.stop();
  await google?.stop();
});

let projects = 0;

/** A project that no other test has used. */
function newProject(host: string, database = '(default)') {
  projects += 1;
  const project = `demo-project-${projects}`;
  return databaseOf(host, project, database);
}

function databaseOf(host: string, project: string, database: string) {
  const root = `http://${host}/v1/projects/${project}/databases/${database}/documents`;
  const call = async (method: string, path: string, body?: unknown): Promise<number> => {
    const answer = await fetch(`${root}/${path}`, {
      method,
      headers: { authorization: 'Bearer owner' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    await answer.text();
    return answer.status;
  };
  return {
    project,
    call,
    put: (path: string, fields: Readonly<Record<string, unknown>> = {}) => call('PATCH', path, { fields }),
    blocklist: createBlocklist({ host, project, database }),
    raw: createEmulatorDocuments({ host, project, database }),
    documents: createFirestoreDocuments({
      httpClient,
      project,
      database,
      emulatorHost: host,
      accessToken: () => Promise.reject(new Error('an emulator needs no token')),
    }),
  };
}

const FIRESTORES: readonly [string, string][] = [
  ...(google === null ? [] : [["Google's emulator", google.host] as [string, string]]),
  ['the Firestore in memory', memory.host],
];

describe.each(FIRESTORES)('%s, to the functions', (_name, host) => {
  it('has no documents at first', async () => {
    const { documents } = newProject(host);

    await expect(documents.list('blocklist', 5000)).resolves.toEqual([]);
    await expect(documents.get('settings/gateway', 5000)).resolves.toBeNull();
  });

  it.each([
    '+99899394',
    'UZ',
    '234-51',
    '234-*',
    'type:premium',
    'a b?c#d%e&f',
    'é‑漢',
    '"quoted"',
    '(x)',
    '%2F',
    'x.y',
  ])('keeps a document of the id %s', async (id) => {
    const { documents, put } = newProject(host);
    await put(`blocklist/${encodeURIComponent(id)}`, { reason: { stringValue: id } });

    await expect(documents.list('blocklist', 5000)).resolves.toEqual([{ id, fields: { reason: id } }]);
    await expect(documents.get(`blocklist/${id}`, 5000)).resolves.toEqual({ id, fields: { reason: id } });
  });

  it('keeps fields of every kind that a rule or a setting can have', async () => {
    const { documents, put } = newProject(host);
    await put('settings/gateway', {
      text: { stringValue: '01' },
      empty: { stringValue: '' },
      integer: { integerValue: '7' },
      negative: { integerValue: '-7' },
      double: { doubleValue: 1.5 },
      yes: { booleanValue: true },
      no: { booleanValue: false },
      nothing: { nullValue: null },
      time: { timestampValue: '2031-02-03T04:05:06.789Z' },
      list: {
        arrayValue: {
          values: [{ stringValue: 'a' }, { mapValue: { fields: { deep: { nullValue: null } } } }],
        },
      },
      emptyList: { arrayValue: {} },
      map: { mapValue: { fields: { BR: { stringValue: 'whatsapp' } } } },
      emptyMap: { mapValue: {} },
    });

    await expect(documents.get('settings/gateway', 5000)).resolves.toEqual({
      id: 'gateway',
      fields: {
        text: '01',
        empty: '',
        integer: 7,
        negative: -7,
        double: 1.5,
        yes: true,
        no: false,
        nothing: null,
        time: new Date('2031-02-03T04:05:06.789Z'),
        list: ['a', { deep: null }],
        emptyList: [],
        map: { BR: 'whatsapp' },
        emptyMap: {},
      },
    });
  });

  it.each([
    ['a place', { geoPointValue: { latitude: 1, longitude: 2 } }],
    ['bytes', { bytesValue: 'AAEC' }],
    ['no number', { doubleValue: 'NaN' }],
  ])('shows %s as what no rule has', async (_kind, value) => {
    const { documents, put } = newProject(host);
    expect(await put('blocklist/234-51', { reason: value })).toBe(200);
    const [document] = await documents.list('blocklist', 5000);

    expect(typeof document?.fields['reason']).toBe('symbol');
  });

  it('gives a collection that takes several pages, each document once', async () => {
    const { documents, put } = newProject(host);
    const ids = Array.from({ length: 320 }, (_, index) => `+4477009${String(index).padStart(4, '0')}`);
    for (let first = 0; first < ids.length; first += 40) {
      await Promise.all(ids.slice(first, first + 40).map((id) => put(`blocklist/${encodeURIComponent(id)}`)));
    }
    const listed = await documents.list('blocklist', 10_000);

    expect(listed.map(({ id }) => id)).toEqual(ids);
  });

  it('keeps databases apart', async () => {
    const { project, put } = newProject(host);
    await put('blocklist/UZ');
    const { documents } = databaseOf(host, project, 'rules-eu');

    await expect(documents.list('blocklist', 5000)).resolves.toEqual([]);
  });

  it('keeps collections apart', async () => {
    const { documents, put } = newProject(host);
    await put('settings/gateway');

    await expect(documents.list('blocklist', 5000)).resolves.toEqual([]);
  });
});

describe.each(FIRESTORES)('%s, to the tools', (_name, host) => {
  it('gets the sample rules where they are absent, and keeps what an operator made of them', async () => {
    const { blocklist, put } = newProject(host);
    await put('blocklist/234-58', { action: { stringValue: 'allow' } });
    const first = await seedRules(blocklist);
    const second = await seedRules(blocklist);
    await blocklist.remove('234-51');
    const third = await seedRules(blocklist);

    expect([first, second, third]).toEqual([['234-51', '234-55'], [], ['234-51']]);
    expect(await blocklist.list()).toContainEqual({ id: '234-58', fields: { action: 'allow' } });
  });

  it('replaces a document as a whole', async () => {
    const { blocklist, put } = newProject(host);
    await put('blocklist/234-51', { action: { stringValue: 'allow' }, enabled: { booleanValue: false } });
    await blocklist.put('234-51', { reason: 'new' });

    expect(await blocklist.list()).toEqual([{ id: '234-51', fields: { reason: 'new' } }]);
  });

  it('lists all pages', async () => {
    const { blocklist } = newProject(host);
    const ids = Array.from({ length: 301 }, (_, index) => `id-${1000 + index}`);
    for (const id of ids) await blocklist.create(id, {});

    expect((await blocklist.list()).map(({ id }) => id)).toEqual(ids);
  });

  it('puts a document back as it was', async () => {
    const { raw, documents } = newProject(host);
    const fields = {
      expiresAt: { timestampValue: '2031-02-03T04:05:06.789Z' },
      mcc: { integerValue: '234' },
    };
    await raw.put('settings', 'gateway', fields);
    const before = await raw.get('settings', 'gateway');
    await raw.remove('settings', 'gateway');
    expect(await raw.get('settings', 'gateway')).toBeNull();
    await raw.put('settings', 'gateway', before ?? {});

    expect(before).toEqual(fields);
    await expect(documents.get('settings/gateway', 5000)).resolves.toMatchObject({ fields: { mcc: 234 } });
  });

  it('tells a person what Firestore answered to what it refused', async () => {
    const { raw } = newProject(host);

    await expect(raw.put('blocklist', 'UZ', { reason: { otherValue: 1 } })).rejects.toThrow(
      new StackProblem('Firestore answered 400.'),
    );
    expect(await raw.get('blocklist', 'UZ')).toBeNull();
  });

  it('deletes what is there and what is not', async () => {
    const { blocklist } = newProject(host);
    await blocklist.create('UZ', {});
    await blocklist.remove('UZ');
    await blocklist.remove('UZ');

    expect(await blocklist.list()).toEqual([]);
  });

  it('blocks, lists and unblocks as make does', async () => {
    const { blocklist } = newProject(host);
    const printed: string[] = [];
    const run = (command: string, rule?: string) =>
      changeRules({ command, rule, blocklist, print: (text) => void printed.push(text) });
    await run('add', '234-*');
    await run('add', 'gb');
    await run('list');
    await run('delete', 'GB');
    await run('list');

    expect(printed.map((text) => text.split('. ')[0])).toEqual([
      '234-* is blocked',
      'GB is blocked',
      '234-*            block\nGB               block',
      'GB is deleted',
      '234-*            block',
    ]);
  });

  it.each([
    ['a document that is there already', 'POST', 'blocklist?documentId=UZ', {}, 409],
    ['a document that is not there', 'GET', 'blocklist/FR', undefined, 404],
    ['half a body', 'PATCH', 'blocklist/UZ', '{"fields":', 400],
    ['a value of no kind', 'PATCH', 'blocklist/UZ', { fields: { reason: { otherValue: 1 } } }, 400],
    [
      'a time that is none',
      'PATCH',
      'blocklist/UZ',
      { fields: { expiresAt: { timestampValue: 'soon' } } },
      400,
    ],
  ])('refuses %s', async (_case, method, path, body, status) => {
    const { blocklist, call } = newProject(host);
    await blocklist.create('UZ', { reason: 'as it was' });

    expect(await call(method, path, body)).toBe(status);
    expect(await blocklist.list()).toEqual([{ id: 'UZ', fields: { reason: 'as it was' } }]);
  });
});

describe('the Firestore in memory', () => {
  it.each([
    ['a query', 'POST', '../documents:runQuery'],
    ['a mask', 'PATCH', 'blocklist/UZ?updateMask.fieldPaths=reason'],
    ['a condition', 'DELETE', 'blocklist/UZ?currentDocument.exists=true'],
    ['an order', 'GET', 'blocklist?orderBy=reason'],
    ['a change of a collection', 'PUT', 'blocklist'],
  ])('says loudly that it does not offer %s', async (_name, method, path) => {
    const { call } = newProject(memory.host);

    expect(await call(method, path)).toBe(501);
  });

  it('finds a name for a document that is given none', async () => {
    const { blocklist, call } = newProject(memory.host);
    expect(await call('POST', 'blocklist', { fields: {} })).toBe(200);

    expect(await blocklist.list()).toEqual([{ id: expect.stringMatching(/^[\w-]{20}$/), fields: {} }]);
  });
});
