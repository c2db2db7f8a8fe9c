import { describe, expect, it } from '@jest/globals';
import { difference } from '../../../../tools/cli/difference.ts';

describe('difference', () => {
  it.each([
    ['nothing between equals', { a: { b: [1] } }, { a: { b: [1] } }, []],
    ['a member that changes', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b: 1 → 2']],
    ['a member that is new', {}, { a: { b: true } }, ['a.b: (nothing) → true']],
    ['a member that goes', { a: 1 }, {}, ['a: 1 → (nothing)']],
    ['a list as a whole', { a: [1] }, { a: [1, 2] }, ['a: [1] → [1,2]']],
    [
      'a secret without its value',
      { auth: { secret: 'old' } },
      { auth: { secret: 'new' } },
      ['auth.secret: (secret) changes'],
    ],
    [
      'a credential that is new',
      {},
      { sink: { httpAuthorization: 'x' } },
      ['sink.httpAuthorization: (secret) is set'],
    ],
  ])('shows %s', (_name, before, after, lines) => {
    expect(difference(before, after)).toEqual(lines);
  });

  it('cuts what is long', () => {
    const [line = ''] = difference({}, { text: 'x'.repeat(1000) });
    expect(line.endsWith('…')).toBe(true);
    expect(line.length).toBeLessThan(200);
  });
});
