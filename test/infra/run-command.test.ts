import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { realpathSync } from 'node:fs';
import process from 'node:process';
import { createRunCommand } from '../../tools/deploy/run-command.ts';

describe('createRunCommand', () => {
  const run = createRunCommand(realpathSync(tmpdir()));
  const node = (script: string): Promise<unknown> =>
    run(process.execPath, ['-e', script], { env: { EXTRA: 'more' } });

  it('keeps what a command prints', async () => {
    expect(await node('console.log("out"); console.error("err")')).toEqual({
      code: 0,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('runs it in its folder, with the environment added to', async () => {
    expect(
      await node('console.log(process.cwd(), process.env.EXTRA, process.env.PATH !== undefined)'),
    ).toMatchObject({
      stdout: `${realpathSync(tmpdir())} more true\n`,
    });
  });

  it('tells how it ended', async () => {
    expect(await node('process.exitCode = 3')).toMatchObject({ code: 3 });
  });

  it('takes an end by a signal for a failure', async () => {
    expect(await node('process.kill(process.pid, "SIGKILL")')).toMatchObject({ code: 1 });
  });

  it('tells when there is no such command', async () => {
    expect(await run('there-is-no-such-command', [])).toEqual({ code: null, stdout: '', stderr: '' });
  });

  it('gives arguments to the command and to no shell', async () => {
    const script = 'console.log(process.argv[1])';
    expect(await run(process.execPath, ['-e', script, '$(id); `id`'])).toMatchObject({
      stdout: '$(id); `id`\n',
    });
  });
});
