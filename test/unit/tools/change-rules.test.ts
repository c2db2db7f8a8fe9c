import { describe, expect, it } from '@jest/globals';
import type { Blocklist, BlocklistDocument } from '../../../tools/local-stack/blocklist.ts';
import { changeRules } from '../../../tools/local-stack/change-rules.ts';
import { StackProblem } from '../../../tools/local-stack/stack-problem.ts';

function aBlocklist(documents: readonly BlocklistDocument[] = []) {
  const changes: string[] = [];
  const blocklist: Blocklist = {
    list: () => Promise.resolve(documents),
    create: () => Promise.reject(new Error('create was not expected')),
    put: (id, fields) => Promise.resolve(void changes.push(`put ${id} ${JSON.stringify(fields)}`)),
    remove: (id) => Promise.resolve(void changes.push(`remove ${id}`)),
  };
  return { blocklist, changes };
}

async function change(
  command: string | undefined,
  rule?: string,
  documents: readonly BlocklistDocument[] = [],
) {
  const { blocklist, changes } = aBlocklist(documents);
  const printed: string[] = [];
  const run = changeRules({ command, rule, blocklist, print: (text) => void printed.push(text) });
  const problem = await run.then(
    () => null,
    (error: unknown) => error,
  );
  return { changes, problem, text: printed.join('\n') };
}

describe('to add a rule', () => {
  it.each([
    ['a network', '234-51', '234-51'],
    ['all networks of an MCC', '234-*', '234-*'],
    ['a country in small letters', 'gb', 'GB'],
    ['a prefix with a space behind', '+99899394 ', '+99899394'],
    ['a line type', 'type:nonfixedvoip', 'type:nonFixedVoip'],
  ])('writes an empty document for %s', async (_name, rule, id) => {
    const { changes, problem, text } = await change('add', rule);

    expect(problem).toBeNull();
    expect(changes).toEqual([`put ${id} {}`]);
    expect(text).toMatch(/ is blocked\. The gateway reads its rules again /);
  });
});

describe('to delete a rule', () => {
  it('removes the document, however it is spelt', async () => {
    const documents = ['gb', 'GB', 'FR'].map((id) => ({ id, fields: {} }));
    const { changes, problem } = await change('delete', 'Gb', documents);

    expect(problem).toBeNull();
    expect(changes).toEqual(['remove gb', 'remove GB']);
  });

  it('removes what makes the same rule, however that is spelt', async () => {
    const byFields = { id: 'aBcDeF', fields: { mcc: '234', mnc: 51, enabled: false } };
    const documents = [...['234-51', '23451', '234-052'].map((id) => ({ id, fields: {} })), byFields];
    const { changes, text } = await change('delete', '23451', documents);

    expect(changes).toEqual(['remove 234-51', 'remove 23451', 'remove aBcDeF']);
    expect(text).toMatch(/^234-51, 23451, aBcDeF are deleted\. /);
  });

  it('is content when there is none', async () => {
    const { changes, problem, text } = await change('delete', '234-51', [{ id: '234-58', fields: {} }]);

    expect(problem).toBeNull();
    expect(changes).toEqual([]);
    expect(text).toBe('There is no rule 234-51.');
  });
});

describe('a rule that cannot be', () => {
  it.each([
    ['add', undefined, 'RULE is missing, as in: make block RULE=234-51'],
    ['delete', ' ', 'RULE is missing, as in: make unblock RULE=234-51'],
    ['add', 'UK', 'did you mean GB'],
    ['delete', '31026x', 'No rule can have this id'],
    ['rename', '234-51', 'add, delete or list'],
    [undefined, undefined, 'add, delete or list'],
  ])('is refused by %s %s', async (command, rule, expected) => {
    const { changes, problem } = await change(command, rule);

    expect(problem).toBeInstanceOf(StackProblem);
    expect(String(problem)).toContain(expected);
    expect(changes).toEqual([]);
  });
});

describe('the list', () => {
  it('shows what each rule does and its fields', async () => {
    const documents = [
      { id: '234-51', fields: {} },
      {
        id: 'UZ',
        fields: {
          action: 'monitor',
          reason: 'a test',
          expiresAt: new Date('2031-02-03T04:05:06Z'),
          enabled: false,
        },
      },
      { id: 'GB', fields: { action: '\u001b[31m' } },
    ];
    const { changes, text } = await change('list', undefined, documents);

    expect(changes).toEqual([]);
    expect(text.split('\n')).toEqual([
      '234-51           block',
      'UZ               monitor  reason: a test expiresAt: 2031-02-03T04:05:06.000Z enabled: false',
      String.raw`GB               '\x1B[31m'`,
    ]);
  });

  it('says that there are none', async () => {
    expect((await change('list')).text).toBe('There are no rules.');
  });
});
