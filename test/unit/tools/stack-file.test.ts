import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openStackFile, type RunningStack } from '../../../tools/local-stack/stack-file.ts';
import { StackProblem } from '../../../tools/local-stack/stack-problem.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'stack-file-'));
let file = '';
let files = 0;

beforeEach(() => {
  files += 1;
  file = path.join(folder, String(files), 'stack.json');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aStack(change: Partial<RunningStack> = {}): RunningStack {
  return {
    gatewayUrl: 'http://127.0.0.1:8080',
    simulatorUrl: 'http://127.0.0.1:8090',
    firestoreHost: '127.0.0.1:8100',
    project: 'demo-gateway',
    pids: { stack: 101, gateway: 102 },
    ...change,
  };
}

function overwrite(text: string): void {
  openStackFile(file).keys();
  writeFileSync(file, text);
}

describe('the file of the stack', () => {
  it('makes three different keys that are good as text and as base64url', () => {
    const keys = Object.values(openStackFile(file).keys()) as string[];

    expect(new Set(keys).size).toBe(3);
    expect(keys.map((key) => Buffer.from(key, 'base64url').length)).toEqual([32, 32, 32]);
  });

  it('keeps the keys from one start to the next', () => {
    const keys = openStackFile(file).keys();
    openStackFile(file).publish(aStack());

    expect(openStackFile(file).keys()).toEqual(keys);
  });

  it('is readable by its owner only', () => {
    openStackFile(file).publish(aStack());

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('leaves no draft behind', () => {
    openStackFile(file).publish(aStack());

    expect(readdirSync(path.dirname(file))).toEqual(['stack.json']);
  });

  it('knows of no stack at first', () => {
    expect(openStackFile(file).running()).toBeNull();
  });

  it('makes nothing when it is only asked', () => {
    openStackFile(file).running();

    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it.each([
    ['with the simulator', aStack()],
    ['with Twilio itself', aStack({ simulatorUrl: null })],
  ])('shows a stack %s', (_name, stack) => {
    openStackFile(file).publish(stack);

    expect(openStackFile(file).running()).toEqual(stack);
  });

  it('forgets a stack that is withdrawn, and no key', () => {
    const opened = openStackFile(file);
    const keys = opened.keys();
    opened.publish(aStack());
    opened.withdraw(aStack());

    expect(opened.running()).toBeNull();
    expect(opened.keys()).toEqual(keys);
  });

  it('keeps a stack that was started after the one that is withdrawn', () => {
    const opened = openStackFile(file);
    const newer = aStack({ pids: { stack: 202 } });
    opened.publish(newer);
    opened.withdraw(aStack());

    expect(opened.running()).toEqual(newer);
  });

  it.each([
    ['half a file', '{"keys":'],
    ['no object', '[]'],
    ['no keys', '{"running":null}'],
    [
      'a key that is too short',
      '{"keys":{"gatewaySecret":"x","logStreamToken":"x","numberHashKey":"x"},"running":null}',
    ],
  ])('says what to do about %s, and shows none of it', (_name, text) => {
    overwrite(text);

    const keys = (): unknown => openStackFile(file).keys();
    expect(keys).toThrow(StackProblem);
    expect(keys).toThrow(/^\S+stack\.json cannot be read: delete it, and the next start makes a new one\.$/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('says the same of a stack that cannot be read', () => {
    const keys = openStackFile(file).keys();
    overwrite(JSON.stringify({ keys, running: { gatewayUrl: 7 } }));

    expect(() => openStackFile(file).running()).toThrow(StackProblem);
  });
});
