import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const TOOLS = path.join(import.meta.dirname, '..', '..', 'tools');

function run(tool: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(TOOLS, tool), ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

describe('the tests of infra/, where there is no Terraform', () => {
  const nowhere = { PATH: path.join(import.meta.dirname, 'nowhere') };

  it('are skipped aloud on a machine of somebody', () => {
    expect(run('test-infra.ts', ['--offline'], nowhere)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^SKIPPED: .* terraform is not installed: get/),
    });
  });

  it('fail in CI', () => {
    expect(run('test-infra.ts', ['--offline'], { ...nowhere, CI: 'true' })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^The tests of infra\/ cannot run: terraform is not installed: get/),
    });
  });
});

describe('the summary of a test run', () => {
  it('counts what was left out on a line before the last, which counts the rest', () => {
    const file = path.join('test', 'unit', 'tools', 'line-splitter.test.ts');
    const named = ['--coverage=false', '--testNamePattern=no test has this name', file];
    const { stdout, status } = run('run-tests.ts', named, { PATH: process.env['PATH'] ?? '' });
    expect(stdout).toMatch(/^[1-9]\d* skipped: .*\n0 passed, 0 failed\n$/);
    expect(status).toBe(0);
  });
});
