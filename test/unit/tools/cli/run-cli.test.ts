import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import type { CliWorld } from '../../../../tools/cli/cli-world.ts';
import { createProgram } from '../../../../tools/cli/create-program.ts';
import { createCliHarness } from '../../../support/cli-harness.ts';

/** Commands that change nothing, here or anywhere else; `trigger` speaks to the local stack alone. */
const READING = [
  'doctor',
  'rules list',
  'rules export',
  'rules find',
  'rules lint',
  'rules test',
  'trigger',
  'check-number',
];

function leavesOf(command: Command, name = ''): [name: string, command: Command][] {
  if (command.commands.length === 0) return [[name, command]];
  return command.commands.flatMap((child) => leavesOf(child, `${name} ${child.name()}`.trim()));
}

const program = createProgram({ terminal: {} } as CliWorld, () => Promise.resolve(''));
const leaves = leavesOf(program);

describe('verify-gateway', () => {
  it('asks before it changes anything, unless --yes is given: each command that does has the option, and no other', () => {
    const asking = leaves.filter(([, { options }]) => options.some(({ long }) => long === '--yes'));
    const others = leaves.filter(([, { options }]) => !options.some(({ long }) => long === '--yes'));
    expect(others.map(([name]) => name).sort()).toEqual([...READING].sort());
    expect(asking.length).toBeGreaterThan(8);
  });

  it('says of each command what it does', () => {
    expect(leaves.filter(([, command]) => command.description().length < 10).map(([name]) => name)).toEqual(
      [],
    );
  });

  it.each([
    [['no-such-command']],
    [['doctor', '--no-such-option']],
    [['rules', 'add']],
    [['setup', 'auth0', '--door', 'window']],
  ])('exits 2 for what it does not understand, and says so as JSON too: %j', async (args) => {
    const cli = createCliHarness();
    const { exitCode, text } = await cli.run(...args, '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/^error: /) });
  });

  it('exits 2 with a sentence, as JSON too, for what a person has to bring', async () => {
    const cli = createCliHarness();
    const { exitCode, text, complaint } = await cli.run('rules', 'list', '--json');
    expect([exitCode, complaint, JSON.parse(text)]).toEqual([
      2,
      '',
      { error: expect.stringMatching(/^Say whose rules: PROJECT=/) },
    ]);
  });

  it('exits 0 for help', async () => {
    expect((await createCliHarness().run('--help')).exitCode).toBe(0);
  });
});
