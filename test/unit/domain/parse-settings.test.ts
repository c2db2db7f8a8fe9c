import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSettings } from '../../../functions/domain/parse-settings.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../functions/domain/settings.ts';

const IN_FORCE: Settings = {
  mode: 'lockdown',
  defaultCountry: 'deny',
  channels: { default: 'call', byCountry: new Map([['BR', 'whatsapp']]), landline: 'block' },
  watch: { mode: 'block', never: ['234-15'], maxRules: 7 },
};

const WHOLE = {
  mode: 'monitor',
  defaultCountry: 'deny',
  channels: { default: 'whatsapp', byCountry: { BR: 'whatsapp', GB: 'call' }, landline: 'call' },
  watch: { mode: 'off', never: [' 234-15', 'gb'], maxRules: 200 },
};

describe('parseSettings', () => {
  it('has defaults', () => {
    expect(DEFAULT_SETTINGS).toEqual({
      mode: 'enforce',
      defaultCountry: 'allow',
      channels: { default: null, byCountry: new Map(), landline: null },
      watch: { mode: 'monitor', never: [], maxRules: 20 },
    });
  });

  it.each([
    ['no document', null],
    ['an empty document', {}],
    ['null in every field', { mode: null, defaultCountry: null, channels: null, watch: null }],
    ['empty maps', { channels: {}, watch: {} }],
    [
      'null in every inner field',
      {
        channels: { default: null, byCountry: null, landline: null },
        watch: { mode: null, never: null, maxRules: null },
      },
    ],
  ])('gives the defaults for %s, whatever was in force', (_what, fields) => {
    expect(parseSettings(fields, IN_FORCE)).toEqual({ settings: DEFAULT_SETTINGS, problems: [], doubts: [] });
  });

  it('reads every field', () => {
    expect(parseSettings(WHOLE, DEFAULT_SETTINGS)).toEqual({
      settings: {
        mode: 'monitor',
        defaultCountry: 'deny',
        channels: {
          default: 'whatsapp',
          byCountry: new Map([
            ['BR', 'whatsapp'],
            ['GB', 'call'],
          ]),
          landline: 'call',
        },
        watch: { mode: 'off', never: ['234-15', 'GB'], maxRules: 200 },
      },
      problems: [],
      doubts: [],
    });
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['mode', { mode: 'Lockdown' }, { mode: 'lockdown' }],
    ['mode', { mode: 7 }, { mode: 'lockdown' }],
    ['defaultCountry', { defaultCountry: 'block' }, { defaultCountry: 'deny' }],
    ['channels', { channels: 'sms' }, { channels: IN_FORCE.channels }],
    ['channels', { channels: ['sms'] }, { channels: IN_FORCE.channels }],
    ['channels', { channels: new Date(0) }, { channels: IN_FORCE.channels }],
    ['channels.default', { channels: { default: 'voice' } }, { channels: { default: 'call' } }],
    ['channels.landline', { channels: { landline: 'sms' } }, { channels: { landline: 'block' } }],
    [
      'channels.byCountry',
      { channels: { byCountry: 'BR' } },
      { channels: { byCountry: IN_FORCE.channels.byCountry } },
    ],
    [
      'channels.byCountry.BR',
      { channels: { byCountry: { BR: 'x' } } },
      { channels: { byCountry: IN_FORCE.channels.byCountry } },
    ],
    [
      'channels.byCountry.GB',
      { channels: { byCountry: { GB: 'x' } } },
      { channels: { byCountry: new Map() } },
    ],
    ['watch', { watch: true }, { watch: IN_FORCE.watch }],
    ['watch.mode', { watch: { mode: 'enforce' } }, { watch: { mode: 'block' } }],
    ['watch.never', { watch: { never: '234-15' } }, { watch: { never: ['234-15'] } }],
    ['watch.never', { watch: { never: ['234-16', 7] } }, { watch: { never: ['234-15'] } }],
    ['watch.never', { watch: { never: [' '] } }, { watch: { never: ['234-15'] } }],
    ['watch.maxRules', { watch: { maxRules: 201 } }, { watch: { maxRules: 7 } }],
    ['watch.maxRules', { watch: { maxRules: -1 } }, { watch: { maxRules: 7 } }],
    ['watch.maxRules', { watch: { maxRules: 1.5 } }, { watch: { maxRules: 7 } }],
    ['watch.maxRules', { watch: { maxRules: '5' } }, { watch: { maxRules: 7 } }],
  ])('keeps the last good value of %s and names it: %j', (name, fields, expected) => {
    const { settings, problems } = parseSettings(fields, IN_FORCE);
    expect(settings).toMatchObject(expected);
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^${name} is not .*: the last good value stays$`)),
    ]);
  });

  it('lets a bad field stop no other', () => {
    const fields = { ...WHOLE, mode: 'x', watch: { ...WHOLE.watch, maxRules: 'x' } };
    const { settings, problems } = parseSettings(fields, IN_FORCE);
    expect(settings).toMatchObject({
      mode: 'lockdown',
      defaultCountry: 'deny',
      watch: { mode: 'off', maxRules: 7 },
    });
    expect(problems).toHaveLength(2);
  });

  it('lets a bad country stop no other', () => {
    const byCountry = { UK: 'call', XX: 'call', ' gb ': 'call', BR: 'pigeon', DE: 'sms', FR: null };
    const { settings, problems } = parseSettings({ channels: { byCountry } }, IN_FORCE);
    expect([...settings.channels.byCountry]).toEqual([
      ['GB', 'call'],
      ['BR', 'whatsapp'],
      ['DE', 'sms'],
    ]);
    expect(problems).toEqual([
      'channels.byCountry.UK: did you mean GB',
      'channels.byCountry.XX: not a country (ISO 3166-1 alpha-2)',
      'channels.byCountry.BR is not one of sms, call, whatsapp, email: the last good value stays',
    ]);
  });

  it('reads watch.never entry by entry, and names those that are no ids, or are doubted', () => {
    const { settings, problems, doubts } = parseSettings(
      { watch: { never: ['GB', 'UK', '310-26'] } },
      IN_FORCE,
    );
    expect(settings.watch.never).toEqual(['GB', '310-26']);
    expect(problems).toEqual(['watch.never: UK: did you mean GB']);
    expect(doubts).toEqual(['watch.never: 310-26: did you mean 310-260']);
  });

  it('allows a watch without rules', () => {
    expect(parseSettings({ watch: { maxRules: 0 } }, IN_FORCE).settings.watch.maxRules).toBe(0);
  });

  it('names fields that are misspelt', () => {
    const fields = { Mode: 'lockdown', channels: { by_country: {} }, watch: { max_rules: 3 } };
    expect(parseSettings(fields, DEFAULT_SETTINGS)).toEqual({
      settings: DEFAULT_SETTINGS,
      problems: [
        'Mode is ignored: did you mean mode',
        'channels.by_country is ignored: did you mean byCountry',
        'watch.max_rules is ignored: did you mean maxRules',
      ],
      doubts: [],
    });
  });

  it('masks a number that stands where a country should', () => {
    const { problems } = parseSettings({ channels: { byCountry: { '+447700900112': 'sms' } } }, IN_FORCE);
    expect(problems).toEqual(['channels.byCountry.+44••••••12: not a country (ISO 3166-1 alpha-2)']);
  });

  it('throws on no document', () => {
    const keys = fc.constantFrom(
      'mode',
      'defaultCountry',
      'channels',
      'watch',
      'byCountry',
      'never',
      'BR',
      '__proto__',
    );
    const document = fc.dictionary(keys, fc.oneof(fc.anything(), fc.dictionary(keys, fc.anything())));
    fc.assert(
      fc.property(document, (fields) => {
        expect(() => parseSettings(fields, IN_FORCE)).not.toThrow();
      }),
    );
  });
});
