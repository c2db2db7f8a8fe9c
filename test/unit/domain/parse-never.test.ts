import { describe, expect, it } from '@jest/globals';
import { parseNever } from '../../../functions/domain/parse-never.ts';

function parse(value: unknown) {
  const problems: string[] = [];
  const doubts: string[] = [];
  return { ids: parseNever(value, { problems, doubts }), problems, doubts };
}

describe('a list of what watch never touches', () => {
  it.each([
    ['nothing', [], []],
    ['a country', ['GB'], ['GB']],
    ['a country in lower case', ['gb'], ['GB']],
    ['spaces around an id', [' GB\n', '\t234-15 '], ['GB', '234-15']],
    ['a network', ['434-05'], ['434-05']],
    ['a network without zeros', ['434-5'], ['434-5']],
    ['a network without a hyphen', ['43405'], ['43405']],
    ['a network with an MNC of three digits', ['310-260', '310260'], ['310-260', '310260']],
    ['all networks of an MCC', ['434-*'], ['434-*']],
    ['a prefix', ['+4477'], ['+4477']],
    ['a whole number', ['+447700900123'], ['+447700900123']],
    ['the same twice', ['GB', 'gb'], ['GB', 'GB']],
  ])('may hold %s', (_what, value, ids) => {
    expect(parse(value)).toEqual({ ids, problems: [], doubts: [] });
  });

  it.each([
    ['UK', 'UK: did you mean GB'],
    ['xx', 'XX: no phone number is of this country (ISO 3166-1 alpha-2)'],
    ['UZB', 'UZB: neither +998 nor UZ nor 234-51 nor 234-* nor type:premium, and no mcc and mnc'],
    ['434_05', '434_05: did you mean 434-05'],
    ['434 05', '434 05: did you mean 434-05'],
    ['43405*', '43405*: did you mean +43405 (with + in front)'],
    ['434', '434: did you mean 434-* (networks of MCC 434)'],
    ['447700900123', '••••••23: did you mean +44••••••23 (with + in front)'],
    ['+44 7700 900123', '+44••••••23: did you mean +44••••••23 (nothing but + and digits)'],
    ['premium', 'PREMIUM: did you mean type:premium'],
    ['type:premium', 'type:premium: watch makes no rule about a line type'],
  ])('spares what else it names beside the entry %s, which is named', (entry, hint) => {
    const problems = [`watch.never: ${hint}`];
    expect(parse(['GB', entry, '234-15'])).toEqual({ ids: ['GB', '234-15'], problems, doubts: [] });
  });

  it('names each entry that is wrong', () => {
    const { problems } = parse(['UK', 'GB', '434_05']);
    expect(problems).toEqual([
      'watch.never: UK: did you mean GB',
      'watch.never: 434_05: did you mean 434-05',
    ]);
  });

  it.each([
    ['310-26', '310-26: did you mean 310-260'],
    ['+4407700900123', '+44••••••23: did you mean +44••••••23 (without the 0 after the calling code)'],
  ])('holds %s, which may be meant, and doubts it', (entry, hint) => {
    expect(parse([entry])).toEqual({ ids: [entry], problems: [], doubts: [`watch.never: ${hint}`] });
  });

  it.each([
    ['a text', 'GB'],
    ['a map', { 0: 'GB' }],
    ['a list with a number', ['GB', 43_405]],
    ['a list with null', ['GB', null]],
    ['a list with a blank text', ['GB', ' ']],
  ])('is not %s', (_what, value) => {
    expect(parse(value)).toEqual({ ids: null, problems: [], doubts: [] });
  });
});
