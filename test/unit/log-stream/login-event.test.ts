import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createReadEvent } from '../../../functions/log-stream/login-event.ts';
import { aLogEvent, NAMES, NOW } from './a-log-event.ts';

const OPTIONS = { ...NAMES, maxAgeMs: 600_000, now: () => NOW };
const read = createReadEvent(OPTIONS);
const readBoth = createReadEvent({ ...OPTIONS, connections: ['sms', 'email'] });
const NOBODY = { connection: undefined, strategy: undefined, user_id: 'auth0|1' };
const LOG_ID = aLogEvent().log_id;

describe('which events are logins by code', () => {
  it.each(NAMES.types)('takes the type %s', (type) => {
    expect(read(aLogEvent({ type })).kind).toBe('login');
  });

  it.each(['f', 'ss', 'ssa', 'cs', 'fepotpft', 'S', '', null, undefined, 5, ['s'], { s: 's' }])(
    'ignores the type %j',
    (type) => {
      expect(read(aLogEvent({ type })).kind).toBe('ignored');
    },
  );

  it.each<[string, Record<string, unknown>]>([
    ['the connection', { connection: 'sms' }],
    ['the strategy', { strategy: 'sms' }],
    ['the user id', { user_id: 'sms|1' }],
    ['the connection of a prompt', { details: { prompts: [{}, { connection: 'sms' }] } }],
    ['the strategy of a prompt', { details: { prompts: [null, { strategy: 'sms' }] } }],
    ['the connection of the details', { details: { connection: 'sms' } }],
    ['the strategy of the details', { details: { strategy: 'sms' } }],
  ])('takes %s for evidence', (_what, change) => {
    expect(read(aLogEvent({ ...NOBODY, ...change })).kind).toBe('login');
  });

  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['a connection that only begins alike', { connection: 'sms-users' }],
    ['a connection in capital letters', { connection: 'SMS' }],
    ['a user id without the bar', { user_id: 'sms' }],
    ['a user id that only holds the name', { user_id: 'oidc|sms|1' }],
    [
      'how a prompt of a database connection was passed',
      { details: { prompts: [{ passwordless_amr: 'sms' }] } },
    ],
    ['a list in place of the connection', { connection: ['sms'] }],
    ['prompts that are no list', { details: { prompts: { 0: { connection: 'sms' } } } }],
    ['details that are text', { details: 'sms' }],
  ])('takes %s for no evidence', (_what, change) => {
    expect(read(aLogEvent({ ...NOBODY, ...change })).kind).toBe('ignored');
  });

  it('takes bare data as well as data in an envelope', () => {
    const event = aLogEvent();
    expect(read(event.data)).toEqual(read(event));
  });

  it('takes no field of the prototype that an event claims to have', () => {
    expect(
      read(JSON.parse('{"__proto__":{"type":"s","connection":"sms","user_name":"+447700900123"}}')),
    ).toEqual({
      kind: 'ignored',
    });
  });
});

describe('whose login it is', () => {
  it.each<[string, Record<string, unknown>]>([
    ['user_name', {}],
    [
      'the user_name of a prompt',
      { user_name: '', details: { prompts: [{}, { user_name: '+447700900123' }] } },
    ],
    ['the body', { user_name: null, details: { body: { phone_number: '+447700900123' } } }],
    [
      'a place behind an address',
      { user_name: 'a@example.com', details: { body: { phone_number: '+447700900123' } } },
    ],
    [
      'a place behind a mask',
      { user_name: '******', details: { prompts: [{ user_name: '+447700900123' }] } },
    ],
    ['another spelling of it', { user_name: '+44 (0)7700 900-123' }],
  ])('finds the number in %s', (_what, change) => {
    expect(read(aLogEvent(change))).toEqual({
      kind: 'login',
      login: {
        to: '+447700900123',
        country: 'GB',
        logId: LOG_ID,
        happenedAtMs: Date.parse('2026-11-23T06:00:00.000Z'),
      },
    });
  });

  it.each([
    '************',
    '+44*******23',
    'j***@example.com',
    '+44••••••12',
    '+44xxxxxxx123',
    'xxx',
    '+44 (0)XXXX xxx-123',
    '9b2c4f1e7a3d5860',
    '9B2C4F1E7A3D5860',
    'f'.padStart(32, '0'),
    'a'.padEnd(40, '1'),
    '9b2c4f1e'.repeat(8),
  ])('calls %s masked', (userName) => {
    expect(read(aLogEvent({ user_name: userName }))).toEqual({ kind: 'masked' });
  });

  it.each([
    'maxxx@example.com',
    'maxxx',
    'xx',
    '+44xx',
    '07700900123',
    '447700900123',
    '4477009001234477',
    '9b2c4f1e',
    '9b2c4f1e7a3d58601',
    '9b2c4f1e7a3d586g',
    'x9b2c4f1e7a3d5860',
  ])('calls %s no number', (userName) => {
    expect(read(aLogEvent({ user_name: userName }))).toEqual({ kind: 'without_number' });
  });

  it.each(['jane@example.com', 'jane', '', null, undefined, 447700900123, ['+447700900123'], '+1'])(
    'finds no number in %j',
    (userName) => {
      expect(read(aLogEvent({ user_name: userName }))).toEqual({ kind: 'without_number' });
    },
  );

  it.each([
    ['a login by mail', { connection: 'email', strategy: 'email', user_id: 'email|1' }],
    ['a login by mail of who signed up by phone', { connection: 'email', strategy: 'email' }],
    ['a user id alone', { connection: undefined, strategy: undefined, user_id: 'email|1' }],
  ])('finds the address of %s where mail is listed', (_what, change) => {
    expect(readBoth(aLogEvent({ ...change, user_name: 'Jane@Example.com' }))).toMatchObject({
      login: { to: 'jane@example.com', country: null },
    });
  });

  it.each(['j***@example.com', '****@*******.com', '9b2c4f1e7a3d5860'])(
    'takes %s for no address: it is masked',
    (userName) => {
      const event = aLogEvent({ connection: 'email', strategy: 'email', user_name: userName });
      expect(readBoth(event)).toEqual({ kind: 'masked' });
    },
  );

  it('takes no address for a login by phone, nor a number for one by mail', () => {
    expect(readBoth(aLogEvent({ user_name: 'jane@example.com', user_id: 'google-oauth2|1' })).kind).toBe(
      'without_number',
    );
    expect(readBoth(aLogEvent({ connection: 'email', strategy: 'email' })).kind).toBe('without_number');
  });

  it('looks at the first 50 prompts only', () => {
    const prompts = [...Array<object>(50).fill({}), { user_name: '+447700900123' }];
    expect(read(aLogEvent({ user_name: '', details: { prompts } })).kind).toBe('without_number');
  });

  it.each([undefined, '', 5, 'x'.repeat(201)])('reads on without the log id %j', (logId) => {
    expect(read(aLogEvent({ log_id: logId }))).toMatchObject({ login: { logId: null } });
  });
});

describe('when it was', () => {
  it.each([
    ['2026-11-23T05:51:00.000Z', 'login'],
    ['2026-11-23T06:51:00.000+01:00', 'login'],
    ['2026-11-23T05:50:59.999Z', 'stale'],
    ['2021-11-04T00:15:10Z', 'stale'],
    ['2026-11-23T05:51:00', 'login'],
    ['2026-11-23T05:50:59.999', 'stale'],
    [NOW, 'login'],
    [NOW - 600_000, 'login'],
    [NOW - 600_001, 'stale'],
    [1e11, 'stale'],
  ])('%s is a %s', (date, kind) => {
    expect(read(aLogEvent({ date })).kind).toBe(kind);
  });

  it.each([
    '2026-11-23T06:00:00.000Z',
    '2026-11-23T07:00:00+01:00',
    '2026-11-23T06:00:00',
    '2026-11-23T06:00:00.000',
    NOW - 60_000,
  ])('is the same where the date is %j, whatever the zone of this machine', (date) => {
    expect(read(aLogEvent({ date }))).toMatchObject({ login: { happenedAtMs: NOW - 60_000 } });
  });

  it('is stale before it is masked', () => {
    expect(read(aLogEvent({ date: '2021-11-04T00:15:10Z', user_name: '****' })).kind).toBe('stale');
  });

  it.each([
    undefined,
    null,
    '',
    'yesterday',
    '2026-11-23',
    '2026-11-23 06:00:00Z',
    '2026-13-23T06:00:00Z',
    '2026-11-23T06:00:00 ',
    String(NOW),
    NOW / 1000,
    0,
    -1,
    '2036-11-23T06:00:00Z',
    '2036-11-23T06:00:00',
    NOW + 600_001,
    Infinity,
    NaN,
  ])('is unknown where the date is %j', (date) => {
    expect(read(aLogEvent({ date }))).toMatchObject({ kind: 'login', login: { happenedAtMs: null } });
  });
});

it('never throws', () => {
  const value = fc.anything({ withNullPrototype: true });
  const details = fc.oneof(
    value,
    fc.record({ prompts: fc.oneof(value, fc.array(value)), body: value, connection: value }),
  );
  const data = fc.record(
    {
      type: fc.constant('s'),
      connection: fc.oneof(value, fc.constant('sms')),
      user_name: value,
      date: value,
      details,
    },
    { requiredKeys: ['type'] },
  );
  fc.assert(
    fc.property(fc.oneof(value, data, fc.record({ log_id: value, data })), (event) => {
      expect(['ignored', 'stale', 'masked', 'without_number', 'login']).toContain(readBoth(event).kind);
    }),
  );
});
