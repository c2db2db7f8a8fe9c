import { describe, expect, it } from '@jest/globals';
import type { Channel } from '../../../functions/domain/channel.ts';
import { chooseChannel, type ChannelQuestion } from '../../../functions/domain/choose-channel.ts';
import { LINE_TYPES } from '../../../functions/domain/line-type.ts';

const ALL: readonly Channel[] = ['sms', 'call', 'whatsapp', 'email'];

function settings(changes: Partial<ChannelQuestion['settings']> = {}): ChannelQuestion['settings'] {
  return { default: null, byCountry: new Map(), landline: null, ...changes };
}

function choose(changes: Partial<ChannelQuestion>): string {
  return chooseChannel({
    asked: null,
    recipient: 'phone',
    country: 'BR',
    lineType: null,
    settings: settings(),
    enabled: ALL,
    defaultChannel: 'sms',
    ...changes,
  });
}

describe('chooseChannel: the order of choice', () => {
  const byCountry = new Map<string, Channel>([['BR', 'whatsapp']]);
  const whole = settings({ byCountry, default: 'call' });

  it.each([
    ['what is asked', { asked: 'sms', settings: whole }, 'sms'],
    ['what is set for the country', { settings: whole }, 'whatsapp'],
    ['what is set for all countries', { settings: whole, country: 'GB' }, 'call'],
    ['what is set for all countries, where the number has none', { settings: whole, country: null }, 'call'],
    ['the default of the configuration', { defaultChannel: 'whatsapp' }, 'whatsapp'],
    [
      'what is set for the country before what is set for landlines',
      { settings: settings({ byCountry, landline: 'call' }), lineType: 'landline' },
      'whatsapp',
    ],
    [
      'what is set for landlines before the default',
      { settings: settings({ default: 'whatsapp', landline: 'call' }), lineType: 'landline' },
      'call',
    ],
    [
      'what is asked before what is set for landlines',
      { asked: 'sms', settings: settings({ landline: 'call' }), lineType: 'landline' },
      'sms',
    ],
  ] as const)('is %s', (_name, question, expected) => {
    expect(choose(question)).toBe(expected);
  });
});

describe('chooseChannel: what is enabled', () => {
  it.each(['sms', 'call', 'whatsapp'] as const)(
    'refuses to send by %s where that is asked and not enabled',
    (asked) => {
      expect(
        choose({ asked, enabled: ALL.filter((channel) => channel !== asked), defaultChannel: 'email' }),
      ).toBe('not_possible');
    },
  );

  it('passes over what is set and not enabled', () => {
    const set = settings({ byCountry: new Map<string, Channel>([['BR', 'whatsapp']]), default: 'call' });

    expect(choose({ settings: set, enabled: ['sms'] })).toBe('sms');
    expect(choose({ settings: set, enabled: ['sms', 'call'] })).toBe('call');
  });

  it('passes over what is set and does not fit a number', () => {
    const set = settings({ byCountry: new Map<string, Channel>([['BR', 'email']]), default: 'email' });

    expect(choose({ settings: set })).toBe('sms');
  });

  it('refuses to send to a number where only e-mail is enabled', () => {
    expect(choose({ enabled: ['email'], defaultChannel: 'email' })).toBe('not_possible');
  });
});

describe('chooseChannel: landlines', () => {
  it('tries a landline like any number where nothing is set', () => {
    expect(choose({ lineType: 'landline' })).toBe('sms');
  });

  it('blocks a landline where that is set', () => {
    expect(choose({ lineType: 'landline', settings: settings({ landline: 'block' }) })).toBe(
      'landline_blocked',
    );
  });

  it('blocks a landline where that is set, whatever is asked or set for its country', () => {
    const byCountry = new Map<string, Channel>([['BR', 'whatsapp']]);
    const set = settings({ byCountry, landline: 'block' });

    expect(choose({ lineType: 'landline', settings: set })).toBe('landline_blocked');
    expect(choose({ lineType: 'landline', settings: set, asked: 'call' })).toBe('landline_blocked');
  });

  it('refuses a call to a landline where calls are not enabled', () => {
    expect(choose({ lineType: 'landline', settings: settings({ landline: 'call' }), enabled: ['sms'] })).toBe(
      'not_possible',
    );
  });

  const others = LINE_TYPES.filter((lineType) => lineType !== 'landline');
  it.each([null, ...others])('takes the line type %s for no landline', (lineType) => {
    expect(choose({ lineType, settings: settings({ landline: 'block' }) })).toBe('sms');
    expect(choose({ lineType, settings: settings({ landline: 'call' }) })).toBe('sms');
  });
});

describe('chooseChannel: e-mail', () => {
  const toAddress = { recipient: 'email', asked: 'email', country: null } as const;

  it('sends to an address by e-mail where that is enabled', () => {
    expect(choose(toAddress)).toBe('email');
    expect(choose({ ...toAddress, asked: null, enabled: ['sms', 'email'] })).toBe('email');
  });

  it('sends to no address where e-mail is not enabled', () => {
    expect(choose({ ...toAddress, enabled: ['sms', 'call', 'whatsapp'] })).toBe('not_possible');
    expect(choose({ ...toAddress, asked: null, enabled: ['sms'] })).toBe('not_possible');
  });

  it.each(['sms', 'call', 'whatsapp'] as const)('sends to no address by %s', (asked) => {
    expect(choose({ ...toAddress, asked })).toBe('not_possible');
  });

  it('sends to no number by e-mail', () => {
    expect(choose({ asked: 'email' })).toBe('not_possible');
  });
});
