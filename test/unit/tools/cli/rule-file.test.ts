import { describe, expect, it } from '@jest/globals';
import { CliProblem } from '../../../../tools/cli/cli-problem.ts';
import { readRuleFile, writeRuleFile } from '../../../../tools/cli/rule-file.ts';

const WRITTEN = {
  action: 'block',
  reason: '41 codes, 0 logins, "none" used',
  expiresAt: new Date('2026-12-01T06:00:00Z'),
};
const RULES = [
  { id: '+99899394', fields: { action: 'block', reason: 'one, "two"\nthree' } },
  { id: 'UZ', fields: { enabled: false, expiresAt: new Date('2026-12-01T00:00:00Z') } },
  { id: '234-58', fields: {} },
  { id: '234-55', fields: { action: 'monitor', source: 'watch', written: WRITTEN } },
];

describe('a file of rules', () => {
  it.each(['csv', 'json'] as const)('reads back what was written as %s', (format) => {
    expect(readRuleFile(writeRuleFile(RULES, format))).toEqual(RULES);
  });

  it.each([
    ['line ends of Unix, columns in another order', 'reason,id\npumping,UZ\n'],
    ['a byte order mark and an empty line', '\ufeffid,reason\r\nUZ,pumping\r\n\r\n'],
    ['spaces around cells', 'id , reason\n UZ , pumping \n'],
    ['JSON', ' [{"id":"UZ","reason":"pumping","action":null}]'],
  ])('takes %s', (_name, text) => {
    expect(readRuleFile(text)).toEqual([{ id: 'UZ', fields: { reason: 'pumping' } }]);
  });

  it('keeps the zeros of an id', () => {
    expect(readRuleFile('id\n001-01\n')).toEqual([{ id: '001-01', fields: {} }]);
  });

  it('leaves a date that is none to the reader of rules', () => {
    expect(readRuleFile('id,expiresAt\nUZ,soon\n')[0]?.fields).toEqual({ expiresAt: 'soon' });
  });

  it('leaves a note of watch that is none as it is', () => {
    expect(readRuleFile('id,written\nUZ,soon\n')[0]?.fields).toEqual({ written: 'soon' });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a field that no rule has', { note: 'Ticket 7' }],
    ['a text where a date belongs', { expiresAt: '2027-01-01' }],
    ['a text where true or false belongs', { enabled: 'true' }],
    ['a date elsewhere', { since: new Date('2026-12-01T00:00:00Z') }],
    ['an empty text', { reason: '' }],
    ['nothing', { reason: null }],
    ['a number', { mcc: 234, mnc: 58, share: 0.5 }],
    ['a value as Firestore writes it', { place: { geoPointValue: { latitude: 1, longitude: 2 } } }],
    ['a map', { tags: { a: '', b: 1, c: { d: null } } }],
    ['a map with a date', { tags: { since: new Date('2026-12-01T00:00:00Z') } }],
    ['a list in a map', { tags: { list: { arrayValue: {} } } }],
    [
      'a map that looks as Firestore writes it',
      { tags: { mapValue: { fields: { aValue: { stringValue: 'b' } } } } },
    ],
    ['a text that could be a note of watch', { written: '{"action":"block"}' }],
    ['a field that is called like the id', { id: 'GB', firestore: true }],
  ])('holds, as JSON, %s', (_name, fields) => {
    const rules = [{ id: ' uz', fields }];
    expect(readRuleFile(writeRuleFile(rules, 'json'))).toEqual(rules);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a field that no rule has', { note: 'Ticket 7' }],
    ['a text where a date belongs', { expiresAt: '2027-01-01' }],
    ['spaces around a text', { reason: ' pumping' }],
  ])('is not written as CSV where that cannot hold %s', (_name, fields) => {
    const rules = [
      { id: 'GB', fields: {} },
      { id: 'UZ', fields },
    ];
    expect(() => writeRuleFile(rules, 'csv')).toThrow(
      'A CSV file cannot hold all of UZ: write JSON, which can (--format json).',
    );
  });

  it('is written as CSV where a network is numbers', () => {
    expect(writeRuleFile([{ id: 'A', fields: { mcc: 234, reason: null } }], 'csv')).toContain(
      '\r\nA,,,,,,,234,',
    );
  });

  it.each([
    ['a file without the column id', 'rule\nUZ\n'],
    ['a rule without an id', 'id,reason\n,pumping\n'],
    ['a field that no rule has', 'id,until\nUZ,2027\n'],
    ['a stray quote', 'id\n"UZ"x\n'],
    ['JSON of another shape', '[1]'],
    ['a list for a value', '[{"id":"UZ","reason":["a"]}]'],
    ['a value as Firestore writes it, in the wrong place', '[{"id":"UZ","note":{"stringValue":"a"}}]'],
    ['something else than values of Firestore', '[{"id":"UZ","firestore":{"note":"Ticket 7"}}]'],
    ['broken JSON', '[{'],
  ])('refuses %s', (_name, text) => {
    expect(() => readRuleFile(text)).toThrow(CliProblem);
  });

  it('names the line of the file in which a quote is astray', () => {
    expect(() => readRuleFile('id,reason\nUZ,"two\nlines"\n\nFR,"a"x\n')).toThrow('Line 5 of the CSV file');
  });
});
