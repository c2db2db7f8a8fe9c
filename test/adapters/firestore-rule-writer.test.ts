import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFirestoreDocuments } from '../../functions/adapters/firestore-documents.ts';
import { createFirestoreRuleWriter } from '../../functions/adapters/firestore-rule-writer.ts';
import { createFirestoreWatchBook } from '../../functions/adapters/firestore-watch-book.ts';
import { createHttpClient, type HttpRequest } from '../../functions/adapters/http-client.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';
import type { WatchRule } from '../../functions/watch/ports.ts';
import { endOf } from '../support/fake-ports.ts';
import { startFirestoreEmulator } from '../support/firestore-emulator.ts';
import { startGoogleStandIn, type StandInAnswer, type StandInRequest } from '../support/google-stand-in.ts';
import { describeWith } from '../support/describe-with.ts';

const emulator = await startFirestoreEmulator('demo-watch');
const describeEmulated = describeWith(emulator);
const httpClient = createHttpClient({ maxSockets: 4 });
const NOW = new Date('2026-11-24T12:00:00Z');

afterAll(async () => {
  httpClient.close();
  await emulator?.stop();
});

function databaseAt(emulatorHost: string) {
  const project = 'demo-watch';
  const accessToken = () => Promise.reject(new Error('an emulator needs no token'));
  return { httpClient, project, database: '(default)', emulatorHost, accessToken };
}

function aRule(changes: Partial<WatchRule> = {}): WatchRule {
  return {
    id: '+44770090',
    action: 'block',
    reason: '41 codes, 1 login in the last hour, 3.28 USD',
    expiresAt: new Date('2026-11-24T18:00:00Z'),
    ...changes,
  };
}

const WRITTEN = {
  action: 'block',
  reason: '41 codes, 1 login in the last hour, 3.28 USD',
  expiresAt: new Date('2026-11-24T18:00:00Z'),
};

/** As it stands after an earlier run. */
const STANDING = { source: 'watch', ...WRITTEN, written: WRITTEN };

describeEmulated('rules in the emulator', () => {
  const database = databaseAt(emulator?.host ?? '');
  const writer = createFirestoreRuleWriter(database);
  const documents = createFirestoreDocuments(database);
  const fieldsOf = async (id: string) => (await documents.get(`blocklist/${id}`, 5000))?.fields;
  const write = (rule: WatchRule) => writer.write(rule, createDeadline(5000));

  beforeEach(() => emulator?.reset());

  it.each(['+44770090', '234-51', '234-*', 'UZ'])('are created where there is none: %s', async (id) => {
    expect(await write(aRule({ id }))).toBe('created');
    expect(await fieldsOf(id)).toEqual(STANDING);
  });

  it('are prolonged run after run, and follow the mode; what else is in them stays', async () => {
    await emulator?.put('blocklist/UZ', { ...STANDING, note: 'mine', enabled: true });
    const expiresAt = new Date('2026-11-24T18:05:00Z');
    const runs = [aRule({ id: 'UZ', action: 'monitor' }), aRule({ id: 'UZ', reason: 'new', expiresAt })];
    for (const rule of runs) expect(await write(rule)).toBe('prolonged');
    const said = { action: 'block', reason: 'new', expiresAt };
    const others = { source: 'watch', note: 'mine', enabled: true };
    expect(await fieldsOf('UZ')).toEqual({ ...said, ...others, written: said });
  });

  it('are in force again where they are ours and have expired', async () => {
    const said = { ...WRITTEN, expiresAt: new Date(0) };
    await emulator?.put('blocklist/UZ', { source: 'watch', ...said, written: said });
    expect(await write(aRule({ id: 'UZ' }))).toBe('prolonged');
    expect(await fieldsOf('UZ')).toEqual(STANDING);
  });

  it('of a version that did not say what it wrote are prolonged as long as they end', async () => {
    await emulator?.put('blocklist/UZ', { source: 'watch', ...WRITTEN, reason: 'old', expiresAt: NOW });
    expect(await write(aRule({ id: 'UZ' }))).toBe('prolonged');
    expect(await fieldsOf('UZ')).toEqual(STANDING);
  });

  it.each([
    ['an empty one', {}],
    ['a block without source', { action: 'block', reason: 'mine' }],
    ['a monitor of another source', { action: 'monitor', source: 'ops' }],
    ['one of ours that was turned into allow', { ...STANDING, action: 'allow' }],
    ['one of ours that was softened', { ...STANDING, action: 'monitor' }],
    ['one of ours that was hardened', { ...STANDING, written: { ...WRITTEN, action: 'monitor' } }],
    ['one of ours with another reason', { ...STANDING, reason: 'keep for good' }],
    ['one of ours that ends later', { ...STANDING, expiresAt: new Date('2027-11-24T18:00:00Z') }],
    ['one of ours that ends no more', { source: 'watch', action: 'block', written: WRITTEN }],
    ['an old one of ours that ends no more', { source: 'watch', action: 'block', reason: 'keep for good' }],
    ['one of ours that was disabled', { ...STANDING, enabled: false }],
    ['one of ours without its action', { source: 'watch', expiresAt: NOW }],
    ['a block that has expired', { action: 'block', expiresAt: new Date('2026-11-24T11:00:00Z') }],
  ])('are kept as they are when a person made or changed them: %s', async (_name, fields) => {
    await emulator?.put('blocklist/+44770090', fields);
    expect(await write(aRule())).toBe('kept');
    expect(await fieldsOf('+44770090')).toEqual(fields);
  });

  it('are left to a person who changes them between our reading and our writing', async () => {
    await emulator?.put('blocklist/UZ', STANDING);
    const client = {
      ...httpClient,
      request: async (request: HttpRequest) => {
        if (request.url.endsWith(':commit')) await emulator?.put('blocklist/UZ', { action: 'allow' });
        return httpClient.request(request);
      },
    };
    const late = createFirestoreRuleWriter({ ...database, httpClient: client });
    expect(await late.write(aRule({ id: 'UZ' }), createDeadline(5000))).toBe('kept');
    expect(await fieldsOf('UZ')).toEqual({ action: 'allow' });
  });

  it('are one document however many runs write at once', async () => {
    const written = await Promise.all([write(aRule()), write(aRule()), write(aRule())]);
    expect(written.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(await documents.list('blocklist', 5000)).toHaveLength(1);
  });

  it('are read with the settings: those of people, and our own that stand', async () => {
    await emulator?.put('blocklist/UZ', { action: 'allow' });
    await emulator?.put('blocklist/some-id', { mcc: 234, mnc: 51, action: 'allow' });
    await emulator?.put('blocklist/DE', { enabled: false });
    await emulator?.put('blocklist/+44770092', { ...STANDING, action: 'allow' });
    await emulator?.put('blocklist/+44770093', { ...STANDING, enabled: false });
    await emulator?.put('blocklist/+44770094', { ...STANDING, expiresAt: new Date(0) });
    for (const [id, expiresAt] of [
      ['+44770090', new Date(NOW.getTime() + 1)],
      ['+44770091', NOW],
    ] as const) {
      const said = { ...WRITTEN, expiresAt };
      await emulator?.put(`blocklist/${id}`, { source: 'watch', ...said, written: said });
    }
    await emulator?.put('settings/gateway', {
      watch: { mode: 'block', never: ['gb'], maxRules: 'all' },
      mode: 'what',
    });

    const book = createFirestoreWatchBook({ documents, now: () => NOW.getTime() });
    const { watch, problems, isModeTold, rules, own } = await book.read(createDeadline(5000));

    expect(watch).toEqual({ mode: 'block', never: ['GB'], maxRules: 20 });
    expect(problems).toEqual([expect.stringMatching(/^watch\.maxRules is not/)]);
    expect(isModeTold).toBe(true);
    expect([...own]).toEqual([['+44770090', 'block']]);
    const ids = [...rules.countries.keys(), ...rules.carriers.keys(), ...rules.prefixes.keys()];
    expect(ids.sort()).toEqual(['+44770092', '+44770093', '+44770094', '234-51', 'DE', 'UZ']);
  });

  it('are read with what is wrong with the settings of watch, their name included', async () => {
    const watch = { mode: 'block', never: ['GB', 'UK'] };
    await emulator?.put('settings/gateway', { watch, Watch: {}, Mode: 'monitor' });
    const { problems } = await createFirestoreWatchBook({ documents }).read(createDeadline(5000));
    expect(problems).toEqual(['Watch is ignored: did you mean watch', 'watch.never: UK: did you mean GB']);
  });

  it.each([
    ['none', null],
    ['one without a mode', { watch: { maxRules: 1 } }],
    ['one with a mode that is none', { watch: { mode: 'blok' } }],
    ['one whose field is misspelt', { Watch: { mode: 'monitor' } }],
  ])('are read with a mode that nobody has told, of settings such as %s', async (_what, settings) => {
    if (settings !== null) await emulator?.put('settings/gateway', settings);
    const { watch, isModeTold } = await createFirestoreWatchBook({ documents }).read(createDeadline(5000));
    expect([watch.mode, isModeTold]).toEqual(['monitor', false]);
  });

  it('are few where there are none: the defaults', async () => {
    const { watch, own } = await createFirestoreWatchBook({ documents }).read(createDeadline(5000));
    expect({ watch, own: own.size }).toEqual({ watch: { mode: 'monitor', never: [], maxRules: 20 }, own: 0 });
  });
});

describe('a database that fails', () => {
  const OURS = {
    updateTime: '2026-11-24T11:00:00.123456Z',
    fields: {
      source: { stringValue: 'watch' },
      action: { stringValue: 'block' },
      expiresAt: { timestampValue: '2026-11-24T18:00:00Z' },
    },
  };
  const THERE: StandInAnswer = { status: 409, body: { error: { status: 'ALREADY_EXISTS' } } };

  const writeAgainst = async (answer: (request: StandInRequest) => StandInAnswer, deadlineMs = 5000) => {
    const standIn = await startGoogleStandIn(answer);
    const writer = createFirestoreRuleWriter(databaseAt(standIn.host));
    const result = await writer.write(aRule(), createDeadline(deadlineMs)).catch((error: unknown) => error);
    await standIn.close();
    return { result };
  };
  const answers = (patch: StandInAnswer, get: StandInAnswer = { status: 200, body: OURS }) => {
    return ({ method, url }: StandInRequest): StandInAnswer => {
      if (method === 'GET') return get;
      return url.endsWith(':commit') ? patch : THERE;
    };
  };

  it('refuses to change what a person changed after it was read', async () => {
    const refusal = { status: 400, body: { error: { status: 'FAILED_PRECONDITION' } } };
    expect((await writeAgainst(answers(refusal))).result).toBe('kept');
  });

  it.each([
    ['deleted after it was found', answers({ status: 404, body: {} })],
    ['deleted before it was read', answers({ status: 200, body: {} }, { status: 404, body: {} })],
    ['no document', answers({ status: 200, body: {} }, { status: 200, body: '<html>' })],
  ])('is left alone when the document is %s', async (_name, answer) => {
    expect((await writeAgainst(answer)).result).toBe('kept');
  });

  const answering = (answer: StandInAnswer) => () => answer;
  it.each<[string, (request: StandInRequest) => StandInAnswer, string]>([
    ['refuses the create', answering({ status: 403, body: {} }), 'misconfigured'],
    ['does not know us', answering({ status: 401, body: {} }), 'misconfigured'],
    ['breaks down', answering({ status: 500, body: {} }), 'unavailable'],
    ['takes the id for none', answering({ status: 400, body: {} }), 'unavailable'],
    ['takes the change for none', answers({ status: 400, body: {} }), 'unavailable'],
    ['cuts the connection', answering('reset'), 'unavailable'],
  ])('is a fault when it %s', async (_name, answer, code) => {
    expect((await writeAgainst(answer)).result).toMatchObject({ name: 'Fault', code });
  });

  it('is a fault when it does not answer in time', async () => {
    const { result } = await writeAgainst(() => 'hang', 200);
    expect(result).toMatchObject({ name: 'Fault', code: 'unavailable' });
  });

  it('is a fault when there is no token', async () => {
    const database = { ...databaseAt(''), emulatorHost: undefined };
    const written = createFirestoreRuleWriter(database).write(aRule(), createDeadline(1000));
    await expect(written).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
  });

  it('is a fault when settings or rules cannot be read', async () => {
    const standIn = await startGoogleStandIn(({ url }) =>
      url.includes('settings') ? { status: 403, body: {} } : { status: 200, body: {} },
    );
    const documents = createFirestoreDocuments(databaseAt(standIn.host));
    const read = createFirestoreWatchBook({ documents }).read(createDeadline(2000));
    await expect(read).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
    await standIn.close();
  });

  it.each([
    ['is a fault when there may be more rules than are read', 2, 'unavailable'],
    ['is none when there are fewer', 3, 'read'],
  ])('%s', async (_name, maxDocuments, expected) => {
    const rules = { documents: [{ name: 'a/BR' }, { name: 'a/UZ' }] };
    const standIn = await startGoogleStandIn(({ url }) =>
      url.includes('settings') ? { status: 404, body: {} } : { status: 200, body: rules },
    );
    const documents = createFirestoreDocuments({ ...databaseAt(standIn.host), maxDocuments });
    const book = createFirestoreWatchBook({ documents });
    const end = await endOf(book.read(createDeadline(2000)).then(() => 'read'));
    await standIn.close();

    expect(end).toBe(expected);
  });
});
