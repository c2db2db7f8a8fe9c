import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createSecret, type Secret, type SecretOptions } from '../../functions/adapters/secret-files.ts';
import type { LogFields } from '../../functions/http/log.ts';

const NAME = 'GATEWAY_SECRETS';
const GOOD = 'first-value';
const BETTER = 'second-value';
const WEAK = 'weak';

let folder: string;
const secrets: Secret<unknown>[] = [];
let lines: { severity: string; event: string; fields: LogFields | undefined }[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-files-'));
  lines = [];
  // The reading of files stays real.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'performance', 'Date'] });
});
afterEach(() => {
  for (const secret of secrets.splice(0)) secret.close();
  jest.useRealTimers();
  rmSync(folder, { recursive: true });
});

function open(options: Partial<SecretOptions<string[]>>): Secret<string[]> {
  const secret = createSecret<string[]>({
    name: NAME,
    parse: (text) => {
      if (text === WEAK) throw new Error('entry 1 is too short');
      return text.split(',');
    },
    log: (severity, event, _message, fields) => lines.push({ severity, event, fields }),
    ...options,
  });
  secrets.push(secret);
  return secret;
}

function fileOf(text: string): string {
  const file = path.join(folder, 'value');
  writeFileSync(file, text);
  return file;
}

async function expectSoon(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isDone(); turn += 1) await sleep(5);
  expect(isDone()).toBe(true);
}

/** Lets the file be read again, and gives the reading time to come to nothing. */
async function reread(times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    jest.advanceTimersByTime(30_000);
    await sleep(20);
  }
}

describe('a secret at start', () => {
  it('is the value of the variable', () => {
    expect(open({ value: GOOD }).current()).toEqual([GOOD]);
  });

  it('is read from the file at once', () => {
    expect(open({ file: fileOf(GOOD) }).current()).toEqual([GOOD]);
  });

  it.each(['\n', '\r\n', '\n\n'])('loses the line break %j at its end', (end) => {
    expect(open({ value: `a,b${end}` }).current()).toEqual(['a', 'b']);
    expect(open({ file: fileOf(`a,b${end}`) }).current()).toEqual(['a', 'b']);
  });

  it('keeps all other characters', () => {
    expect(open({ value: ' a\nb ' }).current()).toEqual([' a\nb ']);
  });

  it('is found when the path has a line break at its end', () => {
    expect(open({ file: `${fileOf(GOOD)}\n` }).current()).toEqual([GOOD]);
  });

  it.each<[string, () => Partial<SecretOptions<string[]>>, string]>([
    ['set in neither way', () => ({}), `${NAME} is missing: set it, or ${NAME}_FILE to the path of a file`],
    ['empty', () => ({ value: ' \n' }), `${NAME} is missing: set it, or ${NAME}_FILE to the path of a file`],
    [
      'set in both ways',
      () => ({ value: GOOD, file: fileOf(GOOD) }),
      `${NAME} and ${NAME}_FILE are both set`,
    ],
    ['refused', () => ({ value: WEAK }), `${NAME}: entry 1 is too short`],
    ['refused from a file', () => ({ file: fileOf(WEAK) }), `${NAME}_FILE: entry 1 is too short`],
    ['an empty file', () => ({ file: fileOf('\n') }), `${NAME}_FILE is empty`],
    ['no file', () => ({ file: path.join(folder, 'absent') }), `${NAME}_FILE cannot be read (ENOENT)`],
    ['a directory', () => ({ file: folder }), `${NAME}_FILE cannot be read (EISDIR)`],
  ])('is a fault when it is %s', (_name, options, message) => {
    expect(() => open(options())).toThrow(new Error(message));
  });

  it('is never quoted by the fault of a parser that quotes what it reads', () => {
    const parse = (text: string): string[] => [String(JSON.parse(text))];

    expect(() => open({ value: GOOD, parse })).toThrow(new Error(`${NAME}: cannot be parsed`));
  });
});

describe('a secret in a file', () => {
  it('is replaced by a new value within 60 s, without being asked for', async () => {
    const file = fileOf(GOOD);
    const secret = open({ file });
    writeFileSync(file, BETTER);

    expect(secret.current()).toEqual([GOOD]);
    jest.advanceTimersByTime(60_000);
    await expectSoon(() => secret.current()[0] === BETTER);

    expect(lines).toEqual([]);
  });

  it('is replaced when the file is swapped, as mounted volumes do', async () => {
    const link = path.join(folder, 'link');
    symlinkSync(fileOf(GOOD), link);
    const secret = open({ file: link });
    writeFileSync(path.join(folder, 'next'), BETTER);
    symlinkSync(path.join(folder, 'next'), path.join(folder, 'new-link'));
    renameSync(path.join(folder, 'new-link'), link);

    jest.advanceTimersByTime(60_000);
    await expectSoon(() => secret.current()[0] === BETTER);

    expect(secret.current()).toEqual([BETTER]);
  });

  it('stays the same object while the file says the same', async () => {
    const secret = open({ file: fileOf(GOOD) });
    const before = secret.current();

    await reread(3);

    expect(secret.current()).toBe(before);
  });

  it.each<[string, (file: string) => void, string]>([
    ['is refused', (file) => writeFileSync(file, WEAK), `${NAME}_FILE: entry 1 is too short`],
    ['is empty', (file) => writeFileSync(file, ''), `${NAME}_FILE is empty`],
    ['is gone', (file) => rmSync(file), `${NAME}_FILE cannot be read (ENOENT)`],
  ])('keeps its value when the new one %s, and says so once', async (_name, spoil, problem) => {
    const file = fileOf(GOOD);
    const secret = open({ file });
    spoil(file);

    await reread(4);
    await expectSoon(() => lines.length > 0);

    expect(secret.current()).toEqual([GOOD]);
    expect(lines).toEqual([{ severity: 'ERROR', event: 'config.fault', fields: { problems: [problem] } }]);
    expect(JSON.stringify(lines)).not.toContain(WEAK);
  });

  it('takes a good value after a bad one, and names the next bad one again', async () => {
    const file = fileOf(GOOD);
    const secret = open({ file });
    writeFileSync(file, WEAK);
    await reread();
    await expectSoon(() => lines.length === 1);
    writeFileSync(file, BETTER);
    await reread();
    await expectSoon(() => secret.current()[0] === BETTER);
    writeFileSync(file, WEAK);
    await reread();
    await expectSoon(() => lines.length === 2);

    expect(secret.current()).toEqual([BETTER]);
  });

  it('keeps its value while a read hangs, and starts no second one', async () => {
    const file = fileOf(GOOD);
    const secret = open({ file });
    rmSync(file);
    execFileSync('mkfifo', [file]);
    chmodSync(file, 0o600);

    await reread(3);

    expect(secret.current()).toEqual([GOOD]);
    expect(lines).toEqual([
      {
        severity: 'ERROR',
        event: 'config.fault',
        fields: { problems: [`${NAME}_FILE takes too long to be read`] },
      },
    ]);

    writeFileSync(file, BETTER);
    await expectSoon(() => secret.current()[0] === BETTER);
  });

  it('is read no more once it is closed', async () => {
    const file = fileOf(GOOD);
    const secret = open({ file });
    secret.close();
    writeFileSync(file, BETTER);

    await reread(3);

    expect(secret.current()).toEqual([GOOD]);
  });

  it('does not keep the process alive', () => {
    jest.useRealTimers();
    const secret = open({ file: fileOf(GOOD) });
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');

    secret.close();

    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toEqual(timers);
  });
});

describe('a secret from the environment', () => {
  it('can be closed like any other', () => {
    const secret = open({ value: GOOD });

    secret.close();

    expect(secret.current()).toEqual([GOOD]);
  });
});
