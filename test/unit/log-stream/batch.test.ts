import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { createReadBatch, type Batch, type BatchCounts } from '../../../functions/log-stream/batch.ts';
import { aLogEvent, anOtherEvent, NAMES, NOW } from './a-log-event.ts';
import { anyValue } from './json-parts.ts';

const OPTIONS = { ...NAMES, maxAgeSeconds: 600, now: () => NOW };
const readBatch = createReadBatch(OPTIONS);
const NONE: BatchCounts = {
  received: 0,
  relevant: 0,
  stale: 0,
  masked: 0,
  withoutNumber: 0,
  duplicate: 0,
  bad: 0,
};

function read(body: unknown): Batch {
  return readBatch(typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body)));
}

function recipients({ logins }: Batch): readonly string[] {
  return logins.map(({ to }) => to);
}

function aLogin(index: number) {
  return aLogEvent({ log_id: `login-${index}`, user_name: `+447700900${String(index).padStart(3, '0')}` });
}

describe('each form of a batch', () => {
  const events = [anOtherEvent('0'), aLogin(1), anOtherEvent('2'), aLogin(3), anOtherEvent('4')];
  const lines = events.map((event) => JSON.stringify(event));

  it.each([
    ['a list', JSON.stringify(events)],
    ['an indented list', JSON.stringify(events, null, 2)],
    ['logs in an object', JSON.stringify({ logs: events })],
    [
      'indented logs in an object, and more behind them',
      JSON.stringify({ logs: events, next: { logs: [] } }, null, '\t'),
    ],
    ['logs behind another key', JSON.stringify({ next: [], logs: events })],
    ['logs whose key is spelt otherwise', JSON.stringify({ logs: events }).replace('logs', 'l\\u006fgs')],
    ['lines', lines.join('\n')],
    ['lines that end with CR and LF', lines.join('\r\n') + '\r\n'],
    ['blank lines', `\n\n${lines.join('\n \n')}\n\t\n`],
    ['a byte order mark', `\ufeff${lines.join('\n')}`],
    ['bare data', JSON.stringify(events.map(({ data }) => data))],
    ['bare data in lines', events.map(({ data }) => JSON.stringify(data)).join('\n')],
    ['data before log_id', JSON.stringify(events.map(({ data, log_id }) => ({ data, log_id })))],
    ['types spelt otherwise', JSON.stringify(events).replaceAll('"s"', '"\\u0073"')],
    ['keys spelt otherwise', JSON.stringify(events).replaceAll('"type"', '"typ\\u0065"')],
    ['braces and quotes in strings', JSON.stringify(events.map((event) => ({ x: '}{"[\\', ...event })))],
  ])('is read: %s', (_what, body) => {
    const batch = read(body);
    expect(recipients(batch)).toEqual(['+447700900001', '+447700900003']);
    expect(batch.counts).toEqual({ ...NONE, received: 5, relevant: 2 });
  });

  it.each([
    ['an envelope', aLogin(1)],
    ['bare data', aLogin(1).data],
  ])('is read where it is one event: %s', (_what, event) => {
    expect(recipients(read(event))).toEqual(['+447700900001']);
    expect(recipients(read(JSON.stringify(event, null, 2)))).toEqual(['+447700900001']);
  });

  it.each(['', ' \r\n', '\ufeff', '[]', ' [ ] ', '{"logs":[]}'])('has nothing to do for %j', (body) => {
    expect(read(body)).toEqual({ logins: [], counts: NONE });
  });
});

describe('what is bad', () => {
  it.each([
    'not json',
    '<html></html>',
    '{"a":',
    '[',
    '[{',
    '[oops]',
    '{bad}',
    '\u0000',
    '"text"',
    '5',
    'null',
    'oops\n{bad}',
    '{"logs":[',
  ])('refuses a body in which nothing can be parsed: %j', (body) => {
    expect(() => read(body)).toThrow(new Refusal('malformed_request'));
  });

  it.each([
    ['a list of things that are no events', [1, 'x', null, [2]], 4],
    ['an event that is no login, and a poisoned one', [{}, null], 1],
  ])('takes %s, and nobody has to send it again', (_what, body, bad) => {
    expect(read(body)).toEqual({
      logins: [],
      counts: { ...NONE, received: (body as unknown[]).length, bad },
    });
  });

  it('counts the bad among the good', () => {
    const good = JSON.stringify(aLogin(1));
    expect(read(`{"broken\n${good}\nnull\n}{\n`)).toMatchObject({
      logins: [{ to: '+447700900001' }],
      counts: { received: 4, bad: 3 },
    });
    expect(read(`[{bad},${good},null,"x"]`)).toMatchObject({
      logins: [{ to: '+447700900001' }],
      counts: { received: 4, bad: 3 },
    });
    expect(read(`[${good},{"log_id":"2","data":`)).toMatchObject({
      logins: [{ to: '+447700900001' }],
      counts: { bad: 1 },
    });
  });

  it.each([
    '{',
    '[',
    '[[',
    '[{',
    '{"a":',
    '{"a":1',
    '{"logs":[',
    '"',
    '}',
    ']',
    '\\',
    '{"log_id":"1","data":{"x":[{',
  ])('loses none of the lines around one that is no JSON: %s', (broken) => {
    const lines = [1, 2, 3].map((index) => {
      const event = aLogin(index);
      return JSON.stringify(index === 2 ? { log_id: event.log_id, data: event.data } : event);
    });
    for (let at = 0; at <= lines.length; at += 1) {
      const text = lines.toSpliced(at, 0, broken).join('\n');
      expect([at, ...recipients(read(text))]).toEqual([
        at,
        ...[1, 2, 3].map((index) => aLogin(index).data.user_name),
      ]);
    }
  });

  it('loses no line behind an open brace, whichever key it begins with', () => {
    const { data } = aLogin(1);
    const others = Object.entries(data).filter(([key]) => key !== 'details');
    const line = JSON.stringify({
      details: { prompts: [{ connection: 'sms' }] },
      ...Object.fromEntries(others),
    });
    expect(recipients(read(`${JSON.stringify(anOtherEvent('0'))}\n{\n${line}`))).toEqual([data.user_name]);
  });

  it('finds a login that an element that is no JSON seemed to hold', () => {
    const text = `[${JSON.stringify(anOtherEvent('0'))},{"log_id":"1","data":{"x":[{"y":{},"z":1},${JSON.stringify(aLogin(2))}]`;
    expect(recipients(read(text))).toEqual(['+447700900002']);
  });

  it.each([
    [
      'deep',
      (login: string) =>
        `[{"log_id":"1","type":"s","connection":"sms","a":${'['.repeat(100_000)}${']'.repeat(100_000)}},${login}]`,
    ],
    ['deep and first', (login: string) => `[{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}},${login}]`],
    ['huge', (login: string) => `[{"type":"s","connection":"sms","x":"${'x'.repeat(5_000_000)}"},${login}]`],
    [
      'full of prototypes',
      (login: string) =>
        `[{"__proto__":{"type":"s"},"constructor":{"prototype":1},"data":{"__proto__":null}},${login}]`,
    ],
    ['full of odd bytes', (login: string) => `[{"type":"s","connection":"sms","x":"\u0001\u0000"},${login}]`],
  ])('reads on behind an event that is %s', (_what, write) => {
    expect(recipients(read(write(JSON.stringify(aLogin(7)))))).toEqual(['+447700900007']);
  });

  it('takes no nested object for an event', () => {
    const nested = [{}, aLogin(1), {}];
    expect(
      recipients(
        read([
          anOtherEvent('0'),
          { ...anOtherEvent('2'), details: nested, data: { type: 'fp', details: { body: nested } } },
        ]),
      ),
    ).toEqual([]);
  });
});

describe('which logins are left to be reported', () => {
  it('counts what is stale, masked and without a number apart', () => {
    const batch = read([
      aLogEvent({ log_id: '1', date: '2026-11-23T05:00:00Z' }),
      aLogEvent({ log_id: '2', user_name: '*******' }),
      aLogEvent({ log_id: '3', user_name: 'jane@example.com' }),
      anOtherEvent('4'),
    ]);
    expect(batch).toEqual({
      logins: [],
      counts: { ...NONE, received: 4, relevant: 3, stale: 1, masked: 1, withoutNumber: 1 },
    });
  });

  it('names a recipient once, with every event that told of it', () => {
    const [one, two] = [aLogin(1), { ...aLogin(1).data, log_id: 'other', date: '2026-11-23T06:00:30.000Z' }];
    const { logins, counts } = read([one, two, one]);
    expect(counts).toEqual({ ...NONE, received: 3, relevant: 3, duplicate: 2 });
    expect(logins).toEqual([
      {
        to: '+447700900001',
        country: 'GB',
        keys: [expect.any(String), expect.any(String)],
        freshUntilMs: Date.parse('2026-11-23T06:10:30.000Z'),
      },
    ]);
  });

  it('names a log_id once, whomever it tells of', () => {
    const second = aLogEvent({ log_id: 'login-1', user_name: '+447700900099' });
    expect(read([aLogin(1), second])).toMatchObject({
      logins: [{ to: '+447700900001' }],
      counts: { duplicate: 1 },
    });
  });

  it('gives an event the same key each time, and another event another', () => {
    const keys = (event: unknown) => read([event]).logins.flatMap((login) => login.keys);
    const withoutId = (date: string) => aLogEvent({ log_id: undefined, date });
    expect(keys(aLogin(1))).toEqual(keys(aLogin(1)));
    expect(keys(withoutId('2026-11-23T06:00:00Z'))).toEqual(keys(withoutId('2026-11-23T06:00:00Z')));
    const all = [
      aLogin(1),
      aLogin(2),
      withoutId('2026-11-23T06:00:00Z'),
      withoutId('2026-11-23T06:00:01Z'),
    ].flatMap(keys);
    expect(new Set(all).size).toBe(4);
  });

  it('gives no key to an event that has neither a log_id nor a date, and no time until which it is fresh', () => {
    expect(read([aLogEvent({ log_id: undefined, date: undefined })]).logins).toEqual([
      { to: '+447700900123', country: 'GB', keys: [], freshUntilMs: null },
    ]);
  });
});

/** What the design makes of each made sample. */
const SAMPLES: Readonly<Record<string, Partial<BatchCounts> & { readonly calls: number }>> = {
  's-sms-universal-login.json': { relevant: 1, calls: 1 },
  'scoa-sms-classic.json': { relevant: 1, calls: 1 },
  'sepft-sms-passwordless-otp-grant.json': { relevant: 1, calls: 1 },
  'seacft-sms-user.json': { relevant: 1, calls: 1 },
  's-sms-linked-account-no-phone.json': { relevant: 1, withoutNumber: 1, calls: 0 },
  's-sms-pii-masked.json': { relevant: 1, masked: 1, calls: 0 },
  's-sms-pii-hashed.json': { relevant: 1, masked: 1, calls: 0 },
  's-email-passwordless-ignore.json': { calls: 0 },
  's-db-phone-identifier-otp.json': { calls: 0 },
  'cs-sms.json': { calls: 0 },
  'fepotpft-sms-wrong-code.json': { calls: 0 },
  'ssa-sms-silent-ignore.json': { calls: 0 },
  'limit_phone.json': { calls: 0 },
  'batch.jsonarray.json': { received: 4, relevant: 3, duplicate: 2, calls: 1 },
  'batch.jsonlines.txt': { received: 4, relevant: 3, duplicate: 2, calls: 1 },
  'batch.jsonobject.json': { received: 4, relevant: 3, duplicate: 2, calls: 1 },
};

describe('the made samples', () => {
  const folder = new URL('../../support/auth0-logs/', import.meta.url);

  it.each(readdirSync(folder))('end as the design says: %s', (name) => {
    const { calls, ...counts } = SAMPLES[name] ?? { calls: -1 };
    const batch = readBatch(readFileSync(new URL(name, folder)));
    expect(batch.counts).toEqual({ ...NONE, received: 1, ...counts });
    expect(recipients(batch)).toEqual(Array(calls).fill('+14155550123'));
  });
});

describe('whatever comes', () => {
  const events = Array.from({ length: 8 }, (_, index) =>
    index % 2 === 0 ? aLogin(index) : anOtherEvent(String(index)),
  );
  const forms = [
    JSON.stringify(events),
    JSON.stringify({ logs: events }),
    events.map((event) => JSON.stringify(event)).join('\n'),
    JSON.stringify(events, null, 1),
  ].map((text) => Buffer.from(text));
  const endsOf = (form: Buffer): number[] =>
    events.map(({ log_id }) => form.lastIndexOf(`"${log_id}"`) + log_id.length + 10);

  function readOrRefuse(body: Buffer): readonly string[] {
    try {
      return recipients(readBatch(body));
    } catch (error) {
      expect(error).toEqual(new Refusal('malformed_request'));
      return [];
    }
  }

  it('is read or refused, never anything else: bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readOrRefuse(Buffer.from(bytes))),
    );
  });

  it('is read or refused, never anything else: values', () => {
    fc.assert(fc.property(anyValue, (value) => void readOrRefuse(Buffer.from(JSON.stringify(value)))));
  });

  it.each(forms.map((form, index) => [index, form] as const))(
    'keeps every login before a damage, cut off or changed, in form %i',
    (_index, form) => {
      const ends = endsOf(form);
      const damage = fc.record({
        at: fc.nat(form.length - 1),
        byte: fc.option(fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:\n')))),
      });
      fc.assert(
        fc.property(damage, ({ at, byte }) => {
          const body = byte === null ? form.subarray(0, at) : Buffer.from(form);
          if (byte !== null) body[at] = byte;
          const found = readOrRefuse(body);
          const before = events.filter(({ data }, index) => data.type === 's' && (ends[index] ?? 0) <= at);
          expect(found).toEqual(expect.arrayContaining(before.map(({ data }) => data.user_name)));
        }),
        { numRuns: 1000 },
      );
    },
  );
});

it('parses no event that cannot matter, but for the first', () => {
  // Both are no JSON, which only parsing can tell.
  const [one, other] = [
    '{"log_id":"1","data":{"type":"f",,}}',
    '{"log_id":"2","data":{"type":"s","connection":"users",,}}',
  ];
  expect(read(`[${JSON.stringify(anOtherEvent('0'))},${one},${other}]`).counts).toEqual({
    ...NONE,
    received: 3,
  });
});

describe('what is parsed whole', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is an event only, wherever the logs stand among the keys of an object', () => {
    const logs = [anOtherEvent('0'), aLogin(1), anOtherEvent('2')];
    const body = Buffer.from(JSON.stringify({ total: 3, a: ['"logs":['], logs }));
    const parse = jest.spyOn(JSON, 'parse');
    expect(recipients(readBatch(body))).toEqual(['+447700900001']);
    expect(parse.mock.calls.map(([text]) => text)).toEqual(
      logs.slice(0, 2).map((log) => JSON.stringify(log)),
    );
  });

  it.each([
    [1_048_576, 0],
    [1_048_577, 1],
  ])('is no object of more than 1 MiB: of %i bytes', (length, bad) => {
    const start = '{"type":"s","connection":"sms","x":"';
    const long = `${start.padEnd(length - 2, 'x')}"}`;
    const { logins, counts } = read(`[{},${long},${JSON.stringify(aLogin(1))}]`);
    expect(logins).toHaveLength(1);
    expect(counts).toMatchObject({ received: 3, bad });
    const parse = jest.spyOn(JSON, 'parse');
    expect(read(`{}\n${long}\n`).counts).toMatchObject({ received: 2, bad });
    expect(parse).toHaveBeenCalledTimes(2 - bad);
  });
});

describe('how often parsing may fail', () => {
  const count = 3000;

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['elements that are no objects', '[{}', ',a', ']'],
    ['elements that are no JSON', '[{}', ',{\\u}', ']'],
    ['lines that are no JSON', '{}', '\n{\\u}', '\n'],
  ])('is bounded in a batch: %s', (_what, start, bad, end) => {
    const parse = jest.spyOn(JSON, 'parse');
    expect(read(start + bad.repeat(count) + end).counts).toMatchObject({ bad: count });
    expect(parse.mock.calls.length).toBeLessThanOrEqual(1001);
  });

  it.each(['a', '{a}'])('is bounded where nothing can be parsed: %s', (bad) => {
    const parse = jest.spyOn(JSON, 'parse');
    expect(() => read(`[${`${bad},`.repeat(count)}]`)).toThrow(new Refusal('malformed_request'));
    expect(parse).toHaveBeenCalledTimes(1000);
  });

  it('keeps the logins among fewer', () => {
    const login = JSON.stringify(aLogin(1));
    expect(recipients(read(`[${'a,'.repeat(count)}${'{\\u},'.repeat(999)}${login}]`))).toEqual([
      '+447700900001',
    ]);
    expect(read(`[{},${'{\\u},'.repeat(1000)}${login}]`).counts).toMatchObject({
      received: 1002,
      bad: 1001,
    });
  });
});

it('takes no names that JSON could spell with a backslash', () => {
  expect(() => createReadBatch({ ...OPTIONS, connections: ['a"b'] })).toThrow(TypeError);
});
