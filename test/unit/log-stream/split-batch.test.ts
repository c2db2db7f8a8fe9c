import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyObject, anyValue, isObject, partsOf } from './json-parts.ts';

/** As written and read again: -0 becomes 0 and the like. */
function normal<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

const indents = fc.constantFrom(undefined, 2, '\t', '\r\n');
const notBatch = anyObject.filter((value) => !('logs' in value));

describe('valid JSON is split as JSON.parse reads it', () => {
  it('is a list of any values', () => {
    fc.assert(
      fc.property(fc.array(anyValue), indents, (list, indent) => {
        const { objects, others, broken } = partsOf(JSON.stringify(list, null, indent));
        expect(broken).toBe(0);
        expect(objects).toEqual(normal(list.filter(isObject)));
        expect(others.map((text): unknown => JSON.parse(text))).toEqual(
          normal(list.filter((value) => !isObject(value))),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in {"logs":[…]}, with keys after it or without', () => {
    fc.assert(
      fc.property(fc.array(anyObject), indents, fc.option(anyValue), (logs, indent, next) => {
        const { objects, broken } = partsOf(
          JSON.stringify({ logs, ...(next !== null && { next }) }, null, indent),
        );
        expect({ objects, broken }).toEqual({ objects: normal(logs), broken: 0 });
      }),
    );
  });

  it('is the same in {"logs":[…]} with keys before it', () => {
    const before = fc.dictionary(
      fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('"', '{', ']', '\\', '"logs"')),
      fc.oneof(anyValue, fc.constantFrom({ logs: [{ a: 1 }] }, [{ logs: [] }], 'logs', '"logs":[')),
      { minKeys: 1, noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(anyObject), indents, before, fc.boolean(), (logs, indent, keys, isOneOfLines) => {
        fc.pre(!('logs' in keys));
        const text = JSON.stringify({ ...keys, logs, next: 1 }, null, isOneOfLines ? undefined : indent);
        const { objects, broken } = partsOf(isOneOfLines ? `{"first":1}\n${text}\n` : text);
        const expected = isOneOfLines ? [{ first: 1 }, ...logs] : logs;
        expect({ objects, broken }).toEqual({ objects: normal(expected), broken: 0 });
      }),
      { numRuns: 500 },
    );
  });

  it('is JSON Lines', () => {
    fc.assert(
      fc.property(
        fc.array(notBatch, { minLength: 2 }),
        fc.constantFrom('\n', '\r\n', '\n\n', '\n \t\n'),
        (list, end) => {
          const { objects, broken } = partsOf(list.map((value) => JSON.stringify(value) + end).join(''));
          expect({ objects, broken }).toEqual({ objects: normal(list), broken: 0 });
        },
      ),
    );
  });

  it('is one object, on however many lines', () => {
    fc.assert(
      fc.property(notBatch, indents, (value, indent) => {
        expect(partsOf(JSON.stringify(value, null, indent))).toMatchObject({
          objects: [normal(value)],
          broken: 0,
        });
      }),
    );
  });

  it('is the same where some objects are passed over', () => {
    const marked = fc
      .tuple(anyObject, fc.boolean())
      .map(([value, isMarked]) => (isMarked ? { ...value, mark: 'MARK' } : value));
    fc.assert(
      fc.property(fc.array(marked), indents, fc.constantFrom('list', 'lines'), (list, indent, form) => {
        const lines = form === 'lines' && list.length > 1 && !list.some((value) => 'logs' in value);
        const text = lines
          ? list.map((value) => JSON.stringify(value)).join('\n')
          : JSON.stringify(list, null, indent);
        const { objects, passedOver, broken } = partsOf(text, 'MARK');
        const expected = list.filter((value) => JSON.stringify(value).includes('MARK'));
        expect({ objects, passedOver, broken }).toEqual({
          objects: normal(expected),
          passedOver: list.length - expected.length,
          broken: 0,
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('forms and quirks', () => {
  it.each<[string, string, unknown[], number]>([
    ['nothing', '', [], 0],
    ['blanks', ' \r\n\t', [], 0],
    ['a byte order mark alone', '\ufeff', [], 0],
    ['an empty list', '[]', [], 0],
    ['an empty list of logs', '{"logs" : [ ] }', [], 0],
    ['a byte order mark and blanks before a list', '\ufeff \n[{"a":1}]', [{ a: 1 }], 0],
    ['commas too many', '[,{"a":1},,{"b":2},]', [{ a: 1 }, { b: 2 }], 0],
    ['a comma missing', '[{"a":1}{"b":2} {"c":3}]', [{ a: 1 }, { b: 2 }, { c: 3 }], 0],
    ['lines that end with commas', '{"a":1},\n{"b":2},\n', [{ a: 1 }, { b: 2 }], 0],
    ['lists as lines', '[{"a":1}]\n[{"b":2}]\n', [{ a: 1 }, { b: 2 }], 0],
    ['logs as lines', '{"logs":[{"a":1}]}\n{"logs":[{"b":2}],"c":3}\n', [{ a: 1 }, { b: 2 }], 0],
    ['logs that are no list', '{"total":1,"logs":{"a":1}}', [{ total: 1, logs: { a: 1 } }], 0],
    ['logs that only another object has', '{"a":{"logs":[{"b":1}]}}', [{ a: { logs: [{ b: 1 }] } }], 0],
    ['logs behind another key that have no end', '{"total":1,"logs":[{"a":1},', [{ a: 1 }], 1],
    ['something behind a list', '[{"a":1}] x', [{ a: 1 }], 1],
    ['something behind an object', '{"a":1} x\n{"b":2}', [{ a: 1 }, { b: 2 }], 1],
    ['a bad line between good ones', '{"a":1}\n{"b":\n{"c":3}', [{ a: 1 }, { c: 3 }], 1],
    ['a bad line before good ones', 'oops\n{"b":2}\n{"c":3}', [{ b: 2 }, { c: 3 }], 1],
    ['a line cut off in a string', '{"a":"x\n{"b":2}\n{"c":3}', [{ b: 2 }, { c: 3 }], 1],
    ['a line that is no object', '{"a":1}\nnull\n5\n"x"\n', [{ a: 1 }], 3],
    ['one object on lines that look whole', '{"a":{},"b":{}\n,"c":3}', [{ a: {}, b: {}, c: 3 }], 0],
    ['braces in strings', '[{"a":"}{"},{"b":"\\"}"},{"}":"{"}]', [{ a: '}{' }, { b: '"}' }, { '}': '{' }], 0],
    [
      'a nested object that looks like an element',
      '[{"a":[{"x":1},{"a":2}]},{"a":3}]',
      [{ a: [{ x: 1 }, { a: 2 }] }, { a: 3 }],
      0,
    ],
  ])('reads %s', (_what, text, objects, broken) => {
    expect(partsOf(text)).toMatchObject({ objects, broken });
  });

  it('hands on elements that are no objects', () => {
    expect(partsOf('[1, "a,]", null , [ {"b":[2]} , 3 ],{"c":4}]')).toMatchObject({
      objects: [{ c: 4 }],
      others: ['1', '"a,]"', 'null', '[ {"b":[2]} , 3 ]'],
      broken: 0,
    });
  });
});

describe('a damaged list', () => {
  const good = (id: number) => JSON.stringify({ log_id: String(id), data: { list: [{ a: 1 }, { a: 2 }] } });

  it.each([
    ['no JSON', '{bad}'],
    ['cut off before its value', '{"log_id":"2","data":'],
    ['cut off in a list', '{"log_id":"2","data":{"list":[{"a":1}'],
    ['cut off in a string', '{"log_id":"2","data":{"list":"x'],
    ['cut off in a key', '{"log_id":"2","da'],
    ['closed too often', '{bad}}}'],
    ['closed by the wrong bracket', '{"log_id":"2","data":[}'],
    ['of words', 'oops'],
    ['full of commas', '{"log_id":"2",,,}'],
    ['with a quote too many', '{"log_id":""2","data":{}}'],
  ])('keeps what is around an element that is %s', (_what, bad) => {
    const { objects, broken, others } = partsOf(`[${good(1)},${bad},${good(3)},${good(4)}]`);
    expect(objects.map((value) => JSON.stringify(value))).toEqual([good(1), good(3), good(4)]);
    expect(broken + others.length).toBeGreaterThan(0);
  });

  it.each([
    ['a comma', ','],
    ['half an element', ',{"log_id":"3","data":{"li'],
    ['half a key', ',{"lo'],
    ['nothing', ''],
  ])('keeps what stands before its end where it ends with %s', (_what, tail) => {
    expect(partsOf(`[${good(1)},${good(2)}${tail}`)).toMatchObject({
      objects: [{ log_id: '1' }, { log_id: '2' }],
      broken: 1,
    });
  });

  it('keeps what stands before its end in an object of logs, too', () => {
    expect(partsOf(`{"logs":[${good(1)},{"log_id":"2"`)).toMatchObject({
      objects: [{ log_id: '1' }],
      broken: 1,
    });
  });

  it('finds the next element by the key with which the first begins', () => {
    const text = '[{"date":1,"x":{"date":2}},{"date":2,"list":[{"y":0},{"date":3,"x":[]}]';
    expect(partsOf(text).objects).toEqual([
      { date: 1, x: { date: 2 } },
      { date: 3, x: [] },
    ]);
  });

  it('gives up where each damage means to look through all the rest again', () => {
    const count = 20_000;
    const parts = partsOf(`[${'{"log_id":[,'.repeat(count)}`);
    expect(parts.objects).toEqual([]);
    expect(parts.broken).toBeLessThan(100);
  });
});
