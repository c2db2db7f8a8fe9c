import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadEnvironment } from '../../../tools/cli/load-environment.ts';

const OPERATOR =
  '# mine\nPROJECT=demo-project\nENV=prod\nTWILIO_API_KEY_SID=SKofoperator\nAUTH0_DOMAIN="a tenant"\n';
const STACK = 'PROJECT=another-project\nTWILIO_API_KEY_SID=SKofstack\nENABLED_CHANNELS=sms,call\n';

describe('the files with variables', () => {
  let both: string;
  let stackOnly: string;

  beforeAll(() => {
    both = mkdtempSync(path.join(tmpdir(), 'both-'));
    stackOnly = mkdtempSync(path.join(tmpdir(), 'stack-only-'));
    writeFileSync(path.join(both, '.env.operator'), OPERATOR);
    for (const folder of [both, stackOnly]) writeFileSync(path.join(folder, '.env'), STACK);
  });
  afterAll(() => {
    for (const folder of [both, stackOnly]) rmSync(folder, { recursive: true });
  });

  const loaded = (folder: string, isForOperators: boolean, env: Record<string, string> = {}) => {
    const environment: Record<string, string | undefined> = { ...env };
    loadEnvironment(environment, folder, isForOperators);
    return environment;
  };

  it("are the operator's alone where it names an installation", () => {
    expect(loaded(both, true)).toEqual({
      PROJECT: 'demo-project',
      ENV: 'prod',
      TWILIO_API_KEY_SID: 'SKofoperator',
      AUTH0_DOMAIN: 'a tenant',
    });
  });

  it("are the stack's alone for what belongs to it, which no file turns away to an installation", () => {
    expect(loaded(both, false)).toEqual({ TWILIO_API_KEY_SID: 'SKofstack', ENABLED_CHANNELS: 'sms,call' });
  });

  it("are the operator's for what belongs to the stack too, once an installation is named to it", () => {
    expect(loaded(both, false, { PROJECT: 'demo-project' })).toEqual({
      PROJECT: 'demo-project',
      TWILIO_API_KEY_SID: 'SKofoperator',
      AUTH0_DOMAIN: 'a tenant',
    });
  });

  it.each([true, false])(
    'never take the keys of one installation to another, for operators: %s',
    (isForOperators) => {
      const env = { PROJECT: 'third-project' };
      expect(loaded(both, isForOperators, env)).toEqual(env);
    },
  );

  it('are none of an installation where PROJECT is set to nothing', () => {
    expect(loaded(both, true, { PROJECT: '' })).toEqual({
      PROJECT: '',
      TWILIO_API_KEY_SID: 'SKofstack',
      ENABLED_CHANNELS: 'sms,call',
    });
  });

  it("are the stack's for an operator without a file", () => {
    expect(loaded(stackOnly, true)).toMatchObject({
      PROJECT: 'another-project',
      TWILIO_API_KEY_SID: 'SKofstack',
    });
  });

  it('leave what is set already, be it to nothing', () => {
    const env = { AUTH0_DOMAIN: '', TWILIO_API_KEY_SID: 'SKofshell' };
    expect(loaded(both, true, env)).toMatchObject({ ...env, PROJECT: 'demo-project' });
  });
});
