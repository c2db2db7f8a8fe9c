import { describe, expect, it } from '@jest/globals';
import type { Carrier } from '../../../../functions/domain/carrier.ts';
import { Fault } from '../../../../functions/domain/fault.ts';
import { createRuleSet } from '../../../../functions/domain/rule-set.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../../functions/domain/settings.ts';
import type { Carriers, Rulebook } from '../../../../functions/gateway/ports.ts';
import type { SendCodePolicy } from '../../../../functions/gateway/sending.ts';
import { checkNumber } from '../../../../tools/check-number/check-number.ts';
import type { NumberCheck } from '../../../../tools/check-number/number-check.ts';
import { aCarrier, aRule, NOW } from '../../domain/some-rules.ts';

const GB = '+447700900123';
const PASS = { answer: 'pass', rule: null, reason: null, expiresAt: null };
const NOT_ASKED = { ...PASS, answer: 'not_asked' };

const POLICY: SendCodePolicy = {
  enabledChannels: ['sms', 'call'],
  defaultChannel: 'sms',
  rateLimits: [],
  resendStrategy: 'cancel',
  blocklistFailure: 'deny',
  lookupFailure: 'allow',
  unknownCarrier: 'allow',
};

interface World {
  readonly phone?: string;
  readonly rules?: readonly string[];
  readonly settings?: Partial<Settings>;
  readonly state?: Rulebook['state'];
  /** What Lookup knows; without it, Lookup must not be asked; null leaves it out. */
  readonly carrier?: Partial<Carrier> | Error | 'invalid' | 'unavailable' | null;
  readonly policy?: Partial<SendCodePolicy>;
  readonly problems?: NumberCheck['problems'];
}

function check(world: World = {}): Promise<NumberCheck> {
  const { phone = GB, rules = [], carrier, state = 'fresh', problems = [] } = world;
  return checkNumber({
    phone,
    rules: {
      current: () =>
        Promise.resolve({
          rules: createRuleSet(rules.map(aRule)),
          settings: { ...DEFAULT_SETTINGS, ...world.settings },
          state,
        }),
    },
    carriers: carrier === null ? null : carriersOf(carrier),
    policy: { ...POLICY, ...world.policy },
    isDeployed: true,
    source: 'a test',
    problems: () => problems,
    now: () => NOW,
  });
}

function carriersOf(carrier: Exclude<World['carrier'], null>): Carriers {
  return {
    checkBudget: () => undefined,
    carrierOf: () => {
      if (carrier === undefined) return Promise.reject(new Error('Lookup is paid and was not needed'));
      if (carrier instanceof Error) return Promise.reject(carrier);
      if (carrier === 'invalid') return Promise.resolve({ source: 'fresh', carrier: null });
      if (carrier === 'unavailable') return Promise.resolve({ source: 'unavailable', carrier: null });
      return Promise.resolve({ source: 'fresh', carrier: aCarrier(carrier) });
    },
  };
}

describe('a number that would be sent to', () => {
  it('is explained question by question', async () => {
    expect(await check({ carrier: {} })).toEqual({
      verdict: 'sent',
      code: 'sent',
      status: 200,
      why: 'no rule stands against it',
      number: { e164: GB, country: 'GB', callingCode: '44' },
      source: 'a test',
      settings: { mode: 'enforce', defaultCountry: 'allow' },
      config: {
        enabledChannels: ['sms', 'call'],
        defaultChannel: 'sms',
        unknownCarrier: 'allow',
        isDeployed: true,
      },
      questions: { place: PASS, network: PASS, lineType: PASS },
      lookup: { status: 'answered', mcc: '234', mnc: '15', carrier: 'Vodafone', lineType: 'mobile' },
      channel: 'sms',
      wouldBlock: null,
      problems: [],
    });
  });

  it.each<[string, World, string]>([
    ['an allowed country', { rules: ['GB allow'], carrier: {} }, 'rule GB says allow'],
    ['an allowed carrier', { rules: ['234-15 allow'], carrier: {} }, 'rule 234-15 says allow'],
    ['an allowed number', { rules: [`${GB} allow`, '234-15'] }, `rule ${GB} says allow`],
    [
      'an allowed country until a day',
      { rules: ['GB allow until 2027-01-01T00:00:00Z'], carrier: {} },
      'rule GB says allow until 2027-01-01T00:00:00.000Z',
    ],
    [
      'a trial',
      { rules: ['234-15 monitor'], carrier: {} },
      'no rule stands against it; it would be blocked (rule 234-15 says monitor), but that is a trial',
    ],
    [
      'monitor mode',
      { rules: ['GB'], settings: { mode: 'monitor' } },
      'no rule stands against it; it would be blocked (rule GB says block), but mode monitor lets it through',
    ],
    [
      'a Lookup that was left out',
      { rules: ['234-15'], carrier: null },
      'no rule stands against it; network and line type were left out',
    ],
  ])('says why: %s', async (_what, world, why) => {
    expect(await check(world)).toMatchObject({ verdict: 'sent', status: 200, why });
  });

  it('has its answers by a rule for the full number without a Lookup', async () => {
    const answer = { ...PASS, answer: 'allow', rule: GB };
    expect(await check({ rules: [`${GB} allow`] })).toMatchObject({
      questions: { place: answer, network: answer, lineType: answer },
      lookup: { status: 'not_needed' },
    });
  });

  it.each<[string, World, string]>([
    ['the default', { carrier: {} }, 'sms'],
    [
      'a landline that is called',
      {
        carrier: { mnc: null, lineType: 'landline' },
        settings: { channels: { default: null, byCountry: new Map(), landline: 'call' } },
      },
      'call',
    ],
  ])('says by which channel: %s', async (_what, world, channel) => {
    expect(await check(world)).toMatchObject({ verdict: 'sent', channel });
  });
});

describe('a number that would be blocked', () => {
  it.each<[string, World, string]>([
    ['by a country', { rules: ['GB'] }, 'rule GB says block'],
    ['by a carrier', { rules: ['234-15'], carrier: {} }, 'rule 234-15 says block'],
    [
      'by a built-in line type',
      { carrier: { lineType: 'premium' } },
      'type:premium is blocked unless a rule allows it',
    ],
    [
      'by no country',
      { phone: '+881600000000' },
      'its calling code belongs to no country (satellite, global or premium), and no prefix rule allows it',
    ],
    [
      'by defaultCountry',
      { settings: { defaultCountry: 'deny' } },
      'no place rule matches, and settings/gateway has defaultCountry: deny',
    ],
    [
      'by a lockdown',
      { settings: { mode: 'lockdown' } },
      'settings/gateway has mode: lockdown, and no prefix or country rule allows it',
    ],
    [
      'by its landline',
      {
        carrier: { mnc: null, lineType: 'landline' },
        settings: { channels: { default: null, byCountry: new Map(), landline: 'block' } },
      },
      'it is a landline, and settings/gateway has channels.landline: block',
    ],
    [
      'by a carrier that is unknown',
      { carrier: { mcc: null, mnc: null }, policy: { unknownCarrier: 'deny' } },
      'Lookup does not know its network, and UNKNOWN_CARRIER is deny',
    ],
  ])('says why: %s', async (_what, world, why) => {
    expect(await check(world)).toMatchObject({
      verdict: 'blocked',
      code: 'blocked',
      status: 403,
      why,
      channel: null,
    });
  });

  it('is not looked up where place has decided', async () => {
    expect(await check({ rules: ['GB'] })).toMatchObject({
      questions: { place: { ...PASS, answer: 'block', rule: 'GB' }, network: NOT_ASKED, lineType: NOT_ASKED },
      lookup: { status: 'not_needed', mcc: null },
    });
  });

  it('is not blocked as an unknown carrier where the Lookup was left out', async () => {
    expect(await check({ carrier: null, policy: { unknownCarrier: 'deny' } })).toMatchObject({
      verdict: 'sent',
      questions: { network: NOT_ASKED, lineType: NOT_ASKED },
      lookup: { status: 'left_out' },
    });
  });

  it.each<[string, World, number, string, string]>([
    ['no number', { phone: '07700 900123' }, 400, 'invalid_recipient', 'no possible number'],
    [
      'a number that Lookup does not know',
      { carrier: 'invalid' },
      400,
      'invalid_recipient',
      'Lookup says that there is no such number',
    ],
    [
      'a landline that cannot be called',
      {
        carrier: { mnc: null, lineType: 'landline' },
        settings: { channels: { default: null, byCountry: new Map(), landline: 'call' } },
        policy: { enabledChannels: ['sms'] },
      },
      422,
      'channel_not_possible',
      'none of the enabled channels (sms)',
    ],
  ])('may be one that is refused otherwise: %s', async (_what, world, status, code, why) => {
    const found = await check(world);
    expect(found).toMatchObject({ verdict: 'blocked', status, code, channel: null });
    expect(found.why).toContain(why);
  });
});

describe('a number of which nothing can be said', () => {
  it.each<[string, World, string, string]>([
    [
      'the rules cannot be read',
      { state: 'missing', problems: [{ document: 'all documents', problem: 'blocklist: timeout' }] },
      'rules_missing',
      'the rules could not be read (blocklist: timeout)',
    ],
    [
      'Lookup does not answer',
      { carrier: 'unavailable' },
      'lookup_unavailable',
      'Lookup did not answer; the gateway would send (LOOKUP_FAILURE)',
    ],
    [
      'Lookup does not answer, where that denies',
      { carrier: 'unavailable', policy: { lookupFailure: 'deny' } },
      'lookup_unavailable',
      'Lookup did not answer; the gateway would answer 503 (LOOKUP_FAILURE)',
    ],
    [
      'Lookup throttles',
      { carrier: new Fault('unavailable', { twilioCode: 60616 }) },
      'unavailable',
      "Lookup refused to answer with Twilio's error 60616",
    ],
    [
      'Lookup refuses the credential',
      { carrier: new Fault('misconfigured', { twilioCode: 20003 }) },
      'misconfigured',
      "Lookup refused to answer with Twilio's error 20003",
    ],
  ])('says why: %s', async (_what, world, code, why) => {
    expect(await check(world)).toMatchObject({
      verdict: 'unknown',
      code,
      why,
      status: null,
      channel: null,
    });
  });
});

it('passes on what is wrong with documents', async () => {
  const problems = [{ document: 'UK', problem: 'UK: did you mean GB' }];
  expect((await check({ carrier: {}, problems })).problems).toEqual(problems);
});

it('takes a number as callers write it', async () => {
  expect(await check({ phone: '+44 (0)7700 900-123', carrier: {} })).toMatchObject({ number: { e164: GB } });
});
