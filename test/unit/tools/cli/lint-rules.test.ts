import { describe, expect, it } from '@jest/globals';
import { lintRules } from '../../../../tools/cli/lint-rules.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
const PAST = new Date('2026-11-24T11:59:59Z');
const FUTURE = new Date('2026-12-24T12:00:00Z');

/** `id`, then fields. */
function lint(...documents: readonly (readonly [string, Readonly<Record<string, unknown>>?])[]): string[] {
  const findings = lintRules(
    documents.map(([id, fields = {}]) => ({ id, fields })),
    NOW,
  );
  return findings.map(({ id, level, problem }) => `${level} ${id}: ${problem}`);
}

describe('lintRules', () => {
  it('has nothing to say about rules that each say something', () => {
    const rules = [
      ['UZ'],
      ['+99899394', { action: 'allow' }],
      ['234-58'],
      ['234-*', { action: 'monitor' }],
      ['type:pager', { action: 'allow' }],
    ] as const;
    expect(lint(...rules)).toEqual([]);
  });

  it('names what the gateway does not read of a collection that is too large', () => {
    const documents = ['+998', '234-51', 'UZ'].map((id) => ({ id, fields: {} }));
    expect(lintRules(documents, NOW, 2)).toEqual([
      {
        id: 'blocklist/*',
        about: null,
        level: 'error',
        problem: 'The gateway reads the first 2 documents by id: those from UZ on (1) are not in force.',
      },
    ]);
  });

  it.each<[string, string, Readonly<Record<string, unknown>>?]>([
    ['31026', 'error 31026: did you mean 310-260'],
    ['234', 'error 234: did you mean 234-* (networks of MCC 234) or +234 (Nigeria)'],
    ['UZ', 'error UZ: action is not block, monitor or allow: taken as block', { action: 'Block' }],
  ])('says what is wrong with %s', (id, problem, fields = {}) => {
    expect(lint([id, fields])).toEqual([problem]);
  });

  it.each(['289-01', '243-*'])('names %s, of an MCC that no network is known of, or nothing', (id) => {
    const known = id.startsWith('289');
    const problem = `warning ${id}: no network is known of MCC 243: it can match only one that is newer than 2023`;
    expect(lint([id])).toEqual(known ? [] : [problem]);
  });

  it('says what each rule is about', () => {
    const findings = lintRules(
      [
        { id: 'UZ', fields: { action: 'Block' } },
        { id: 'UK', fields: {} },
      ],
      NOW,
    );
    expect(findings.map(({ about }) => about)).toEqual(['numbers of Uzbekistan', null]);
  });

  it('names a rule that has expired', () => {
    expect(lint(['UZ', { expiresAt: PAST }])).toEqual(['warning UZ: has expired: it counts for nothing']);
  });

  it('names of two spellings of one network one', () => {
    expect(lint(['234-58'], ['23458'])).toEqual(['warning 23458: says the same as 234-58']);
  });

  it('names of two spellings the one that ends first', () => {
    expect(lint(['234-58', { expiresAt: FUTURE }], ['23458'])).toEqual([
      'warning 234-58: says the same as 23458',
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>, string]>([
    [
      'allows beside a block',
      { action: 'allow' },
      { action: 'block' },
      'warning 23458: never counts, as 234-58 allows the same',
    ],
    [
      'blocks beside a trial',
      { action: 'block' },
      { action: 'monitor' },
      'warning 23458: never counts, as 234-58 blocks the same',
    ],
  ])('names a rule that another hides: %s', (_name, first, second, problem) => {
    expect(lint(['234-58', first], ['23458', second])).toEqual([problem]);
  });

  it('has nothing to say where what hides a rule ends before it', () => {
    expect(lint(['234-58', { action: 'allow', expiresAt: FUTURE }], ['23458'])).toEqual([]);
  });

  it.each([
    ['a longer prefix', '+998', '+99899', 'warning +99899: says what +998 says already'],
    ['a network', '234-*', '234-58', 'warning 234-58: says what 234-* says already'],
  ])('names %s that says what a wider rule says', (_name, wide, narrow, problem) => {
    expect(lint([wide], [narrow])).toEqual([problem]);
  });

  it('takes a rule for a whole number for more than a prefix', () => {
    expect(lint(['+44', { action: 'allow' }], ['+447700900001', { action: 'allow' }])).toEqual([]);
  });

  it('says nothing of a rule that is switched off', () => {
    expect(lint(['UK', { enabled: false }])).toEqual([]);
  });
});
