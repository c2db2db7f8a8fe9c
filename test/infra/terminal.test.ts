import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { createTerminal } from '../../tools/deploy/terminal.ts';

function aScreen(isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => input });
  const output = new PassThrough();
  return { terminal: createTerminal({ input, output }), input, shown: () => String(output.read() ?? '') };
}

describe('createTerminal', () => {
  it.each([true, false])('knows whether there is anybody to ask: %p', (isTTY) => {
    expect(aScreen(isTTY).terminal.isInteractive).toBe(isTTY);
  });

  it('gives what was typed, without the space around it', async () => {
    const { terminal, input, shown } = aScreen(true);
    const answer = terminal.ask('Sure? ');
    input.write(' yes \n');
    expect(await answer).toBe('yes');
    expect(shown()).toContain('Sure? ');
  });

  it.each([true, false])('shows nothing of a secret that is typed, terminal or not: %p', async (isTTY) => {
    const { terminal, input, shown } = aScreen(isTTY);
    const answer = terminal.askHidden('Secret: ');
    input.write('s3cr3t\r\n');
    expect(await answer).toBe('s3cr3t');
    expect(shown()).toBe('Secret: \n');
  });

  it.each([
    ['ends the input', (input: PassThrough) => void input.end()],
    ['presses Ctrl-C', (input: PassThrough) => void input.write('\u0003')],
  ])('stops when the person %s', async (_name, leave) => {
    const { terminal, input } = aScreen(true);
    const answer = terminal.askHidden('Secret: ');
    leave(input);
    await expect(answer).rejects.toThrow('Stopped: the question was not answered.');
  });

  it('asks twice in a row', async () => {
    const { terminal, input } = aScreen(true);
    const first = terminal.askHidden('One: ');
    input.write('1\n');
    expect(await first).toBe('1');
    const second = terminal.ask('Two: ');
    input.write('2\n');
    expect(await second).toBe('2');
  });
});
