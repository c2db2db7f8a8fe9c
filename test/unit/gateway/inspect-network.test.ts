import { describe, expect, it } from '@jest/globals';
import { Fault } from '../../../functions/domain/fault.ts';
import { BUILT_IN_BLOCKED_LINE_TYPES, LINE_TYPES } from '../../../functions/domain/line-type.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { inspectNetwork, type Inspection } from '../../../functions/gateway/inspect-network.ts';
import type { SendRequest } from '../../../functions/gateway/send-request.ts';
import type { SendCodePolicy } from '../../../functions/gateway/sending.ts';
import type { SendFacts } from '../../../functions/gateway/send-facts.ts';
import { aSendRequest, anEmailRequest } from '../../support/a-send-request.ts';
import { aSending, createWorld, endOf, type World, type WorldOptions } from '../../support/fake-ports.ts';
import { turns } from '../../support/turns.ts';
import { aCarrier } from '../domain/some-rules.ts';

const BOTH = ['rules', 'cancel', 'lookup', 'cancel ended', 'lookup ended'];
const CANCEL_ALONE = ['rules', 'cancel', 'cancel ended'];
const LOOKUP_ALONE = ['rules', 'lookup', 'lookup ended'];

interface Inspected {
  readonly end: Inspection | string;
  readonly noted: Partial<SendFacts>;
  readonly world: World;
}

async function inspect(
  options: WorldOptions,
  policy: Partial<SendCodePolicy> = {},
  request: SendRequest = aSendRequest(),
): Promise<Inspected> {
  const world = createWorld(options);
  const { sending, noted } = await aSending(world, request, policy);
  const end = await endOf(inspectNetwork(sending));
  return { end, noted: noted(), world };
}

describe('inspectNetwork: what is asked, and in which order', () => {
  it('asks Lookup, and beside it ends what is pending', async () => {
    const { end, noted, world } = await inspect({ carrier: {} });

    expect(world.calls).toEqual(BOTH);
    expect(world.asked).toEqual(expect.arrayContaining(['lookup +447700900001', 'cancel +447700900001']));
    expect(end).toMatchObject({ carrier: aCarrier(), wouldBlock: null });
    expect(noted).toEqual({ lookup: 'fresh', carrier: aCarrier() });
  });

  it.each(['cancel', 'lookup'] as const)('has not ended before the %s has', async (held) => {
    const gate = Promise.withResolvers<undefined>();
    const world = createWorld({ carrier: {}, hold: { [held]: gate.promise } });
    const { sending } = await aSending(world, aSendRequest());
    let hasEnded = false;
    const inspected = inspectNetwork(sending).then(() => (hasEnded = true));

    await turns();
    const endedBefore = hasEnded;
    gate.resolve(undefined);
    await inspected;

    expect(endedBefore).toBe(false);
  });

  it('waits for the end of what is pending though Lookup has refused the number', async () => {
    const gate = Promise.withResolvers<undefined>();
    const world = createWorld({ carrier: 'invalid', hold: { cancel: gate.promise } });
    const { sending } = await aSending(world, aSendRequest());
    const ends: unknown[] = [];
    const inspected = endOf(inspectNetwork(sending)).then((end) => ends.push(end));

    await turns();
    expect(ends).toEqual([]);
    gate.resolve(undefined);
    await inspected;

    expect(ends).toEqual(['invalid_recipient']);
  });

  it('asks nobody anything, and ends nothing, where the budget of Lookups is spent', async () => {
    const { end, world } = await inspect({ budget: new Refusal('rate_limited') });

    expect(end).toBe('rate_limited');
    expect(world.calls).toEqual(['rules']);
  });

  it('asks for no budget where there is nothing to look up', async () => {
    const budget = new Refusal('rate_limited');
    const { end } = await inspect({ budget, rules: ['+447700900001 allow'] });

    expect(end).toMatchObject({ carrier: null });
  });

  it('ends nothing where codes are to be re-used', async () => {
    const { world } = await inspect({ carrier: {} }, { resendStrategy: 'reuse' });

    expect(world.calls).toEqual(LOOKUP_ALONE);
  });

  it.each([
    ['an allow rule for the full number', { rules: ['+447700900001 allow'] }],
    ['monitor mode, where place would have stopped it', { rules: ['GB'], settings: { mode: 'monitor' } }],
  ] as const)('spares the Lookup with %s', async (_name, options) => {
    const { noted, world } = await inspect(options);

    expect(world.calls).toEqual(CANCEL_ALONE);
    expect(noted).toMatchObject({ lookup: 'skipped' });
  });

  it('asks nobody about the network of an address', async () => {
    const { end, noted, world } = await inspect(
      { rules: ['GB', '234-*', 'type:mobile'] },
      {},
      anEmailRequest(),
    );

    expect(world.calls).toEqual(CANCEL_ALONE);
    expect(world.asked).toEqual(['cancel user@example.com']);
    expect(end).toMatchObject({ carrier: null, wouldBlock: null });
    expect(noted).toEqual({ lookup: 'skipped' });
  });
});

describe('inspectNetwork: cancelling that fails', () => {
  it.each([
    ['a refused credential', new Fault('misconfigured'), 'misconfigured'],
    ['a time-out', new Fault('provider_timeout'), 'provider_timeout'],
    ['a failure at Twilio', new Fault('provider_error'), 'provider_error'],
    ['what nobody foresaw', new TypeError('x'), 'internal'],
  ])('goes on after %s, and notes it', async (_name, cancel, noted) => {
    const inspected = await inspect({ carrier: {}, cancel });

    expect(inspected.end).toMatchObject({ carrier: aCarrier() });
    expect(inspected.noted).toMatchObject({ cancel: noted });
  });

  it('goes on for an address too', async () => {
    const { end, noted } = await inspect({ cancel: new Fault('provider_timeout') }, {}, anEmailRequest());

    expect(end).toMatchObject({ carrier: null, wouldBlock: null });
    expect(noted).toMatchObject({ cancel: 'provider_timeout' });
  });
});

describe('inspectNetwork: rules about network and line type', () => {
  it.each([
    ['234-15', 'the carrier'],
    ['23415', 'the carrier without a dash'],
    ['234-*', 'its country code'],
    ['type:mobile', 'its line type'],
  ])('blocks by %s, %s', async (rule) => {
    const { end, noted, world } = await inspect({ rules: [rule], carrier: {} });

    expect(end).toBe('blocked');
    expect(noted).toMatchObject({ rule, ruleAction: 'block', carrier: aCarrier(), lookup: 'fresh' });
    expect(world.started).toEqual([]);
  });

  it.each([...BUILT_IN_BLOCKED_LINE_TYPES])('blocks the line type %s without a rule', async (lineType) => {
    const { end, noted } = await inspect({ carrier: { mcc: null, mnc: null, name: null, lineType } });

    expect(end).toBe('blocked');
    expect(noted).toMatchObject({ rule: `type:${lineType}`, ruleAction: 'block' });
  });

  it.each(LINE_TYPES.filter((lineType) => !BUILT_IN_BLOCKED_LINE_TYPES.has(lineType)))(
    'lets the line type %s through without a rule',
    async (lineType) => {
      expect((await inspect({ carrier: { lineType } })).end).toMatchObject({ wouldBlock: null });
    },
  );

  it('names the rule that lets through what would be blocked', async () => {
    const { end, noted } = await inspect({ rules: ['type:premium allow'], carrier: { lineType: 'premium' } });

    expect(end).toMatchObject({ wouldBlock: null });
    expect(noted).toMatchObject({ rule: 'type:premium', ruleAction: 'allow' });
  });

  it('lets through what only a trial would block, and says so', async () => {
    const { end, noted } = await inspect({ rules: ['234-15 monitor'], carrier: {} });

    expect(end).toMatchObject({ wouldBlock: { question: 'network', rule: '234-15', ruleAction: 'monitor' } });
    expect(noted).toMatchObject({ rule: '234-15', ruleAction: 'monitor' });
  });

  it('blocks nothing in monitor mode, and says what it would have blocked', async () => {
    const { end, noted } = await inspect({ rules: ['234-15'], settings: { mode: 'monitor' }, carrier: {} });

    expect(end).toMatchObject({ wouldBlock: { question: 'network', rule: '234-15', ruleAction: 'block' } });
    expect(noted).toMatchObject({ rule: '234-15', ruleAction: 'block' });
  });
});

describe('inspectNetwork: Lookup that fails', () => {
  it.each([
    ['there is no such number', 'invalid' as const, 'invalid_recipient', 'fresh'],
    ['Lookup throttles us', new Fault('unavailable'), 'unavailable', 'unavailable'],
    ['Lookup refuses our credential', new Fault('misconfigured'), 'misconfigured', 'unavailable'],
  ])('never goes on where %s', async (_name, carrier, code, lookup) => {
    const { end, world, noted } = await inspect(
      { carrier },
      { lookupFailure: 'allow', unknownCarrier: 'allow' },
    );

    expect(end).toBe(code);
    expect(world.started).toEqual([]);
    expect(noted).toEqual({ lookup });
  });

  it('goes on without an answer where that is allowed', async () => {
    const { end, noted } = await inspect({ rules: ['234-*', 'type:mobile'], carrier: 'unavailable' });

    expect(end).toMatchObject({ carrier: null, wouldBlock: null });
    expect(noted).toMatchObject({ lookup: 'unavailable' });
  });

  it('does not go on without an answer where that is denied', async () => {
    const { end, noted } = await inspect({ carrier: 'unavailable' }, { lookupFailure: 'deny' });

    expect(end).toBe('unavailable');
    expect(noted).toMatchObject({ lookup: 'unavailable' });
  });

  it('does not go on where the budget is spent', async () => {
    const { end } = await inspect({ carrier: 'unavailable', failOpenPerMinute: 0 });

    expect(end).toBe('unavailable');
  });

  it('does not take a missing answer for an unknown carrier', async () => {
    const { end } = await inspect({ carrier: 'unavailable' }, { unknownCarrier: 'deny' });

    expect(end).toMatchObject({ carrier: null, wouldBlock: null });
  });
});

describe('inspectNetwork: carriers that Lookup does not know', () => {
  const unknown = [
    ['no MCC and no MNC', { mcc: null, mnc: null }],
    ['no MNC', { mnc: null }],
    ['no line type', { lineType: null }],
    ['the line type unknown', { lineType: 'unknown' }],
    ['nothing at all', { mcc: null, mnc: null, name: null, lineType: null }],
  ] as const;

  it.each(unknown)(
    'lets %s through by default, and takes nothing from the budget',
    async (_name, carrier) => {
      const { end } = await inspect({ carrier, failOpenPerMinute: 0 });

      expect(end).toMatchObject({ wouldBlock: null });
    },
  );

  it.each(unknown)('blocks %s where that is denied', async (_name, carrier) => {
    const { end, noted } = await inspect({ carrier }, { unknownCarrier: 'deny' });

    expect(end).toBe('blocked');
    expect(noted).toMatchObject({ rule: 'UNKNOWN_CARRIER', ruleAction: 'block' });
  });

  it('lets a known carrier through where unknown ones are denied', async () => {
    expect((await inspect({ carrier: {} }, { unknownCarrier: 'deny' })).end).toMatchObject({
      wouldBlock: null,
    });
  });

  it('spares a full number that is allowed', async () => {
    const { end } = await inspect({ rules: ['+447700900001 allow'] }, { unknownCarrier: 'deny' });

    expect(end).toMatchObject({ wouldBlock: null });
  });

  it('blocks them though a trial would block the number too', async () => {
    const { end, noted } = await inspect(
      { rules: ['GB monitor', '234-* monitor'], carrier: { mnc: null } },
      { unknownCarrier: 'deny' },
    );

    expect(end).toBe('blocked');
    expect(noted).toMatchObject({ rule: 'UNKNOWN_CARRIER', ruleAction: 'block' });
  });

  it('blocks nothing in monitor mode, and says what it would have blocked', async () => {
    const { end, noted } = await inspect(
      { settings: { mode: 'monitor' }, carrier: { mnc: null } },
      { unknownCarrier: 'deny' },
    );

    expect(end).toMatchObject({ wouldBlock: { rule: 'UNKNOWN_CARRIER', ruleAction: 'block' } });
    expect(noted).toMatchObject({ rule: 'UNKNOWN_CARRIER' });
  });

  it('names the rule first in monitor mode, where a rule would block them too', async () => {
    const { end, noted } = await inspect(
      { rules: ['234-*'], settings: { mode: 'monitor' }, carrier: { mnc: null } },
      { unknownCarrier: 'deny' },
    );

    expect(end).toMatchObject({ wouldBlock: { rule: '234-*' } });
    expect(noted).toMatchObject({ rule: '234-*' });
  });
});
