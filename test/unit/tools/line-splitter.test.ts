import { describe, expect, it } from '@jest/globals';
import { createLineSplitter } from '../../../tools/local-stack/line-splitter.ts';

describe('the splitting of lines', () => {
  it.each([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['a line in pieces', ['a', 'b', 'c\n'], ['abc']],
    ['lines and a rest', ['a\nb'], ['a', 'b']],
    ["another system's ends", ['a\r\nb\r\n'], ['a', 'b']],
    ['empty lines', ['\n\na\n\n'], ['a']],
    ['nothing', [], []],
  ])('takes %s', (_name, pieces, expected) => {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    for (const piece of pieces) splitter.add(piece);
    splitter.end();

    expect(lines).toEqual(expected);
  });

  it('keeps a line back until it is complete', () => {
    const lines: string[] = [];
    createLineSplitter((line) => lines.push(line)).add('{"half":');

    expect(lines).toEqual([]);
  });
});
