import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Network } from '../../tools/twilio-simulator/network.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { exchange, type Exchange } from '../support/exchange.ts';
import {
  aGatewayBody,
  startGatewayBeside,
  startGatewayStack,
  type GatewayStack,
} from '../support/gateway-stack.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';
import { describeWith } from '../support/describe-with.ts';

// The choice of the channel (design §5) on the wire. In a table `m` is a mobile of GB, `l` a landline of GB, `us` a
// mobile of the US, `us-l` a landline of the US; each row has a number of its own.

const LANDLINE: Partial<Network> = { mcc: '234', mnc: null, lineType: 'landline' };
const LANDLINES = [
  ...Array.from({ length: 30 }, (_value, index) => testNumber(100 + index)),
  ...Array.from({ length: 10 }, (_value, index) => usNumber(50 + index)),
];

const stack = await startGatewayStack({
  env: { ENABLED_CHANNELS: 'sms,call,whatsapp,email' },
  simulator: { numbers: Object.fromEntries(LANDLINES.map((number) => [number, LANDLINE])) },
});
const describeWithStack = describeWith(stack);

function running(): GatewayStack {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

function usNumber(index: number): string {
  return `+12025550${String(100 + index)}`;
}

type Line = 'm' | 'l' | 'us' | 'us-l';
const used: Record<Line, number> = { m: 0, l: 0, us: 0, 'us-l': 0 };

/** A number that no other case has used. */
function freshNumber(line: Line): string {
  used[line] += 1;
  const index = used[line];
  const numbers = {
    m: () => testNumber(index),
    l: () => testNumber(99 + index),
    us: () => usNumber(index),
    'us-l': () => usNumber(49 + index),
  };
  return numbers[line]();
}

let codes = 246_810;

/** Sends a request of our Action's with a code of its own, which may ask for a channel. */
function ask(
  recipient: string,
  channel?: string,
  asked: GatewayStack = running(),
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Exchange> {
  codes += 1;
  const body = { v: 1, recipient, code: String(codes), req: { ip: '203.0.113.7' }, channel, ...changes };
  return exchange(asked, { body });
}

async function channelsAre(
  channels: Readonly<Record<string, unknown>> | undefined,
  gateway: GatewayStack = running(),
): Promise<void> {
  const { firestore } = running();
  await firestore.reset();
  if (channels !== undefined) await firestore.put('settings/gateway', { channels });
  await untilRulesAreRead(gateway);
}

type Row = readonly [what: string, line: Line, asked: string | undefined, expected: string];

function itChooses(rows: readonly Row[], gateway: () => GatewayStack = running): void {
  it.each(rows)('%s', async (_what, line, channel, expected) => {
    const recipient = freshNumber(line);
    const seen = await ask(recipient, channel, gateway());

    expect(seen).toMatchObject({ status: 200, code: 'sent', asked: 'create lookup update' });
    expect(seen.created).toMatchObject({ To: recipient, Channel: expected });
    expect(seen.delivered).toEqual([expect.objectContaining({ channel: expected, code: String(codes) })]);
    expect(seen.line).toMatchObject({ event: 'otp.sent', channel: expected, door: 'action' });
  });
}

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('a channel, without settings,', () => {
  itChooses([
    ['is sms where nothing else is said', 'm', undefined, 'sms'],
    ['is what the request asks for: sms', 'm', 'sms', 'sms'],
    ['is what the request asks for: call', 'm', 'call', 'call'],
    ['is what the request asks for: whatsapp', 'm', 'whatsapp', 'whatsapp'],
    ['is sms for a landline, which is tried like any number', 'l', undefined, 'sms'],
  ]);

  it('is call once Twilio says that sms does not reach a landline', async () => {
    const seen = await ask(NUMBERS.landlineForSms);

    expect(seen).toMatchObject({ status: 200, asked: 'create create lookup update' });
    expect(
      seen.seen.filter(({ channel }) => channel !== null).map(({ channel, code }) => [channel, code]),
    ).toEqual([
      ['sms', 60205],
      ['call', null],
    ]);
    expect(seen.delivered).toEqual([expect.objectContaining({ channel: 'call', code: String(codes) })]);
    expect(seen.line).toMatchObject({ event: 'otp.sent', channel: 'call' });
  });

  it('stays sms where sms was asked for and does not reach a landline', async () => {
    expect(await ask(NUMBERS.landlineForSms, 'sms')).toMatchObject({
      status: 422,
      code: 'channel_not_possible',
      asked: 'create update',
      delivered: [],
      line: { event: 'otp.failed', channel: 'sms', twilioCode: 60205 },
    });
  });

  it.each([
    ['Fraud Guard', 619, 403, 'blocked_by_provider'],
    ['geo permissions', 622, 403, 'blocked_by_provider'],
    ['a block of Twilio', 614, 403, 'blocked_by_provider'],
    ['too many sends', 603, 429, 'rate_limited'],
    ['a programmable limit', 624, 429, 'rate_limited'],
    ['a channel that is not set up', 612, 500, 'misconfigured'],
    ['a failure', 629, 502, 'provider_error'],
  ])('is not changed after %s', async (_what, index, status, code) => {
    const seen = await ask(testNumber(index));

    expect(seen).toMatchObject({ status, code, asked: 'create lookup update', delivered: [] });
    expect(seen.created).toMatchObject({ Channel: 'sms' });
  });

  it.each(['voice', 'auto', 'sna', 'rcs', 'SMS', ''])(
    'is refused when nobody knows it: %j',
    async (channel) => {
      expect(await ask(freshNumber('m'), channel)).toMatchObject({
        status: 400,
        code: 'malformed_request',
        asked: '',
        line: { event: 'request.refused' },
      });
    },
  );
});

describeWithStack('a channel, with settings for countries, landlines and all others,', () => {
  beforeAll(() =>
    channelsAre({ byCountry: { US: 'whatsapp', UK: 'whatsapp' }, landline: 'call', default: 'whatsapp' }),
  );

  itChooses([
    ['is what the request asks for, before the country', 'us', 'sms', 'sms'],
    ['is what the request asks for, before the landline', 'l', 'sms', 'sms'],
    ['is that of the country', 'us', undefined, 'whatsapp'],
    ['is that of the country, before the landline', 'us-l', undefined, 'whatsapp'],
    ['is call for a landline, before the default', 'l', undefined, 'call'],
    ['is the default of the settings for all others', 'm', undefined, 'whatsapp'],
  ]);

  it('names a country that is none', () => {
    const problems = running()
      .gateway.logs()
      .filter(({ rule }) => rule === 'settings/gateway')
      .map((line) => line['problems']);
    expect(problems).toEqual([['channels.byCountry.UK: did you mean GB']]);
  });
});

describeWithStack('a landline that is blocked', () => {
  beforeAll(() => channelsAre({ landline: 'block' }));

  it('is sent nothing', async () => {
    expect(await ask(freshNumber('l'))).toMatchObject({
      status: 403,
      code: 'blocked',
      asked: 'lookup update',
      line: { event: 'otp.blocked', rule: 'channels.landline', ruleAction: 'block', lineType: 'landline' },
    });
  });

  it('is not called either once Twilio says that it is one', async () => {
    expect(await ask(NUMBERS.landlineForSms)).toMatchObject({
      status: 422,
      code: 'channel_not_possible',
      delivered: [],
    });
  });

  it('leaves mobiles alone', async () => {
    expect(await ask(freshNumber('m'))).toMatchObject({ status: 200 });
  });
});

describeWithStack('channels that are not enabled', () => {
  let smsOnly: GatewayStack;
  let whatsappFirst: GatewayStack;

  beforeAll(async () => {
    smsOnly = await startGatewayBeside(running(), {});
    whatsappFirst = await startGatewayBeside(running(), {
      ENABLED_CHANNELS: 'sms,whatsapp',
      DEFAULT_CHANNEL: 'whatsapp',
    });
    await channelsAre({ byCountry: { US: 'whatsapp' }, default: 'call', landline: 'call' }, smsOnly);
    await untilRulesAreRead(whatsappFirst);
  });
  afterAll(async () => {
    await smsOnly.stop();
    await whatsappFirst.stop();
  });

  it.each(['call', 'whatsapp'])('are refused before anything is asked of Twilio: %s', async (channel) => {
    expect(await ask(freshNumber('m'), channel, smsOnly)).toMatchObject({
      status: 422,
      code: 'channel_not_possible',
      asked: '',
      line: { event: 'request.refused' },
    });
  });

  describe('are passed over where the settings name them:', () => {
    itChooses(
      [
        ['by country', 'us', undefined, 'sms'],
        ['as the default', 'm', undefined, 'sms'],
      ],
      () => smsOnly,
    );
  });

  describe('leave the one that DEFAULT_CHANNEL names', () => {
    itChooses(
      [
        ['where the settings name none that is enabled', 'm', undefined, 'whatsapp'],
        ['but not where the request asks for another', 'm', 'sms', 'sms'],
      ],
      () => whatsappFirst,
    );
  });

  it('leave no way to a landline that is to be called', async () => {
    expect(await ask(freshNumber('l'), undefined, smsOnly)).toMatchObject({
      status: 422,
      code: 'channel_not_possible',
      asked: 'lookup update',
      line: { event: 'otp.failed', lineType: 'landline' },
    });
  });

  it('leave no way to a landline that sms does not reach', async () => {
    expect(await ask(NUMBERS.landlineForSms, undefined, smsOnly)).toMatchObject({
      status: 422,
      code: 'channel_not_possible',
      asked: 'create lookup update',
      line: { event: 'otp.failed', twilioCode: 60205 },
    });
  });

  it('leave no way to an address', async () => {
    expect(await ask('user@example.com', 'email', smsOnly)).toMatchObject({
      status: 422,
      code: 'channel_not_possible',
      asked: '',
    });
  });
});

describeWithStack('an e-mail', () => {
  beforeAll(() => channelsAre(undefined));

  it('goes to the address in lower case, without Lookup and without limits by number', async () => {
    const seen = await ask(' Some.User@Example.COM ', 'email');

    expect(seen).toMatchObject({ status: 200, code: 'sent', asked: 'create update' });
    expect(seen.created).toMatchObject({
      To: 'some.user@example.com',
      Channel: 'email',
      CustomCode: String(codes),
      DeviceIp: '203.0.113.7',
    });
    expect(seen.created).not.toHaveProperty('RateLimits');
    expect(seen.line).toMatchObject({ event: 'otp.sent', channel: 'email', lookup: 'skipped' });
    expect(seen.line).not.toHaveProperty('country');
    expect(running().gateway.rawOutput()).not.toContain('example.com');
  });

  it('is asked for by a template made for machines too', async () => {
    const body = aGatewayBody({ recipient: 'other@example.com', body: 'c=135791\nch=email' });
    const seen = await exchange(running(), { body });

    expect(seen).toMatchObject({ status: 200, line: { channel: 'email', door: 'legacy' } });
    expect(seen.delivered).toEqual([expect.objectContaining({ to: 'other@example.com', code: '135791' })]);
  });

  it.each([
    ['an address by sms', 'user@example.com', 'sms', 422, 'channel_not_possible'],
    ['an address by call', 'user@example.com', 'call', 422, 'channel_not_possible'],
    ['an address by whatsapp', 'user@example.com', 'whatsapp', 422, 'channel_not_possible'],
    ['a number by e-mail', testNumber(90), 'email', 422, 'channel_not_possible'],
    ['an address where nothing asks for e-mail', 'user@example.com', undefined, 400, 'invalid_recipient'],
    ['an address that is none', 'user@example', 'email', 400, 'invalid_recipient'],
    ['two addresses', 'a@example.com,b@example.com', 'email', 400, 'invalid_recipient'],
  ])('is refused by its shape: %s', async (_what, recipient, channel, status, code) => {
    expect(await ask(recipient, channel)).toMatchObject({
      status,
      code,
      asked: '',
      line: { event: 'request.refused', code },
    });
  });

  it('is not sent in a lockdown, which no rule lifts for it', async () => {
    const { firestore } = running();
    await firestore.put('settings/gateway', { mode: 'lockdown' });
    await firestore.put('blocklist/GB', { action: 'allow' });
    await untilRulesAreRead(running());

    expect(await ask('locked@example.com', 'email')).toMatchObject({
      status: 403,
      code: 'blocked',
      asked: '',
      line: { event: 'otp.blocked', rule: 'lockdown' },
    });
    await channelsAre(undefined);
  });
});

describeWithStack('a template made for machines', () => {
  const askWith = (text: string, changes: Readonly<Record<string, unknown>> = {}): Promise<Exchange> =>
    exchange(running(), { body: aGatewayBody({ recipient: freshNumber('m'), body: text, ...changes }) });

  it('says code, language, app and channel', async () => {
    const seen = await askWith('c=135790\nl=de-DE,en;q=0.5\na=Acme Shop\nch=whatsapp\n');

    expect(seen.created).toMatchObject({
      CustomCode: '135790',
      Locale: 'de-DE',
      Channel: 'whatsapp',
      Tags: JSON.stringify({ door: 'legacy', app: 'Acme Shop' }),
    });
    expect(seen.line).toMatchObject({ event: 'otp.sent', channel: 'whatsapp', app: 'Acme Shop' });
  });

  it('may say the code alone', async () => {
    const { created } = await askWith('c=135790\r\nl=\r\na=\r\nch=');

    expect(created).toMatchObject({ CustomCode: '135790', Channel: 'sms' });
    expect(created).not.toHaveProperty('Locale');
    expect(created).toMatchObject({ Tags: JSON.stringify({ door: 'legacy' }) });
  });

  it.each([
    ['a code that is none', 'c=12a456', 422, 'code_not_found'],
    ['a code of three digits', 'c=123', 422, 'code_not_found'],
    ['an empty code beside another number', 'c=\n123456', 422, 'code_not_found'],
    ['a channel that nobody knows', 'c=123456\nch=pigeon', 400, 'malformed_request'],
    ['a channel that does not fit', 'c=123456\nch=email', 422, 'channel_not_possible'],
  ])('is refused with %s', async (_what, text, status, code) => {
    expect(await askWith(text)).toMatchObject({ status, code, asked: '' });
  });

  it('yields to the channel that the request itself asks for', async () => {
    const { created } = await askWith('c=135790\nch=whatsapp', { channel: 'call' });

    expect(created).toMatchObject({ Channel: 'call' });
  });
});

describeWithStack('a locale', () => {
  it.each([
    ['de', 'de'],
    ['pt-BR', 'pt-BR'],
    ['en-US,en;q=0.9,de;q=0.8', 'en-US'],
    [' fr ', 'fr'],
  ])('is its first tag: %j', async (locale, expected) => {
    const { created } = await ask(freshNumber('m'), undefined, running(), { locale });
    expect(created).toMatchObject({ Locale: expected });
  });

  it.each([['german'], ['DE'], ['de_DE'], ['zh-Hans-CN'], ['*'], [''], [null]])(
    'is left out where Verify would not take it: %j',
    async (locale) => {
      const { status, created } = await ask(freshNumber('m'), undefined, running(), { locale });
      expect(status).toBe(200);
      expect(created).not.toHaveProperty('Locale');
    },
  );
});
