import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CodeFormat } from '../../../functions/gateway/one-time-code.ts';
import { parseRequest } from '../../../functions/gateway/request.ts';
import type { SendRequest } from '../../../functions/gateway/send-request.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { aGatewayBody, anActionBody, bytesOf } from '../../support/a-gateway-body.ts';

const SIX: CodeFormat = { pattern: null, length: 6 };
const NUMBER = { kind: 'phone', number: { e164: '+447700900001', country: 'GB', callingCode: '44' } };

function parse(body: unknown, format = SIX): SendRequest {
  return parseRequest(bytesOf(body), format);
}

function refused(code: string): unknown {
  return expect.objectContaining({ name: 'Refusal', code });
}

describe('parseRequest: the legacy door', () => {
  it('reads the request of the custom SMS gateway', () => {
    expect(parse(aGatewayBody())).toEqual({
      recipient: NUMBER,
      code: '123456',
      channel: null,
      locale: null,
      clientIp: '203.0.113.7',
      app: null,
      messageType: null,
      door: 'legacy',
    });
  });

  it('reads what the shipped template says', () => {
    const body = aGatewayBody({ body: 'c=012345\r\nl=de-AT,de;q=0.9\r\na=Acme\r\nch=call' });

    expect(parse(body)).toMatchObject({ code: '012345', locale: 'de-AT', app: 'Acme', channel: 'call' });
  });

  it.each([
    ['no req', { req: undefined }],
    ['a req that is null', { req: null }],
    ['a req that is a text', { req: '203.0.113.7' }],
    ['a req that is a list', { req: ['203.0.113.7'] }],
    ['no ip', { req: { 'user-agent': 'x' } }],
    ['an ip that is null', { req: { ip: null } }],
    ['an ip that is a number', { req: { ip: 3405803783 } }],
    ['an ip that is a word', { req: { ip: 'unknown' } }],
    ['an ip with a port', { req: { ip: '203.0.113.7:443' } }],
    ['an ip with leading zeros', { req: { ip: '203.0.113.007' } }],
    ['an ip with a zone', { req: { ip: 'fe80::1%eth0' } }],
    ['several addresses', { req: { ip: '203.0.113.7, 203.0.113.8' } }],
  ])('knows no address of the client where there is %s', (_name, changes) => {
    expect(parse(aGatewayBody(changes))).toMatchObject({ clientIp: null, code: '123456' });
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['2001:db8:1:2::7', '2001:db8:1:2::7'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ])('takes the address %s of the client', (ip, expected) => {
    expect(parse(aGatewayBody({ req: { ip } })).clientIp).toBe(expected);
  });

  it.each([
    ['a sender', { sender: undefined }],
    ['a sender, it being null', { sender: null }],
  ])('does without %s', (_name, changes) => {
    expect(parse(aGatewayBody(changes)).code).toBe('123456');
  });

  it.each([
    ['holds none', 'Your code is on its way'],
    ['holds two', '123456 or 654321'],
    ['says undefined', 'Your code is undefined'],
    ['is empty', ''],
    ['has lines without a code', 'c=\nl=de'],
  ])('refuses a text that %s', (_name, body) => {
    expect(() => parse(aGatewayBody({ body }))).toThrow(refused('code_not_found'));
  });

  it('knows the number of the recipient in the text', () => {
    const body = aGatewayBody({ recipient: '+44 7700 900001', body: 'For 07700 900001: 123456' });

    expect(parse(body).code).toBe('123456');
  });

  it('lets the pattern decide', () => {
    const format = { pattern: /code (\d{3}-\d{3})/u, length: 6 };

    expect(parse(aGatewayBody({ body: 'Ref 998877 code 123-456' }), format).code).toBe('123456');
    expect(() => parse(aGatewayBody({ body: 'c=123456' }), format)).toThrow(refused('code_not_found'));
  });

  it('refuses a channel of the text that there is not', () => {
    expect(() => parse(aGatewayBody({ body: 'c=123456\nch=fax' }))).toThrow(refused('malformed_request'));
  });
});

describe('parseRequest: the door of the Action', () => {
  it('reads a whole request', () => {
    expect(parse(anActionBody({ channel: 'call' }))).toEqual({
      recipient: NUMBER,
      code: '123456',
      channel: 'call',
      locale: 'de',
      clientIp: '203.0.113.7',
      app: 'Acme',
      messageType: 'otp_verify',
      door: 'action',
    });
  });

  const least = { v: 1, recipient: '+447700900001', code: '123456' };
  const nothing = {
    channel: null,
    locale: null,
    clientIp: null,
    app: null,
    messageType: null,
    door: 'action',
  };

  it('needs no more than version, recipient and code', () => {
    expect(parse(least)).toEqual({ recipient: NUMBER, code: '123456', ...nothing });
  });

  it('takes every other member that is null for absent', () => {
    const names = [
      'channel',
      'locale',
      'message_type',
      'req',
      'client_id',
      'app',
      'tenant',
      'correlation_id',
    ];

    expect(parse({ ...least, ...Object.fromEntries(names.map((name) => [name, null])) })).toEqual({
      recipient: NUMBER,
      code: '123456',
      ...nothing,
    });
  });

  it.each(['1234', '0000', '1234567890'])('takes the code %s as text', (code) => {
    expect(parse(anActionBody({ code })).code).toBe(code);
  });

  it.each([
    '',
    '123',
    '12345678901',
    '12 34',
    '123-456',
    '12345a',
    '１２３４',
    ' 1234',
    '1234\n',
    'undefined',
  ])('refuses %j for a code, whatever the length of codes in texts', (code) => {
    expect(() => parse(anActionBody({ code }))).toThrow(refused('code_not_found'));
  });

  it('does not look for a code in a text', () => {
    expect(() => parse(anActionBody({ code: undefined, body: 'Code 123456' }))).toThrow(
      refused('malformed_request'),
    );
  });

  it.each(['sms', 'call', 'whatsapp'])('reads the channel %s', (channel) => {
    expect(parse(anActionBody({ channel })).channel).toBe(channel);
  });

  it.each(['voice', 'SMS', 'fax', '', 'auto', 'sna', 'constructor'])('refuses the channel %j', (channel) => {
    expect(() => parse(anActionBody({ channel }))).toThrow(refused('malformed_request'));
  });

  it.each([0, 2, '1', true, null, 1.5, [1]])('refuses the version %j', (v) => {
    expect(() => parse(anActionBody({ v }))).toThrow(refused('malformed_request'));
  });

  it.each(['blocked_account', 'password_breach'])('refuses the message %s, which carries no code', (type) => {
    expect(() => parse(anActionBody({ message_type: type }))).toThrow(refused('not_a_code'));
    expect(() => parse(anActionBody({ message_type: type, code: undefined }))).toThrow(refused('not_a_code'));
  });

  it.each(['otp_verify', 'otp_enroll', 'change_password', 'a_new_one'])('accepts the message %s', (type) => {
    expect(parse(anActionBody({ message_type: type })).messageType).toBe(type);
  });
});

describe('parseRequest: recipients', () => {
  it.each(['+447700900001', '+44 7700 900001', ' +44 (7700) 90.00-01 ', '+44-7700-900001'])(
    'reads %j',
    (recipient) => {
      expect(parse(aGatewayBody({ recipient })).recipient).toEqual(NUMBER);
    },
  );

  it.each([
    ['a number without a plus', '447700900001'],
    ['a national number', '07700900001'],
    ['an impossible number', '+1 399 999'],
    ['a number that is too long', '+44770090000112345'],
    ['another separator', '+44/7700/900001'],
    ['a tabulator', '+44\t7700900001'],
    ['digits of another script', '+٤٤٧٧٠٠٩٠٠٠٠١'],
    ['an extension', '+447700900001x12'],
    ['a path', '+447700900001/../x'],
    ['undefined', 'undefined'],
    ['nothing', ''],
    ['an address that is none', 'user@'],
    ['two addresses', 'a@example.com,b@example.com'],
  ])('refuses %s', (_name, recipient) => {
    expect(() => parse(aGatewayBody({ recipient }))).toThrow(refused('invalid_recipient'));
  });

  it('takes an address for the channel email, in lower case', () => {
    expect(parse(anActionBody({ recipient: 'User@Example.COM', channel: 'email' }))).toMatchObject({
      recipient: { kind: 'email', address: 'user@example.com' },
      channel: 'email',
    });
  });

  it('refuses an address where no channel is named', () => {
    expect(() => parse(anActionBody({ recipient: 'user@example.com' }))).toThrow(
      refused('invalid_recipient'),
    );
  });

  it.each([
    ['user@example.com', 'sms'],
    ['user@example.com', 'call'],
    ['user@example.com', 'whatsapp'],
    ['+447700900001', 'email'],
  ])('refuses %s by %s', (recipient, channel) => {
    expect(() => parse(anActionBody({ recipient, channel }))).toThrow(refused('channel_not_possible'));
  });

  it('refuses an address by a phone channel that the text names', () => {
    const body = aGatewayBody({ recipient: 'user@example.com', body: 'c=123456\nch=sms' });

    expect(() => parse(body)).toThrow(refused('channel_not_possible'));
  });
});

describe('parseRequest: language and app', () => {
  it.each([
    ['de', 'de'],
    ['pt-BR', 'pt-BR'],
    ['en-US,en;q=0.9', 'en-US'],
    ['fr;q=0.5', 'fr'],
    [' de , en', 'de'],
    ['', null],
    ['*', null],
    ['DE', null],
    ['de_DE', null],
    ['deu', null],
    ['zh-Hant-TW', null],
    ['de-de', null],
    ['undefined', null],
    ['en\u0000', null],
    ['x'.repeat(5000), null],
  ])('reads the language %j as %j', (locale, expected) => {
    expect(parse(anActionBody({ locale })).locale).toBe(expected);
  });

  it.each([
    ['Acme', 'Acme'],
    [' Acme 2 ', 'Acme 2'],
    ['Ac\u0000\u001b[31mme\n', 'Ac[31mme'],
    ['Acme\u202e\u2028', 'Acme'],
    ['', null],
    [' \n', null],
    ['123456', '•'],
    ['Acme +44 7700 900001', 'Acme +•'],
    ['Acme 123-456', 'Acme •'],
    ['Acme ١٢٣٤٥٦', 'Acme •'],
    ['Acme 2026', 'Acme •'],
    ['Acme 123', 'Acme 123'],
    ['x'.repeat(1000), 'x'.repeat(64)],
  ])('reads the app %j as %j', (app, expected) => {
    expect(parse(anActionBody({ app })).app).toBe(expected);
  });
});

describe('parseRequest: what is malformed', () => {
  it.each([
    ['nothing', ''],
    ['space', ' \n'],
    ['no JSON', '{'],
    ['a form', 'recipient=%2B447700900001&body=123456'],
    ['a list', '[]'],
    ['a list of one request', JSON.stringify([aGatewayBody()])],
    ['a text', '"x"'],
    ['a number', '1'],
    ['null', 'null'],
    ['two requests', `${JSON.stringify(aGatewayBody())}\n${JSON.stringify(aGatewayBody())}`],
    ['a comment', '/* */{}'],
    ['an empty object', '{}'],
    ['a prototype that holds the members', JSON.stringify({ ['__proto__']: anActionBody() })],
    ['two byte order marks', '\ufeff\ufeff{}'],
    ['16 KiB of brackets', '['.repeat(16_384)],
  ])('refuses %s', (_name, text) => {
    expect(() => parseRequest(Buffer.from(text), SIX)).toThrow(refused('malformed_request'));
  });

  it.each([
    ['a byte that is not UTF-8', Buffer.from([0xff])],
    ['a character that is cut off', Buffer.from([0xe2, 0x82])],
    ['a character that is spelt too long', Buffer.from([0xc0, 0xaf])],
    ['half a pair of surrogates', Buffer.from([0xed, 0xa0, 0x80])],
  ])('refuses %s', (_name, bytes) => {
    const [start = '', end = ''] = JSON.stringify(aGatewayBody({ sender: 'X' })).split('X');
    const body = Buffer.concat([Buffer.from(start), bytes, Buffer.from(end)]);

    expect(() => parseRequest(body, SIX)).toThrow(refused('malformed_request'));
  });

  it('refuses UTF-16', () => {
    expect(() =>
      parseRequest(Buffer.from(`\ufeff${JSON.stringify(aGatewayBody())}`, 'utf16le'), SIX),
    ).toThrow(refused('malformed_request'));
  });

  it('skips one byte order mark', () => {
    expect(parseRequest(Buffer.from(`\ufeff${JSON.stringify(aGatewayBody())}`), SIX).code).toBe('123456');
  });

  const wrong = [1, true, {}, ['+447700900001']];
  const required = ['recipient', 'body'].flatMap((name) =>
    [undefined, null, ...wrong].map((value) => [name, value] as const),
  );
  it.each(required)('refuses a legacy request whose %s is %j', (name, value) => {
    expect(() => parse(aGatewayBody({ [name]: value }))).toThrow(refused('malformed_request'));
  });

  it.each([undefined, null, 123456, true, {}, ['123456']])('refuses an Action whose code is %j', (code) => {
    expect(() => parse(anActionBody({ code }))).toThrow(refused('malformed_request'));
  });

  const optional = ['channel', 'locale', 'app', 'message_type'].flatMap((name) =>
    wrong.map((value) => [name, value] as const),
  );
  it.each(optional)('refuses an Action whose %s is %j', (name, value) => {
    expect(() => parse(anActionBody({ [name]: value }))).toThrow(refused('malformed_request'));
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', 'toJSON'])(
    'passes over a member named %s',
    (name) => {
      const text = JSON.stringify(aGatewayBody({ extra: 1 })).replace(
        '"extra":1',
        `"${name}":{"v":1,"ip":"x"}`,
      );

      expect(parseRequest(Buffer.from(text), SIX)).toMatchObject({ door: 'legacy', code: '123456' });
    },
  );

  it('takes nothing from prototypes within req', () => {
    const text = JSON.stringify(aGatewayBody({ req: 0 })).replace(
      '"req":0',
      '"req":{"__proto__":{"ip":"203.0.113.7"}}',
    );

    expect(parseRequest(Buffer.from(text), SIX).clientIp).toBeNull();
  });
});

describe('parseRequest: any bytes at all', () => {
  const texts = fc.string({ unit: 'binary' });
  const bodiesToChange = fc.constantFrom(
    aGatewayBody(),
    anActionBody(),
    anActionBody({ recipient: 'user@example.com', channel: 'email' }),
  );
  const changes = fc.record(
    {
      recipient: mostly(fc.constantFrom('+44 7700 900002', '+1 202-555-0143', 'user@example.com')),
      body: mostly(
        fc.oneof(
          texts.map((text) => `${text} 123456`),
          texts.map((text) => `c=1234567\nl=de\na=${text}`),
        ),
      ),
      code: mostly(fc.stringMatching(/^\d{3,11}$/)),
      channel: mostly(fc.constantFrom('sms', 'call', 'email', null)),
      locale: mostly(fc.oneof(texts, fc.constantFrom('de', 'pt-BR,pt;q=0.9', 'DE', 'deu'))),
      app: mostly(fc.oneof(texts, fc.stringMatching(/^[\w .()-]{0,9}\d{2,9}[\w .()-]{0,9}$/))),
      req: mostly(fc.record({ ip: fc.oneof(fc.ipV4(), fc.ipV6(), texts, fc.anything()) })),
      message_type: mostly(fc.constantFrom('otp_enroll', 'a_new_one', null)),
    },
    { requiredKeys: [] },
  );

  /** Values of which most are accepted, and one in ten is anything. */
  function mostly(fitting: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
    return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: fc.anything() });
  }

  function resultOf(bytes: Buffer): SendRequest | 'refused' {
    try {
      return parseRequest(bytes, SIX);
    } catch (error) {
      if (error instanceof Refusal) return 'refused';
      throw error;
    }
  }

  function expectInOrder(result: SendRequest): void {
    expect(result.code).toMatch(/^\d{4,10}$/);
    expect(result.locale ?? 'xx').toMatch(/^[a-z]{2}(-[A-Z]{2})?$/);
    expect(isIP(result.clientIp ?? '::')).toBeGreaterThan(0);
    expect((result.recipient.kind === 'email') === (result.channel === 'email')).toBe(true);
    expect(result.app ?? 'x').not.toMatch(/\d{4}/);
  }

  it('throws nothing but a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void resultOf(Buffer.from(bytes))),
      { numRuns: 1000 },
    );
  });

  it('refuses what is not in order and accepts nothing else, where members are anything', () => {
    let accepted = 0;
    fc.assert(
      fc.property(bodiesToChange, changes, (body, changed) => {
        const result = resultOf(bytesOf({ ...body, ...changed }));
        if (result === 'refused') return;
        accepted += 1;
        expectInOrder(result);
      }),
      // A seed, because the share of what is accepted is checked too.
      { numRuns: 2000, seed: 20_260 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it('gives what it is given where all is in order', () => {
    const codes = fc.stringMatching(/^\d{4,10}$/);
    fc.assert(
      fc.property(codes, fc.oneof(fc.ipV4(), fc.ipV6()), (code, ip) => {
        expect(parse(anActionBody({ code, req: { ip } }))).toMatchObject({ code, clientIp: ip });
      }),
      { numRuns: 300 },
    );
  });
});
