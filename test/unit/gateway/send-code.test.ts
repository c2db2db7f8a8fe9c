import { describe, expect, it } from '@jest/globals';
import type { Channel } from '../../../functions/domain/channel.ts';
import { createDeadline } from '../../../functions/domain/deadline.ts';
import { Fault } from '../../../functions/domain/fault.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../functions/domain/settings.ts';
import { createSendCode, type SendOutcome } from '../../../functions/gateway/send-code.ts';
import type { SendFacts } from '../../../functions/gateway/send-facts.ts';
import type { SendRequest } from '../../../functions/gateway/send-request.ts';
import type { SendCodePolicy } from '../../../functions/gateway/sending.ts';
import { aSendRequest, aSendRequestTo, anEmailRequest } from '../../support/a-send-request.ts';
import {
  createWorld,
  DEFAULT_POLICY,
  endOf,
  type World,
  type WorldOptions,
} from '../../support/fake-ports.ts';
import { turns } from '../../support/turns.ts';
import { aCarrier } from '../domain/some-rules.ts';

const SENT: SendOutcome = { outcome: 'sent', wouldBlock: null, isReused: false };
const DUPLICATE: SendOutcome = { outcome: 'duplicate', wouldBlock: null, isReused: false };
const ALL: readonly Channel[] = ['sms', 'call', 'whatsapp', 'email'];
const LANDLINE = { mnc: null, lineType: 'landline' } as const;

interface Sender {
  readonly world: World;
  readonly send: (request?: SendRequest) => Promise<SendOutcome | string>;
  /** All that was noted, over all sends. */
  readonly noted: () => Partial<SendFacts>;
}

function createSender(options: WorldOptions = {}, policy: Partial<SendCodePolicy> = {}): Sender {
  const world = createWorld(options);
  const sendCode = createSendCode(world.ports, { ...DEFAULT_POLICY, ...policy });
  let noted: Partial<SendFacts> = {};
  return {
    world,
    send: (request = aSendRequest()) =>
      endOf(sendCode(request, createDeadline(15_000), (facts) => (noted = { ...noted, ...facts }))),
    noted: () => noted,
  };
}

function channels(changes: Partial<Settings['channels']>): Partial<Settings> {
  return { channels: { ...DEFAULT_SETTINGS.channels, ...changes } };
}

describe('sendCode: the order of calls', () => {
  it('asks the rules, then Lookup and beside it the cancelling, then starts', async () => {
    const { world, send } = createSender({ carrier: {} });

    await expect(send()).resolves.toEqual(SENT);
    expect(world.calls).toEqual([
      'rules',
      'cancel',
      'lookup',
      'cancel ended',
      'lookup ended',
      'start sms',
      'start sms ended',
    ]);
  });

  it.each(['cancel', 'lookup'] as const)('does not start before the %s has ended', async (held) => {
    const gate = Promise.withResolvers<undefined>();
    const { world, send } = createSender({ carrier: {}, hold: { [held]: gate.promise } });
    const sending = send();

    await turns();
    const startedBefore = world.started.length;
    gate.resolve(undefined);

    await expect(sending).resolves.toEqual(SENT);
    expect(startedBefore).toBe(0);
    expect(world.started).toHaveLength(1);
  });

  it('gives every call the deadline of the request', async () => {
    const world = createWorld({ carrier: {} });
    const deadline = createDeadline(1234);

    await createSendCode(world.ports, DEFAULT_POLICY)(aSendRequest(), deadline, () => undefined);

    expect(world.deadlines).toHaveLength(4);
    expect(new Set(world.deadlines)).toEqual(new Set([deadline]));
  });

  it('cancels nothing where codes are to be re-used', async () => {
    const { world, send } = createSender({ carrier: {} }, { resendStrategy: 'reuse' });

    await expect(send()).resolves.toEqual(SENT);
    expect(world.calls).not.toContain('cancel');
  });

  it('sends though the cancelling fails', async () => {
    const { world, send, noted } = createSender({ carrier: {}, cancel: new Fault('misconfigured') });

    await expect(send()).resolves.toEqual(SENT);
    expect(world.started).toHaveLength(1);
    expect(noted()).toMatchObject({ cancel: 'misconfigured' });
  });
});

describe('sendCode: place, which is free', () => {
  it.each([
    ['the full number', '+447700900001', { rules: ['+447700900001'] }, '+447700900001'],
    ['a prefix', '+447700900001', { rules: ['+4477009'] }, '+4477009'],
    ['the country', '+447700900001', { rules: ['GB'] }, 'GB'],
    [
      'countries that are denied unless allowed',
      '+447700900001',
      { settings: { defaultCountry: 'deny' } },
      'defaultCountry',
    ],
    ['lockdown', '+447700900001', { settings: { mode: 'lockdown' } }, 'lockdown'],
    [
      'lockdown, though a network is allowed',
      '+447700900001',
      { rules: ['234-15 allow'], settings: { mode: 'lockdown' } },
      'lockdown',
    ],
    ['a number of no country', '+88212345678', {}, 'no-country'],
  ] as const)('calls nothing after %s is blocked', async (_name, number, options, rule) => {
    const { world, send, noted } = createSender(options);

    await expect(send(aSendRequestTo(number))).resolves.toBe('blocked');
    expect(world.calls).toEqual(['rules']);
    expect(noted()).toMatchObject({ rule, ruleAction: 'block', lookup: 'skipped' });
  });

  it('sends where the prefix is allowed in a country that is blocked', async () => {
    const { send, noted } = createSender({ rules: ['GB', '+4477009 allow'], carrier: {} });

    await expect(send()).resolves.toEqual(SENT);
    expect(noted()).toMatchObject({ rule: '+4477009', ruleAction: 'allow' });
  });

  it('spares the Lookup, but not the cancelling, for a full number that is allowed', async () => {
    const { world, send } = createSender({ rules: ['+447700900001 allow', '234-*', 'type:mobile'] });

    await expect(send()).resolves.toEqual(SENT);
    expect(world.calls).toEqual(['rules', 'cancel', 'cancel ended', 'start sms', 'start sms ended']);
  });
});

describe('sendCode: network and line type, which cost a Lookup', () => {
  it.each([
    ['the carrier', { rules: ['234-15'], carrier: {} }, '234-15'],
    ['all carriers of a country code', { rules: ['234-*'], carrier: {} }, '234-*'],
    ['the line type', { rules: ['type:mobile'], carrier: {} }, 'type:mobile'],
    ['a line type that nobody answers', { carrier: { lineType: 'premium' } }, 'type:premium'],
  ] as const)('starts nothing where %s is blocked', async (_name, options, rule) => {
    const { world, send, noted } = createSender(options);

    await expect(send()).resolves.toBe('blocked');
    expect(world.started).toEqual([]);
    expect(noted()).toMatchObject({ rule, lookup: 'fresh' });
  });

  it('starts nothing where the number does not exist', async () => {
    const { world, send } = createSender({ carrier: 'invalid' });

    await expect(send()).resolves.toBe('invalid_recipient');
    expect(world.started).toEqual([]);
  });

  it('starts nothing where the network is unknown and that is denied', async () => {
    const { world, send } = createSender({ carrier: { mcc: null, mnc: null } }, { unknownCarrier: 'deny' });

    await expect(send()).resolves.toBe('blocked');
    expect(world.started).toEqual([]);
  });
});

describe('sendCode: monitor and lockdown', () => {
  it.each([
    ['place', { rules: ['GB'] }, 'place', 'GB'],
    ['a full number', { rules: ['+447700900001'] }, 'place', '+447700900001'],
    ['the carrier', { rules: ['234-15'], carrier: {} }, 'network', '234-15'],
    ['the line type', { carrier: { lineType: 'premium' } }, 'lineType', 'type:premium'],
    ['denied countries', { settings: { defaultCountry: 'deny' } }, 'place', 'defaultCountry'],
  ] as const)(
    'sends in monitor mode what is blocked by %s, and says so',
    async (_name, options, question, rule) => {
      const settings = { ...('settings' in options ? options.settings : {}), mode: 'monitor' } as const;
      const { send, noted } = createSender({ ...options, settings });

      await expect(send()).resolves.toEqual({ ...SENT, wouldBlock: { question, rule, ruleAction: 'block' } });
      expect(noted()).toMatchObject({ rule, ruleAction: 'block' });
    },
  );

  it('does not pay for a Lookup in monitor mode where place would have stopped the code', async () => {
    const { world, send } = createSender({ rules: ['GB'], settings: { mode: 'monitor' } });

    await send();

    expect(world.calls).not.toContain('lookup');
  });

  it('sends what only monitor rules would block', async () => {
    const { send } = createSender({ rules: ['GB monitor'], carrier: {} });

    await expect(send()).resolves.toMatchObject({ wouldBlock: { rule: 'GB', ruleAction: 'monitor' } });
  });

  it('asks network and line type in lockdown too, once place is allowed', async () => {
    const settings = { mode: 'lockdown' } as const;

    await expect(createSender({ rules: ['GB allow'], settings, carrier: {} }).send()).resolves.toEqual(SENT);
    await expect(createSender({ rules: ['GB allow', '234-15'], settings, carrier: {} }).send()).resolves.toBe(
      'blocked',
    );
  });
});

describe('sendCode: when something fails', () => {
  it('sends without rules where that is allowed', async () => {
    const { world, send } = createSender({ state: 'missing', carrier: {} });

    await expect(send()).resolves.toEqual(SENT);
    expect(world.calls).toContain('lookup');
  });

  it('does not send without rules where the budget is spent', async () => {
    const { world, send } = createSender({ state: 'missing', carrier: {}, failOpenPerMinute: 0 });

    await expect(send()).resolves.toBe('unavailable');
    expect(world.calls).toEqual(['rules']);
  });

  it('calls nothing without rules where that is denied', async () => {
    const { world, send } = createSender({ state: 'missing' }, { blocklistFailure: 'deny' });

    await expect(send()).resolves.toBe('unavailable');
    expect(world.calls).toEqual(['rules']);
  });

  it('takes old rules for rules', async () => {
    const options = { state: 'stale', failOpenPerMinute: 0, carrier: {} } as const;

    await expect(createSender(options, { blocklistFailure: 'deny' }).send()).resolves.toEqual(SENT);
    await expect(createSender({ ...options, rules: ['234-15'] }).send()).resolves.toBe('blocked');
  });

  it('sends without an answer of Lookup where that is allowed, and starts nothing where it is denied', async () => {
    const denied = createSender({ carrier: 'unavailable' }, { lookupFailure: 'deny' });

    await expect(createSender({ carrier: 'unavailable' }).send()).resolves.toEqual(SENT);
    await expect(denied.send()).resolves.toBe('unavailable');
    expect(denied.world.started).toEqual([]);
  });

  it.each([
    ['throttles', new Fault('unavailable'), 'unavailable'],
    ['refuses our credential', new Fault('misconfigured'), 'misconfigured'],
  ])('starts nothing where Lookup %s, whatever is allowed', async (_name, carrier, code) => {
    const { world, send } = createSender({ carrier });

    await expect(send()).resolves.toBe(code);
    expect(world.started).toEqual([]);
  });

  it('has one budget for missing rules and missing answers', async () => {
    const { world, send } = createSender({
      state: 'missing',
      carrier: 'unavailable',
      failOpenPerMinute: 2,
      starts: [1, 1, 1],
    });
    const ends = [];
    for (const code of ['111111', '222222', '333333']) ends.push(await send(aSendRequest({ code })));

    // Each of them had both failures, and cost one.
    expect(ends).toEqual([SENT, SENT, 'unavailable']);
    expect(world.started).toHaveLength(2);

    world.pass(60_000);

    await expect(send(aSendRequest({ code: '444444' }))).resolves.toEqual(SENT);
  });

  it('takes nothing from the budget where nothing fails', async () => {
    const { send } = createSender({ carrier: {}, failOpenPerMinute: 0 });

    await expect(send()).resolves.toEqual(SENT);
  });

  it('passes on what Verify refuses, and does not try again', async () => {
    const { world, send } = createSender({ carrier: {}, starts: [new Fault('provider_timeout')] });

    await expect(send()).resolves.toBe('provider_timeout');
    expect(world.started).toHaveLength(1);
  });
});

describe('sendCode: what Verify is told', () => {
  it('says everything that is known', async () => {
    const rateLimits = [
      { name: 'ip_and_phone', kind: 'ip_and_phone' },
      { name: 'network', kind: 'carrier' },
    ] as const;
    const { world, send } = createSender({ carrier: { mnc: '02' } }, { rateLimits });

    await send(aSendRequest({ code: '012345', locale: 'de', app: 'Acme', door: 'action' }));

    expect(world.started).toEqual([
      {
        to: '+447700900001',
        channel: 'sms',
        code: '012345',
        rateLimits: { ip_and_phone: '+447700900001|203.0.113.7', network: '234-02' },
        deviceIp: '203.0.113.7',
        locale: 'de',
        tags: { door: 'action', app: 'Acme' },
      },
    ]);
  });

  it('says nothing of what is not known', async () => {
    const { world, send } = createSender(
      { carrier: { mnc: null } },
      {
        rateLimits: [
          { name: 'ip_and_phone', kind: 'ip_and_phone' },
          { name: 'network', kind: 'carrier' },
        ],
      },
    );

    await send(aSendRequest({ clientIp: null }));

    expect(world.started).toEqual([
      {
        to: '+447700900001',
        channel: 'sms',
        code: '123456',
        rateLimits: {},
        deviceIp: null,
        locale: null,
        tags: { door: 'legacy' },
      },
    ]);
  });

  it.each([
    [1, false, 'cancel'],
    [2, true, 'cancel'],
    [2, false, 'reuse'],
  ] as const)(
    'takes a send that Verify calls its number %i for reused: %s, with the strategy %s',
    async (attempts, isReused, resendStrategy) => {
      const { send } = createSender({ carrier: {}, starts: [attempts] }, { resendStrategy });

      await expect(send()).resolves.toEqual({ ...SENT, isReused });
    },
  );
});

describe('sendCode: the choice of channel', () => {
  it.each([
    ['as asked', { channel: 'whatsapp' }, {}, 'whatsapp'],
    [
      'by the settings for the country',
      {},
      channels({ byCountry: new Map([['GB', 'whatsapp']]), default: 'call' }),
      'whatsapp',
    ],
    ['by the default of the settings', {}, channels({ default: 'call' }), 'call'],
    ['by the default of the configuration', {}, {}, 'sms'],
    ['as asked, whatever the settings say', { channel: 'sms' }, channels({ default: 'call' }), 'sms'],
  ] as const)('sends %s', async (_name, request, settings, channel) => {
    const { world, send, noted } = createSender({ carrier: {}, settings }, { enabledChannels: ALL });

    await expect(send(aSendRequest(request))).resolves.toEqual(SENT);
    expect(world.started.map((started) => started.channel)).toEqual([channel]);
    expect(noted()).toMatchObject({ channel });
  });

  it.each(['call', 'whatsapp'] as const)(
    'calls nothing where %s is asked and not enabled',
    async (channel) => {
      const { world, send } = createSender();

      await expect(send(aSendRequest({ channel }))).resolves.toBe('channel_not_possible');
      expect(world.calls).toEqual(['rules']);
    },
  );

  it('blocks by place before it looks at the channel', async () => {
    const { send } = createSender({ rules: ['GB'] });

    await expect(send(aSendRequest({ channel: 'call' }))).resolves.toBe('blocked');
  });
});

describe('sendCode: landlines', () => {
  it('tries a landline like any number where nothing is set', async () => {
    const { world, send } = createSender({ carrier: LANDLINE }, { enabledChannels: ALL });

    await expect(send()).resolves.toEqual(SENT);
    expect(world.started.map(({ channel }) => channel)).toEqual(['sms']);
  });

  it('calls a landline where that is set', async () => {
    const { world, send, noted } = createSender(
      { carrier: LANDLINE, settings: channels({ landline: 'call' }) },
      { enabledChannels: ['sms', 'call'] },
    );

    await expect(send()).resolves.toEqual(SENT);
    expect(world.started.map(({ channel }) => channel)).toEqual(['call']);
    expect(noted()).toMatchObject({ channel: 'call' });
  });

  it('starts nothing where calling landlines is set and calls are not enabled', async () => {
    const { world, send } = createSender({ carrier: LANDLINE, settings: channels({ landline: 'call' }) });

    await expect(send()).resolves.toBe('channel_not_possible');
    expect(world.started).toEqual([]);
  });

  it('blocks a landline where that is set', async () => {
    const { world, send, noted } = createSender({
      carrier: LANDLINE,
      settings: channels({ landline: 'block' }),
    });

    await expect(send()).resolves.toBe('blocked');
    expect(world.started).toEqual([]);
    expect(noted()).toMatchObject({ rule: 'channels.landline', ruleAction: 'block' });
  });

  it('sends to a blocked landline in monitor mode, and says so', async () => {
    const settings = { ...channels({ landline: 'block' }), mode: 'monitor' } as const;
    const { world, send } = createSender({ carrier: LANDLINE, settings });

    await expect(send()).resolves.toMatchObject({
      outcome: 'sent',
      wouldBlock: { rule: 'channels.landline' },
    });
    expect(world.started.map(({ channel }) => channel)).toEqual(['sms']);
  });

  it('does not ask whether a full number that is allowed is a landline', async () => {
    const { send } = createSender({
      rules: ['+447700900001 allow'],
      settings: channels({ landline: 'block' }),
    });

    await expect(send()).resolves.toEqual(SENT);
  });
});

describe('sendCode: from SMS to a call, after Verify found a landline', () => {
  const LANDLINE_REFUSED = new Refusal('channel_not_possible', { twilioCode: 60205 });
  const WITH_CALLS = { enabledChannels: ALL } as const;

  it('calls instead, with the same code and limits', async () => {
    const { world, send, noted } = createSender({ carrier: {}, starts: [LANDLINE_REFUSED, 1] }, WITH_CALLS);

    await expect(send()).resolves.toEqual(SENT);
    const [first, second] = world.started;
    expect(first).toMatchObject({ channel: 'sms' });
    expect(second).toEqual({ ...first, channel: 'call' });
    expect(noted()).toMatchObject({ channel: 'call' });
  });

  it('passes on what the call is refused with, and tries nothing else', async () => {
    const starts = [LANDLINE_REFUSED, new Refusal('blocked_by_provider', { twilioCode: 60605 })];
    const { world, send } = createSender({ carrier: {}, starts }, WITH_CALLS);

    await expect(send()).resolves.toBe('blocked_by_provider');
    expect(world.started).toHaveLength(2);
  });

  it.each([
    ['calls are not enabled', {}, {}, {}],
    ['SMS was asked', WITH_CALLS, {}, { channel: 'sms' }],
    ['landlines are to be blocked', WITH_CALLS, channels({ landline: 'block' }), {}],
  ] as const)('does not call where %s', async (_name, policy, settings, request) => {
    const { world, send } = createSender({ carrier: {}, settings, starts: [LANDLINE_REFUSED] }, policy);

    await expect(send(aSendRequest(request))).resolves.toBe('channel_not_possible');
    expect(world.started).toHaveLength(1);
  });

  it('does not call where WhatsApp was refused', async () => {
    const settings = channels({ default: 'whatsapp' });
    const { world, send } = createSender({ carrier: {}, settings, starts: [LANDLINE_REFUSED] }, WITH_CALLS);

    await expect(send()).resolves.toBe('channel_not_possible');
    expect(world.started).toHaveLength(1);
  });

  it.each([
    ['Fraud Guard', new Refusal('blocked_by_provider', { twilioCode: 60410 })],
    ['geo permissions', new Refusal('blocked_by_provider', { twilioCode: 60605 })],
    ['a block of Twilio', new Refusal('blocked_by_provider', { twilioCode: 60238 })],
    ['too many sends', new Refusal('rate_limited', { twilioCode: 60203 })],
    ['too many at a time', new Refusal('rate_limited', { twilioCode: 60212 })],
    ['a limit', new Refusal('rate_limited', { twilioCode: 20429 })],
    ['an invalid number', new Refusal('invalid_recipient', { twilioCode: 60200 })],
    ['a channel that is not set up', new Fault('misconfigured', { twilioCode: 60223 })],
    ['a time-out', new Fault('provider_timeout')],
    ['a failure at Twilio', new Fault('provider_error', { twilioCode: 20500 })],
  ])('never calls after %s', async (_name, error) => {
    const { world, send } = createSender({ carrier: {}, starts: [error] }, WITH_CALLS);

    await expect(send()).resolves.toBe(error.code);
    expect(world.started).toHaveLength(1);
  });
});

describe('sendCode: e-mail', () => {
  const enabled = { enabledChannels: ['sms', 'email'] } as const;

  it('sends without a Lookup, and without what needs a number', async () => {
    const rateLimits = [
      { name: 'ip_and_phone', kind: 'ip_and_phone' },
      { name: 'ip', kind: 'ip' },
    ] as const;
    const rules = ['GB', '+44', '234-*', 'type:mobile'];
    const { world, send } = createSender(
      { rules, settings: { defaultCountry: 'deny' } },
      { ...enabled, rateLimits },
    );

    await expect(send(anEmailRequest())).resolves.toEqual(SENT);
    expect(world.calls).toEqual(['rules', 'cancel', 'cancel ended', 'start email', 'start email ended']);
    expect(world.started).toMatchObject([
      { to: 'user@example.com', channel: 'email', rateLimits: { ip: '203.0.113.7' } },
    ]);
  });

  it('calls nothing where e-mail is not enabled', async () => {
    const { world, send } = createSender();

    await expect(send(anEmailRequest())).resolves.toBe('channel_not_possible');
    expect(world.calls).toEqual(['rules']);
  });

  it('calls nothing in lockdown', async () => {
    const { world, send, noted } = createSender(
      { rules: ['GB allow'], settings: { mode: 'lockdown' } },
      enabled,
    );

    await expect(send(anEmailRequest())).resolves.toBe('blocked');
    expect(world.calls).toEqual(['rules']);
    expect(noted()).toMatchObject({ rule: 'lockdown' });
  });
});

describe('sendCode: the same again', () => {
  it('answers duplicate within 30 s, and calls nothing but the rules', async () => {
    const { world, send, noted } = createSender({ carrier: {} });
    await send();
    world.calls.length = 0;

    world.pass(29_999);

    await expect(send()).resolves.toEqual(DUPLICATE);
    expect(world.calls).toEqual(['rules']);
    expect(noted()).toMatchObject({ lookup: 'skipped' });
  });

  it('sends again after 30 s', async () => {
    const { world, send } = createSender({ carrier: {}, starts: [1, 1] });
    await send();

    world.pass(30_000);

    await expect(send()).resolves.toEqual(SENT);
    expect(world.started).toHaveLength(2);
  });

  it('joins a send that is running, without cancelling it', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { world, send } = createSender({ carrier: {}, hold: { start: gate.promise } });
    const first = send();
    await turns();
    const second = send();
    await turns();
    gate.resolve(undefined);

    await expect(Promise.all([first, second])).resolves.toEqual([SENT, DUPLICATE]);
    expect(world.asked).toEqual(['cancel +447700900001', 'lookup +447700900001']);
    expect(world.started).toHaveLength(1);
  });

  it('shares the failure of a send that it joined', async () => {
    const gate = Promise.withResolvers<undefined>();
    const starts = [new Refusal('blocked_by_provider')];
    const { world, send } = createSender({ carrier: {}, starts, hold: { start: gate.promise } });
    const both = [send(), send()];
    await turns();
    gate.resolve(undefined);

    await expect(Promise.all(both)).resolves.toEqual(['blocked_by_provider', 'blocked_by_provider']);
    expect(world.started).toHaveLength(1);
  });

  it('sends again at once after a failure, even one that may have sent', async () => {
    const { world, send } = createSender({ carrier: {}, starts: [new Fault('provider_timeout'), 1] });

    await expect(send()).resolves.toBe('provider_timeout');
    await expect(send()).resolves.toEqual(SENT);
    expect(world.started).toHaveLength(2);
  });

  it.each([
    ['another code', aSendRequest({ code: '654321' })],
    ['another number', aSendRequestTo('+447700900002')],
    ['another channel', aSendRequest({ channel: 'call' })],
  ])('takes %s for another send', async (_name, other) => {
    const { world, send } = createSender({ carrier: {}, starts: [1, 1] }, { enabledChannels: ALL });

    await expect(send()).resolves.toEqual(SENT);
    await expect(send(other)).resolves.toEqual(SENT);
    expect(world.started).toHaveLength(2);
  });

  it('blocks what was just sent, once a rule has come', async () => {
    const rules: string[] = [];
    const { send } = createSender({ rules, carrier: {} });
    await expect(send()).resolves.toEqual(SENT);

    rules.push('GB');

    await expect(send()).resolves.toBe('blocked');
  });
});

describe('sendCode: several codes for one number', () => {
  it('cancels for the second one only after the first was sent', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { world, send } = createSender({ carrier: {}, starts: [1, 1], hold: { start: gate.promise } });
    const both = [send(aSendRequest({ code: '111111' })), send(aSendRequest({ code: '222222' }))];
    await turns();
    const calledBefore = world.calls.filter((name) => name === 'cancel').length;
    gate.resolve(undefined);

    await expect(Promise.all(both)).resolves.toEqual([SENT, SENT]);
    expect(calledBefore).toBe(1);
    expect(world.started.map(({ code }) => code)).toEqual(['111111', '222222']);
    expect(world.calls.lastIndexOf('cancel')).toBeGreaterThan(world.calls.indexOf('start sms ended'));
  });

  it('does not let one number wait for another', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { world, send } = createSender({ carrier: {}, starts: [1, 1], hold: { start: gate.promise } });
    const both = [send(), send(aSendRequestTo('+447700900002'))];
    await turns();
    const startedBefore = world.started.length;
    gate.resolve(undefined);
    await Promise.all(both);

    expect(startedBefore).toBe(2);
  });

  it('sends ten within ten minutes, then none until the first of them is ten minutes old', async () => {
    const { world, send } = createSender({ carrier: {}, starts: Array<number>(11).fill(1) });
    const codes = Array.from({ length: 11 }, (_, index) => String(100_000 + index));
    const ends = [];
    for (const code of codes) ends.push(await send(aSendRequest({ code })));

    expect(ends).toEqual([...Array<SendOutcome>(10).fill(SENT), 'rate_limited']);
    expect(world.started).toHaveLength(10);

    world.pass(600_000);

    await expect(send(aSendRequest({ code: '999999' }))).resolves.toEqual(SENT);
  });

  it('does not count what a rule stopped, nor what Verify refused', async () => {
    const options = { carrier: {}, maxPerRecipient: 1, starts: [new Refusal('blocked_by_provider'), 1] };
    const refused = createSender(options);

    await expect(refused.send(aSendRequest({ code: '111111' }))).resolves.toBe('blocked_by_provider');
    await expect(refused.send(aSendRequest({ code: '222222' }))).resolves.toEqual(SENT);

    const blocked = createSender({ rules: ['234-15'], carrier: aCarrier(), maxPerRecipient: 1 });
    const ends = [
      await blocked.send(aSendRequest({ code: '111111' })),
      await blocked.send(aSendRequest({ code: '222222' })),
    ];

    expect(ends).toEqual(['blocked', 'blocked']);
  });
});
