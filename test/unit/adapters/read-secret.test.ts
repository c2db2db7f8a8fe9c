import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../functions/adapters/environment.ts';
import { readSecret } from '../../../functions/adapters/read-secret.ts';
import { recordLog } from '../../support/recorded-log.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'read-secret-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function reading(env: Readonly<Record<string, string>>) {
  return { read: readEnvironment(env), env, log: recordLog().log };
}

function upperCase(text: string): string {
  if (text === 'canary') throw new Error('is not good enough');
  return text.toUpperCase();
}

describe('readSecret', () => {
  it('reads a secret from its variable', () => {
    const from = reading({ NAME: 'value\n' });

    expect(readSecret(from, 'NAME', upperCase).current()).toBe('VALUE');
    expect(() => from.read.finish()).not.toThrow();
  });

  it('reads a secret from its file', () => {
    const file = path.join(folder, 'secret');
    writeFileSync(file, 'value\n');
    const from = reading({ NAME_FILE: file });
    const secret = readSecret(from, 'NAME', upperCase);
    secret.close();

    expect(secret.current()).toBe('VALUE');
    expect(() => from.read.finish()).not.toThrow();
  });

  it.each([
    ['is in both places', { NAME: 'x', NAME_FILE: '/none' }, 'NAME and NAME_FILE are both set'],
    ['is nowhere', {}, 'NAME is missing: set it, or NAME_FILE to the path of a file'],
    ['is empty', { NAME: ' \n' }, 'NAME is missing: set it, or NAME_FILE to the path of a file'],
    ['cannot be read', { NAME_FILE: '/no/such/file' }, 'NAME_FILE cannot be read (ENOENT)'],
    ['cannot be used', { NAME: 'canary' }, 'NAME: is not good enough'],
  ])('names a secret that %s among the other faults, and quotes no value', (_name, env, problem) => {
    const from = reading(env);
    from.read.required('OTHER');
    const secret = readSecret(from, 'NAME', upperCase);
    const finish = () => from.read.finish();

    expect(finish).toThrow(`OTHER is missing; ${problem}`);
    expect(finish).not.toThrow('canary');
    expect(() => secret.current()).toThrow(problem);
    expect(() => secret.close()).not.toThrow();
  });
});
