import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createFirestoreDocuments, FirestoreFailure } from '../../functions/adapters/firestore-documents.ts';
import { createFirestoreRules } from '../../functions/adapters/firestore-rules.ts';
import { UNSUPPORTED_VALUE } from '../../functions/adapters/firestore-value.ts';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { createDeadline } from '../../functions/domain/deadline.ts';
import type { LogEvent } from '../../functions/http/log.ts';
import {
  findEmulatorFiles,
  startGoogleFirestoreEmulator,
} from '../../tools/local-stack/google-firestore-emulator.ts';
import { raw, startFirestoreEmulator, type FirestoreEmulator } from '../support/firestore-emulator.ts';
import { describeWith } from '../support/describe-with.ts';

jest.setTimeout(30_000);
const emulator = await startFirestoreEmulator();
const describeWithEmulator = describeWith(emulator);
const httpClient = createHttpClient({ maxSockets: 4 });

afterAll(async () => {
  httpClient.close();
  await emulator?.stop();
});
beforeEach(() => emulator?.reset());

function running(): FirestoreEmulator {
  if (emulator === null) throw new Error('there is no emulator');
  return emulator;
}

function documentsOf(database = '(default)', emulatorHost = running().host) {
  return createFirestoreDocuments({
    httpClient,
    project: running().project,
    database,
    emulatorHost,
    accessToken: () => Promise.reject(new Error('an emulator needs no token')),
  });
}

describeWithEmulator('documents of a real Firestore', () => {
  it('have ids of any characters but the slash', async () => {
    const ids = [
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
    ];
    for (const id of ids) await running().put(`blocklist/${id}`, { reason: id });

    const listed = await documentsOf().list('blocklist', 5000);

    expect(new Map(listed.map(({ id, fields }) => [id, fields['reason']]))).toEqual(
      new Map(ids.map((id) => [id, id])),
    );
    for (const id of ids) {
      await expect(documentsOf().get(`blocklist/${id}`, 5000)).resolves.toEqual({
        id,
        fields: { reason: id },
      });
    }
  });

  it('have fields of every kind', async () => {
    await running().put('blocklist/kinds', {
      text: '01',
      integer: 7,
      double: 1.5,
      yes: true,
      no: false,
      nothing: null,
      time: new Date('2031-02-03T04:05:06.789Z'),
      map: { list: ['a', 1, { deep: null }], empty: {} },
      list: [],
      place: raw({ geoPointValue: { latitude: 1, longitude: 2 } }),
      bytes: raw({ bytesValue: 'AAA=' }),
      notANumber: raw({ doubleValue: 'NaN' }),
    });

    const document = await documentsOf().get('blocklist/kinds', 5000);

    expect(document?.fields).toEqual({
      text: '01',
      integer: 7,
      double: 1.5,
      yes: true,
      no: false,
      nothing: null,
      time: new Date('2031-02-03T04:05:06.789Z'),
      map: { list: ['a', 1, { deep: null }], empty: {} },
      list: [],
      place: UNSUPPORTED_VALUE,
      bytes: UNSUPPORTED_VALUE,
      notANumber: UNSUPPORTED_VALUE,
    });
  });

  it('may be empty, and may not be there', async () => {
    await running().put('blocklist/UZ', {});

    await expect(documentsOf().list('blocklist', 5000)).resolves.toEqual([{ id: 'UZ', fields: {} }]);
    await expect(documentsOf().list('absent', 5000)).resolves.toEqual([]);
    await expect(documentsOf().get('settings/gateway', 5000)).resolves.toBeNull();
  });

  it('come in pages, and all of them are read', async () => {
    const ids = Array.from({ length: 650 }, (_value, index) => `+998${String(index).padStart(4, '0')}`);
    for (let start = 0; start < ids.length; start += 50) {
      await Promise.all(ids.slice(start, start + 50).map((id) => running().put(`blocklist/${id}`, {})));
    }

    const listed = await documentsOf().list('blocklist', 10_000);

    expect(listed.map(({ id }) => id)).toEqual(ids);
  });

  it('are those of the database that was named', async () => {
    await running().put('blocklist/UZ', {});
    await running().database('rules-eu').put('blocklist/BR', {});

    await expect(documentsOf('rules-eu').list('blocklist', 5000)).resolves.toEqual([
      { id: 'BR', fields: {} },
    ]);
    await expect(documentsOf().list('blocklist', 5000)).resolves.toEqual([{ id: 'UZ', fields: {} }]);
  });

  it('cannot be read once it is gone', async () => {
    await expect(documentsOf('(default)', '127.0.0.1:1').list('blocklist', 1000)).rejects.toBeInstanceOf(
      FirestoreFailure,
    );
  });
});

describeWithEmulator('rules from a real Firestore', () => {
  function rulesOf() {
    const events: LogEvent[] = [];
    const clock = { ms: Date.now() };
    const rules = createFirestoreRules({
      documents: documentsOf(),
      ttlSeconds: 60,
      maxStaleSeconds: 3600,
      log: (_severity, event) => events.push(event),
      now: () => clock.ms,
    });
    return { rules, events, clock, ask: () => rules.current(createDeadline(15_000)) };
  }

  it('follow what operators do in the console', async () => {
    await running().put('blocklist/UZ', {});
    await running().put('settings/gateway', { mode: 'monitor' });
    const { ask, clock, events } = rulesOf();

    expect(await ask()).toMatchObject({ state: 'fresh', settings: { mode: 'monitor' } });

    await running().remove('settings/gateway');
    clock.ms += 301_000;
    expect(await ask()).toMatchObject({ state: 'fresh', settings: { mode: 'enforce' } });
    expect(events).toEqual(['rules.refreshed', 'rules.refreshed']);
  });

  it('serve while it hangs, and are fresh when it is back', async () => {
    await running().put('settings/gateway', { mode: 'monitor' });
    const { ask, clock, events } = rulesOf();
    await ask();
    clock.ms += 301_000;

    process.kill(running().pid, 'SIGSTOP');
    const startedAt = performance.now();
    const during = await ask().finally(() => process.kill(running().pid, 'SIGCONT'));
    const waitedMs = performance.now() - startedAt;

    expect(during).toMatchObject({ state: 'stale', settings: { mode: 'monitor' } });
    expect(waitedMs).toBeGreaterThan(1400);
    for (let turn = 0; turn < 200 && events.length < 2; turn += 1) await sleep(20);
    expect(await ask()).toMatchObject({ state: 'fresh' });
    expect(events).toEqual(['rules.refreshed', 'rules.refreshed']);
  });
});

describeWithEmulator('the emulator', () => {
  it('ends with the process that started it, even when that is killed', async () => {
    const launcher = path.join(import.meta.dirname, '../../tools/local-stack/google-firestore-emulator.ts');
    const script = `
      const { findEmulatorFiles, startGoogleFirestoreEmulator } = await import(${JSON.stringify(launcher)});
      const { pid } = await startGoogleFirestoreEmulator(findEmulatorFiles());
      process.stdout.write(pid + '\\n');
      setTimeout(() => undefined, 60_000);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
    });
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    for (let turn = 0; turn < 200 && isAlive(pid); turn += 1) await sleep(25);
    expect(isAlive(pid)).toBe(false);
  });

  it('that cannot start says why', async () => {
    const files = { java: process.execPath, jar: 'none.jar' };

    await expect(startGoogleFirestoreEmulator(files)).rejects.toThrow(/did not start: .*bad option/s);
  });
});

describe('looking for the emulator', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'emulator-'));
  mkdirSync(path.join(folder, 'bin'));
  writeFileSync(path.join(folder, 'bin', 'java'), '');
  writeFileSync(path.join(folder, 'emulator.jar'), '');
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<[string, Record<string, string>, RegExp]>([
    ['Java', { PATH: '' }, /no Java/],
    ['Java where JAVA_HOME says it is', { JAVA_HOME: '/nowhere', PATH: path.join(folder, 'bin') }, /no Java/],
    ['the emulator', { JAVA_HOME: folder, FIRESTORE_EMULATOR_JAR: '/nowhere' }, /no Firestore emulator/],
  ])('names %s when it is missing', (_name, env, problem) => {
    expect(findEmulatorFiles(env)).toMatch(problem);
  });

  it.each<[string, Record<string, string>]>([
    ['JAVA_HOME', { JAVA_HOME: folder }],
    ['PATH', { PATH: `/nowhere${path.delimiter}${path.join(folder, 'bin')}` }],
  ])('finds Java by %s', (_name, env) => {
    const jar = path.join(folder, 'emulator.jar');

    expect(findEmulatorFiles({ ...env, FIRESTORE_EMULATOR_JAR: jar })).toEqual({
      java: path.join(folder, 'bin', 'java'),
      jar,
    });
  });

  describe('in vain', () => {
    const before = { CI: process.env['CI'], FIRESTORE_EMULATOR_JAR: process.env['FIRESTORE_EMULATOR_JAR'] };
    afterEach(() => {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        if (value !== undefined) process.env[name] = value;
      }
    });

    it('is a failure in CI', async () => {
      process.env['CI'] = 'true';
      process.env['FIRESTORE_EMULATOR_JAR'] = '/nowhere';

      await expect(startFirestoreEmulator()).rejects.toThrow('cannot run');
    });

    it('is said aloud elsewhere', async () => {
      const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
      process.env['CI'] = '';
      process.env['FIRESTORE_EMULATOR_JAR'] = '/nowhere';

      const started = await startFirestoreEmulator();
      const written = write.mock.calls.map(([text]) => text);
      write.mockRestore();
      expect(started).toBeNull();
      expect(written).toEqual([expect.stringMatching(/^SKIPPED: /)]);
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
