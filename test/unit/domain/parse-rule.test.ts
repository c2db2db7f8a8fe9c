import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRule } from '../../../functions/domain/parse-rule.ts';
import { NOW } from './some-rules.ts';

const LATER = new Date('2026-12-01T00:00:00Z');

describe('a good document', () => {
  it('blocks for ever when it is empty', () => {
    expect(parseRule({ id: '234-51', fields: {} })).toEqual({
      rule: {
        id: '234-51',
        scope: { kind: 'carrier', mcc: '234', mnc: '51' },
        action: 'block',
        expiresAt: null,
        reason: null,
      },
      problems: [],
    });
  });

  it('says what to do, until when and why', () => {
    const fields = {
      action: 'monitor',
      enabled: true,
      expiresAt: LATER,
      reason: 'Ticket 7',
      source: 'watch',
      written: { action: 'block', reason: '41 codes', expiresAt: NOW },
    };
    expect(parseRule({ id: 'UZ', fields })).toEqual({
      rule: {
        id: 'UZ',
        scope: { kind: 'country', country: 'UZ' },
        action: 'monitor',
        expiresAt: LATER,
        reason: 'Ticket 7',
      },
      problems: [],
    });
  });

  it('may have null in every field', () => {
    const fields = { action: null, enabled: null, expiresAt: null, reason: null, mcc: null, mnc: null };
    expect(parseRule({ id: 'UZ', fields })).toEqual(parseRule({ id: 'UZ', fields: {} }));
  });

  it.each([
    [' uz ', 'UZ'],
    ['uZ', 'UZ'],
    ['\t234-51\n', '234-51'],
    ['type:premium', 'type:premium'],
    ['Type:FIXEDVOIP', 'type:fixedVoip'],
  ])('may be called %j, which is %s', (id, shown) => {
    expect(parseRule({ id, fields: {} })).toMatchObject({ rule: { id: shown }, problems: [] });
  });

  it('makes no rule and has no problem when it is disabled, whatever else it says', () => {
    const fields = { enabled: false, action: 'sometimes', expiresAt: 'tomorrow' };
    expect(parseRule({ id: 'UK', fields })).toEqual({ rule: null, problems: [] });
  });
});

describe('a document with a random id', () => {
  it.each([
    ['234', '51'],
    [234, 51],
    ['234', '051'],
  ])('is a carrier rule by its fields mcc %j and mnc %j', (mcc, mnc) => {
    expect(parseRule({ id: 'x7Fq2kPLmZ90abCD1234', fields: { mcc, mnc } })).toMatchObject({
      rule: { id: 'X7FQ2KPLMZ90ABCD1234', scope: { kind: 'carrier', mcc: '234' }, action: 'block' },
      problems: [],
    });
  });

  it('is named when it has neither a good id nor the fields', () => {
    const { rule, problems } = parseRule({ id: 'x7Fq2kPLmZ', fields: {} });
    expect(rule).toBeNull();
    expect(problems).toEqual([expect.stringMatching(/^X7FQ2KPLMZ: neither/)]);
  });

  it('is named when its fields are no network', () => {
    expect(parseRule({ id: 'x7Fq2kPLmZ', fields: { mcc: '234' } })).toEqual({
      rule: null,
      problems: ['X7FQ2KPLMZ: mcc and mnc name no network'],
    });
  });

  it('gets the hint about MNCs of three digits too', () => {
    expect(parseRule({ id: 'x7Fq2kPLmZ', fields: { mcc: 310, mnc: 26 } }).problems).toEqual([
      'X7FQ2KPLMZ: did you mean 310-260',
    ]);
  });

  it('is a rule by its fields even where the id looks like a mistake', () => {
    expect(parseRule({ id: '234', fields: { mcc: '234', mnc: '51' } })).toMatchObject({
      rule: { id: '234', scope: { kind: 'carrier', mcc: '234', mnc: '51' } },
      problems: [],
    });
  });
});

describe('an id that disagrees with mcc and mnc', () => {
  it.each([
    ['234-51', { mcc: '234', mnc: '52' }],
    ['UZ', { mcc: '434', mnc: '04' }],
    ['234-51', { mcc: 'x' }],
  ])('wins: %s with %j', (id, fields) => {
    const { rule, problems } = parseRule({ id, fields });
    expect(rule).toEqual(parseRule({ id, fields: {} }).rule);
    expect(problems).toEqual(['mcc and mnc do not say what the id says: the id counts']);
  });
});

describe('a bad field', () => {
  it.each([['deny'], ['Allow'], ['BLOCK'], [''], [7], [true], [['allow']], [Symbol('bytes')]])(
    'action %p is block',
    (action) => {
      expect(parseRule({ id: 'UZ', fields: { action } })).toMatchObject({
        rule: { action: 'block' },
        problems: ['action is not block, monitor or allow: taken as block'],
      });
    },
  );

  const badTimes: [unknown][] = [
    ['2030-01-01'],
    [1_900_000_000],
    [''],
    [false],
    [{}],
    [new Date(Number.NaN)],
  ];

  it.each(badTimes)('expiresAt %p: a block never expires', (expiresAt) => {
    expect(parseRule({ id: 'UZ', fields: { expiresAt } })).toMatchObject({
      rule: { action: 'block', expiresAt: null },
      problems: ['expiresAt is not a timestamp: the rule does not expire'],
    });
  });

  it.each(badTimes)('expiresAt %p: a monitor rule never expires', (expiresAt) => {
    expect(parseRule({ id: 'UZ', fields: { action: 'monitor', expiresAt } }).rule?.expiresAt).toBeNull();
  });

  it.each(badTimes)('expiresAt %p: an allow has expired', (expiresAt) => {
    const { rule, problems } = parseRule({ id: 'UZ', fields: { action: 'allow', expiresAt } });
    expect(rule?.expiresAt?.getTime()).toBeLessThan(NOW.getTime());
    expect(problems).toEqual(['expiresAt is not a timestamp: the rule counts as expired']);
  });

  it.each([['false'], ['true'], [0], [1], [''], [[]], [Symbol('bytes')]])(
    'enabled %p: block and monitor stay on, allow is off',
    (enabled) => {
      const isOn = (action: string): unknown =>
        parseRule({ id: 'UZ', fields: { action, enabled } }).rule?.action;
      expect(['block', 'monitor', 'allow'].map(isOn)).toEqual(['block', 'monitor', undefined]);
    },
  );

  it('enabled is named with what follows', () => {
    const problemsOf = (action: string): readonly string[] =>
      parseRule({ id: 'UZ', fields: { action, enabled: 'false' } }).problems;
    expect(problemsOf('block')).toEqual(['enabled is not true or false: the rule is on']);
    expect(problemsOf('allow')).toEqual(['enabled is not true or false: the rule is off']);
  });

  it('reason is left out', () => {
    expect(parseRule({ id: 'UZ', fields: { reason: 7 } })).toMatchObject({
      rule: { reason: null },
      problems: ['reason is not a text: ignored'],
    });
  });

  it('does not hide another', () => {
    const { problems } = parseRule({
      id: 'UZ',
      fields: { action: 'x', expiresAt: 'x', enabled: 'x', reason: 1, mcc: 1 },
    });
    expect(problems).toHaveLength(5);
  });

  it('may be one that is misspelt', () => {
    expect(parseRule({ id: 'UZ', fields: { Action: 'allow', expires_at: LATER } })).toMatchObject({
      rule: { action: 'block', expiresAt: null },
      problems: ['Action is ignored: did you mean action', 'expires_at is ignored: did you mean expiresAt'],
    });
  });
});

describe('any document', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.constantFrom('block', 'allow', 'monitor', true, false, null, '234', 51),
  );
  const fields = fc.record(
    {
      action: anything,
      enabled: anything,
      expiresAt: anything,
      reason: anything,
      mcc: anything,
      mnc: anything,
    },
    { requiredKeys: [] },
  );
  const id = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('UZ', '+44', '234-51', '234-*', 'type:pager', 'UK'),
  );

  it('can be read without an error', () => {
    fc.assert(
      fc.property(id, fields, (anId, someFields) => {
        expect(() => parseRule({ id: anId, fields: someFields })).not.toThrow();
      }),
    );
  });

  it('never allows by mistake', () => {
    fc.assert(
      fc.property(id, fields, (anId, someFields) => {
        const { rule } = parseRule({ id: anId, fields: someFields });
        expect(rule?.action !== 'allow' || someFields.action === 'allow').toBe(true);
      }),
    );
  });

  it('has problems that hold no field’s text', () => {
    const text = 'somebody said this';
    const { problems } = parseRule({
      id: 'UZ',
      fields: { action: text, enabled: text, expiresAt: text, reason: [text], mcc: text, mnc: text },
    });
    expect(problems.join()).not.toContain(text);
  });
});
