import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Network } from '../../tools/twilio-simulator/network.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { exchange, type Exchange } from '../support/exchange.ts';
import { aGatewayBody, startGatewayBeside, startGatewayStack } from '../support/gateway-stack.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';
import { describeWith } from '../support/describe-with.ts';

// Every kind of rule and setting of design §4 on the wire. One rulebook holds all that do not contradict each other: a
// change takes a second until it is read.

const NO_LINE: Partial<Network> = { mcc: null, mnc: null };

/** What Lookup says of numbers that need a network of their own. */
const NETWORKS: Readonly<Record<string, Partial<Network>>> = {
  [testNumber(30)]: { mcc: '262', mnc: '01' },
  [testNumber(31)]: { mcc: '262', mnc: '02' },
  [testNumber(32)]: { mcc: '310', mnc: '260' },
  [testNumber(33)]: { mcc: '311', mnc: '480' },
  [testNumber(34)]: { mcc: '208', mnc: '01' },
  [testNumber(35)]: { mcc: '208', mnc: '15' },
  [testNumber(36)]: { mcc: '222', mnc: '10' },
  [testNumber(37)]: { mcc: '222', mnc: null, lineType: 'landline' },
  [testNumber(38)]: { mcc: '204', mnc: '08' },
  [testNumber(39)]: { mcc: '228', mnc: '01' },
  [testNumber(40)]: { mcc: '214', mnc: '07' },
  [testNumber(41)]: { mcc: '214', mnc: '03' },
  [testNumber(42)]: { mcc: '262', mnc: '03' },
  [testNumber(43)]: { mcc: '310', mnc: '26' },
  [testNumber(44)]: { mcc: '262', mnc: null },
  [testNumber(45)]: { mcc: '208', mnc: '10' },
  [testNumber(46)]: { mcc: null, mnc: '01' },
  [testNumber(50)]: { mcc: '240', mnc: '01' },
  [testNumber(51)]: { mcc: '240', mnc: '02' },
  [testNumber(52)]: { mcc: '240', mnc: '03' },
  [testNumber(53)]: { mcc: '240', mnc: '04' },
  [testNumber(54)]: { mcc: '240', mnc: '05' },
  [testNumber(55)]: { mcc: '240', mnc: '06' },
  [testNumber(56)]: { mcc: '240', mnc: '07' },
  [testNumber(60)]: { mcc: '262', mnc: '01', lineType: 'pager' },
  [testNumber(62)]: { mcc: '250', mnc: '99' },
  [testNumber(63)]: { mcc: '250', mnc: '01' },
  [testNumber(64)]: { mcc: '286', mnc: '01' },
  [testNumber(65)]: { mcc: '286', mnc: '02' },
  [testNumber(66)]: { mcc: '262', mnc: '09' },
  [testNumber(67)]: { mcc: '234', mnc: '77', lineType: 'pager' },
  [testNumber(68)]: { mcc: '262', mnc: '01', lineType: 'fixedVoip' },
  '+14165550101': { mcc: '262', mnc: '01' },
  '+14165550102': { ...NO_LINE, lineType: 'premium' },
};

const NOT_YET = new Date('2100-01-01T00:00:00Z');
const LONG_PAST = new Date('2020-01-01T00:00:00Z');

const RULEBOOK: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Place.
  '+44770090001': { reason: 'a run of ten' },
  '+447700900020': {},
  JM: {},
  ' se ': {},
  FR: { action: 'deny' },
  AU: {},
  '+6149157': { action: 'allow' },
  '+614915701': {},
  '+883': { action: 'allow' },
  CA: { action: 'allow' },
  '+447700900060': { action: 'allow' },
  '+447700900061': { action: 'monitor' },
  // Network.
  '262-01': {},
  '26202': {},
  '310-260': {},
  '311480': {},
  '208-1': {},
  '208-015': {},
  '222-*': {},
  x7Fq2kPLmZabCDefGHij: { mcc: '204', mnc: '08' },
  q9Wn3rTUvXabCDefGHij: { mcc: 228, mnc: 1 },
  '214-07': { mcc: '214', mnc: '03' },
  '240-01': { action: 'monitor' },
  '240-02': { enabled: false },
  '240-03': { expiresAt: LONG_PAST },
  '240-04': { expiresAt: NOT_YET },
  '240-05': { expiresAt: 'tomorrow' },
  '240-06': { enabled: 'false' },
  '240-07': { action: 'allow' },
  '250-*': {},
  '250-99': { action: 'allow' },
  '286-*': { action: 'allow' },
  '286-01': {},
  '262-09': {},
  '26209': { action: 'allow' },
  '234-77': { action: 'allow' },
  // Line type.
  'type:nonFixedVoip': {},
  'Type:TOLLFREE': {},
  'type:premium': { action: 'allow' },
  'type:uan': { action: 'allow', expiresAt: 'tomorrow' },
  'type:fixedVoip': { action: 'allow' },
};

const stack = await startGatewayStack({ simulator: { numbers: NETWORKS } });
const describeWithStack = describeWith(stack);

function running() {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

const ask = (recipient: string): Promise<Exchange> =>
  exchange(running(), { body: aGatewayBody({ recipient }) });

/** Replaces all documents: rules by their id, settings under `settings/gateway`. */
async function rulesAre(
  rules: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  settings?: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { firestore } = running();
  await firestore.reset();
  await Promise.all(Object.entries(rules).map(([id, fields]) => firestore.put(`blocklist/${id}`, fields)));
  if (settings !== undefined) await firestore.put('settings/gateway', settings);
  await untilRulesAreRead(running());
}

/** What was logged about a document that does not say what it was meant to say. */
function problemsOf(id: string): readonly unknown[] {
  return running()
    .gateway.logs()
    .filter((line) => line['event'] === 'rule.invalid' && line['rule'] === id)
    .map((line) => line['problems']);
}

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('a rulebook with rules of every kind', () => {
  beforeAll(() => rulesAre(RULEBOOK));

  it.each([
    ['a prefix', testNumber(13), '+44••••••01'],
    ['a full number', testNumber(20), '+44••••••20'],
    ['a country', '+18765550101', 'JM'],
    ['a country in lower case and with spaces', '+46701740605', 'SE'],
    ['a country whose action nobody knows', '+33639980001', 'FR'],
    ['a country, where a longer prefix does not match', '+61255500001', 'AU'],
    ['a prefix within an allowed prefix', '+61491570156', '+61••••••01'],
    ['no country, as built in: Inmarsat', '+870000000000', 'no-country'],
    ['no country, as built in: satellite', '+881600000000', 'no-country'],
    ['no country, as built in: networks', '+882100000000', 'no-country'],
    ['no country, as built in: personal numbers', '+878100000000000', 'no-country'],
    ['no country, as built in: premium rate', '+979000000000', 'no-country'],
  ])('blocks at place, which is free: %s', async (_what, recipient, rule) => {
    expect(await ask(recipient)).toMatchObject({
      status: 403,
      code: 'blocked',
      asked: '',
      line: { severity: 'NOTICE', event: 'otp.blocked', rule, ruleAction: 'block', code: 'blocked' },
    });
  });

  it.each([
    ['MCC and MNC with a dash', testNumber(30), '262-01'],
    ['five digits as 3 + 2', testNumber(31), '26202'],
    ['an MNC of three digits', testNumber(32), '310-260'],
    ['six digits as 3 + 3', testNumber(33), '311480'],
    ['an MNC as a number: 1 is 01', testNumber(34), '208-1'],
    ['an MNC as a number: 015 is 15', testNumber(35), '208-015'],
    ['every network of an MCC', testNumber(36), '222-*'],
    ['every network of an MCC, a null MNC too', testNumber(37), '222-*'],
    ['a random id with the fields mcc and mnc as text', testNumber(38), 'X7FQ2KPLMZABCDEFGHIJ'],
    ['a random id with the fields as numbers', testNumber(39), 'Q9WN3RTUVXABCDEFGHIJ'],
    ['a good id with fields that say another: the id', testNumber(40), '214-07'],
    ['a rule that has not expired', testNumber(53), '240-04'],
    ['a rule that expires at no time that there is', testNumber(54), '240-05'],
    ['a rule that is neither enabled nor not', testNumber(55), '240-06'],
    ['an MCC beside an allowed carrier of its own', testNumber(63), '250-*'],
    ['a carrier of an allowed MCC', testNumber(64), '286-01'],
    ['a carrier in an allowed country', '+14165550101', '262-01'],
    ['a carrier of an allowed line type', testNumber(68), '262-01'],
    ['a line type', NUMBERS.byLineType.get('nonFixedVoip') ?? '', 'type:nonFixedVoip'],
    ['a line type in another case', NUMBERS.byLineType.get('tollFree') ?? '', 'type:tollFree'],
    ['a line type of an allowed carrier', testNumber(67), 'type:pager'],
    ['a line type, as built in: sharedCost', NUMBERS.byLineType.get('sharedCost') ?? '', 'type:sharedCost'],
    ['a line type, as built in: voicemail', NUMBERS.byLineType.get('voicemail') ?? '', 'type:voicemail'],
    ['a line type, as built in: pager', NUMBERS.pager, 'type:pager'],
    [
      'a line type, as built in, beside an allow that expires badly',
      NUMBERS.byLineType.get('uan') ?? '',
      'type:uan',
    ],
  ])('blocks after Lookup, and sends nothing: %s', async (_what, recipient, rule) => {
    const { delivered, ...seen } = await ask(recipient);
    expect(seen).toMatchObject({
      status: 403,
      code: 'blocked',
      asked: 'lookup update',
      line: { event: 'otp.blocked', rule, ruleAction: 'block', lookup: 'fresh' },
    });
    expect(delivered).toEqual([]);
  });

  it.each([
    ['no rule matches', testNumber(1), undefined],
    ['a neighbour of a blocked number', testNumber(21), undefined],
    ['another network of the same MCC', testNumber(42), undefined],
    ['310-26, which is not 310-260', testNumber(43), undefined],
    ['208-10, which is not 208-1', testNumber(45), undefined],
    ['a null MNC of an MCC with blocked carriers', testNumber(44), undefined],
    ['a null MCC', testNumber(46), undefined],
    ['the network that the fields beside a good id name', testNumber(41), undefined],
    ['a rule that is not enabled', testNumber(51), undefined],
    ['a rule that has expired', testNumber(52), undefined],
    ['the line type unknown', NUMBERS.unknownType, undefined],
    ['the line type landline', NUMBERS.landline, undefined],
    ['a carrier that is allowed', testNumber(56), '240-07'],
    ['a carrier that is allowed in a blocked MCC', testNumber(62), '250-99'],
    ['a network of an allowed MCC', testNumber(65), '286-*'],
    ['a carrier that one rule blocks and one allows', testNumber(66), '26209'],
    ['a prefix that is allowed in a blocked country', '+61491570006', '+6149157'],
    ['a number of no country with an allowed prefix', '+883510000000', '+883'],
    ['a line type that is built in and allowed', NUMBERS.premium, 'type:premium'],
    ['a line type that is allowed, in an allowed country', '+14165550102', 'CA'],
  ])('sends, after Lookup: %s', async (_what, recipient, rule) => {
    const { line, ...seen } = await ask(recipient);
    expect(seen).toMatchObject({ status: 200, code: 'sent', asked: 'create lookup update' });
    expect(seen.delivered).toEqual([expect.objectContaining({ to: recipient, code: '123456' })]);
    const ruleAction = rule === undefined ? undefined : 'allow';
    expect([line['event'], line['rule'], line['ruleAction']]).toEqual(['otp.sent', rule, ruleAction]);
  });

  it('sends to an allowed full number without a Lookup, whatever its network and line type', async () => {
    expect(await ask(testNumber(60))).toMatchObject({
      status: 200,
      asked: 'create update',
      line: { event: 'otp.sent', rule: '+44••••••60', ruleAction: 'allow', lookup: 'skipped' },
    });
  });

  it.each([
    ['a carrier', testNumber(50), '240-01'],
    ['a full number', testNumber(61), '+44••••••61'],
  ])('sends where a trial matches, and says that it would block: %s', async (_what, recipient, rule) => {
    expect(await ask(recipient)).toMatchObject({
      status: 200,
      code: 'sent',
      asked: 'create lookup update',
      line: { severity: 'NOTICE', event: 'otp.monitored', rule, ruleAction: 'monitor', outcome: 'sent' },
    });
  });

  it('names each document that is not what it was meant to be', () => {
    expect(problemsOf('FR')).toEqual([['action is not block, monitor or allow: taken as block']]);
    expect(problemsOf('240-05')).toEqual([['expiresAt is not a timestamp: the rule does not expire']]);
    expect(problemsOf('240-06')).toEqual([['enabled is not true or false: the rule is on']]);
    expect(problemsOf('type:uan')).toEqual([['expiresAt is not a timestamp: the rule counts as expired']]);
    expect(problemsOf('214-07')).toEqual([['mcc and mnc do not say what the id says: the id counts']]);
  });

  it('writes no whole number into its log', () => {
    expect(running().gateway.rawOutput()).not.toContain('77009000');
  });
});

describeWithStack('a country', () => {
  beforeAll(() => rulesAre({ GB: {} }));

  it('is that of the number', async () => {
    expect(await ask(testNumber(80))).toMatchObject({ status: 403, asked: '', line: { rule: 'GB' } });
  });

  it.each([
    ['GG', '+447781000000'],
    ['JE', '+447797000000'],
    ['IM', '+447624000000'],
  ])('is not that of the MCC: GB does not include %s, which has 234 too', async (country, recipient) => {
    expect(await ask(recipient)).toMatchObject({ status: 200, line: { country, mcc: '234' } });
  });
});

describeWithStack('documents that make no rule', () => {
  const BAD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    UK: {},
    '234': {},
    '0044': {},
    'type:fax': {},
    aB3dE5fG7hJ9kL1mN3pQ: { note: 'x' },
    zY8xW6vU4tS2rQ0pO8nM: { mcc: 'x', mnc: '01' },
  };
  beforeAll(() => rulesAre({ ...BAD, '31026': {}, '234-58': { Action: 'allow' } }));

  it.each([
    ['UK', 'UK: did you mean GB'],
    ['234', '234: did you mean 234-* (networks of MCC 234) or +234 (Nigeria)'],
    ['0044', '0044: did you mean +44 (United Kingdom)'],
    ['31026', '31026: did you mean 310-260'],
    ['234-58', 'Action is ignored: did you mean action'],
    ['zY8xW6vU4tS2rQ0pO8nM', 'ZY8XW6VU4TS2RQ0PO8NM: mcc and mnc name no network'],
  ])('are named with a hint: %s', (id, hint) => {
    expect(problemsOf(id)).toEqual([[hint]]);
  });

  it.each(['type:fax', 'aB3dE5fG7hJ9kL1mN3pQ'])('are named with what an id may be: %s', (id) => {
    expect(problemsOf(id)).toEqual([[expect.stringContaining(id.toUpperCase())]]);
  });

  it('are named once, however often they are read', async () => {
    await untilRulesAreRead(running());
    for (const id of Object.keys(BAD)) expect(problemsOf(id)).toHaveLength(1);
  });

  it('stop neither the other rules nor logins', async () => {
    expect(await ask(testNumber(201))).toMatchObject({ status: 403, line: { rule: '234-58' } });
    expect(await ask(testNumber(81))).toMatchObject({ status: 200 });
  });
});

describeWithStack('settings/gateway', () => {
  it('mode monitor blocks nothing, and logs what it would', async () => {
    await rulesAre({ JM: {}, '234-58': {}, '234-51': { action: 'monitor' } }, { mode: 'monitor' });

    expect(await ask('+18765550102')).toMatchObject({
      status: 200,
      // Place would have stopped it: no Lookup can change that.
      asked: 'create update',
      line: { event: 'otp.monitored', rule: 'JM', ruleAction: 'block', lookup: 'skipped' },
    });
    expect(await ask(testNumber(202))).toMatchObject({
      status: 200,
      asked: 'create lookup update',
      line: { event: 'otp.monitored', rule: '234-58', ruleAction: 'block' },
    });
    expect(await ask(testNumber(301))).toMatchObject({
      status: 200,
      line: { event: 'otp.monitored', rule: '234-51', ruleAction: 'monitor' },
    });
    expect(await ask('+881600000001')).toMatchObject({
      status: 200,
      line: { event: 'otp.monitored', rule: 'no-country' },
    });
    expect(await ask(testNumber(82))).toMatchObject({ status: 200, line: { event: 'otp.sent' } });
  });

  it('defaultCountry deny sends to allowed countries and prefixes only', async () => {
    await rulesAre(
      { GB: { action: 'allow' }, '+4670174': { action: 'allow' }, '310-*': { action: 'allow' } },
      { defaultCountry: 'deny' },
    );

    expect(await ask(testNumber(83))).toMatchObject({ status: 200, line: { rule: 'GB' } });
    expect(await ask('+46701740606')).toMatchObject({ status: 200 });
    expect(await ask('+12025550101')).toMatchObject({
      status: 403,
      asked: '',
      line: { event: 'otp.blocked', rule: 'defaultCountry' },
    });
  });

  it('lockdown sends to allowed places only, whatever is on trial', async () => {
    await rulesAre(
      { GB: { action: 'allow' }, US: { action: 'monitor' }, '234-58': {} },
      { mode: 'lockdown' },
    );

    expect(await ask(testNumber(84))).toMatchObject({ status: 200, asked: 'create lookup update' });
    expect(await ask(testNumber(203))).toMatchObject({ status: 403, line: { rule: '234-58' } });
    expect(await ask('+12025550102')).toMatchObject({
      status: 403,
      asked: '',
      line: { event: 'otp.blocked', rule: 'lockdown', ruleAction: 'block' },
    });
  });

  it('a bad field keeps the last good value, is named once, and stops nothing else', async () => {
    await rulesAre({ GB: { action: 'allow' } }, { mode: 'lockdown' });
    await running().firestore.put('settings/gateway', { mode: 'off', defaultCountry: 'allow' });
    await untilRulesAreRead(running());
    await untilRulesAreRead(running());

    expect(problemsOf('settings/gateway')).toEqual([
      ['mode is not one of enforce, monitor, lockdown: the last good value stays'],
    ]);
    expect(await ask('+12025550103')).toMatchObject({ status: 403, line: { rule: 'lockdown' } });
    expect(await ask(testNumber(85))).toMatchObject({ status: 200 });
  });

  it('is the default where there is none', async () => {
    await rulesAre({});

    expect(await ask('+12025550104')).toMatchObject({ status: 200, line: { event: 'otp.sent' } });
  });

  it('is the default where all of it is bad and nothing good is known', async () => {
    await rulesAre({}, { mode: 7, defaultCountry: ['deny'], channels: 'sms' });
    const fresh = await startGatewayBeside(running(), {});
    const seen = await exchange(fresh, { body: aGatewayBody({ recipient: '+12025550105' }) });
    await fresh.stop();

    expect(seen).toMatchObject({ status: 200, line: { event: 'otp.sent' } });
  });
});
