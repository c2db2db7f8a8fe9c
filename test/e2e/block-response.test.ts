import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CREATE_FAULTS } from '../../tools/twilio-simulator/create-faults.ts';
import { LOOKUP_FAULTS } from '../../tools/twilio-simulator/lookup-faults.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { exchange, type Exchange } from '../support/exchange.ts';
import { aGatewayBody, startGatewayStack } from '../support/gateway-stack.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';
import { describeWith } from '../support/describe-with.ts';

// BLOCK_RESPONSE=silent (design §3): whoever is blocked cannot tell it from a message that was sent.

const stack = await startGatewayStack({ env: { BLOCK_RESPONSE: 'silent', MAX_SENDS_PER_NUMBER: '1' } });
const describeWithStack = describeWith(stack);

function running() {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

const ask = (recipient: string, changes: Readonly<Record<string, unknown>> = {}): Promise<Exchange> =>
  exchange(running(), { body: aGatewayBody({ recipient, ...changes }) });

const faultNumber = (faults: readonly { name: string; number: string }[], name: string): string => {
  const row = faults.find((fault) => fault.name === name);
  if (row === undefined) throw new Error(`there is no fault ${name}`);
  return row.number;
};

beforeAll(async () => {
  if (stack === null) return;
  await stack.firestore.put('blocklist/US', {});
  await stack.firestore.put('blocklist/234-58', {});
  await stack.firestore.put('settings/gateway', { channels: { landline: 'block' } });
  await untilRulesAreRead(stack);
});

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('with BLOCK_RESPONSE=silent', () => {
  it.each([
    ['a place', '+12025550101', 'US', ''],
    ['no country', '+881600000000', 'no-country', ''],
    ['a network', testNumber(200), '234-58', 'lookup update'],
    ['a line type', NUMBERS.pager, 'type:pager', 'lookup update'],
    ['a landline', NUMBERS.landline, 'channels.landline', 'lookup update'],
  ])('a block by a rule is answered as if it were sent: %s', async (_what, recipient, rule, asked) => {
    expect(await ask(recipient)).toMatchObject({
      status: 200,
      code: 'suppressed',
      asked,
      delivered: [],
      line: {
        severity: 'NOTICE',
        event: 'otp.suppressed',
        outcome: 'suppressed',
        code: 'blocked',
        rule,
        ruleAction: 'block',
      },
    });
  });

  it.each(['60220', '60226', '60238', '60410', '60412', '60413', '60605'])(
    'a block by Twilio is answered as if it were sent: %s',
    async (name) => {
      const recipient = faultNumber(CREATE_FAULTS, name);
      expect(await ask(recipient)).toMatchObject({
        status: 200,
        code: 'suppressed',
        asked: 'create lookup update',
        delivered: [],
        line: {
          event: 'otp.failed',
          outcome: 'suppressed',
          code: 'blocked_by_provider',
          twilioCode: Number(name),
        },
      });
    },
  );

  it('the answer has the form of one that was sent', async () => {
    const sent = await ask(testNumber(1));
    const suppressed = await ask('+12025550102');

    expect(suppressed.answer.headers.get('content-type')).toBe(sent.answer.headers.get('content-type'));
    expect(Object.keys(suppressed.answer.body ?? {})).toEqual(Object.keys(sent.answer.body ?? {}));
    expect(sent).toMatchObject({ status: 200, code: 'sent', line: { event: 'otp.sent' } });
  });

  it.each<[string, string, Readonly<Record<string, unknown>>, number, string]>([
    ['no number', '+44 1', {}, 400, 'invalid_recipient'],
    ['a number that Lookup calls invalid', NUMBERS.invalid, {}, 400, 'invalid_recipient'],
    ['a number that Verify refuses', faultNumber(CREATE_FAULTS, '60200 To'), {}, 400, 'invalid_recipient'],
    ['a channel that nobody knows', testNumber(2), { channel: 'pigeon' }, 400, 'malformed_request'],
    ['no code', testNumber(2), { body: 'Hello' }, 422, 'code_not_found'],
    ['a message without a code', testNumber(2), { message_type: 'password_breach' }, 422, 'not_a_code'],
    ['a channel that is not enabled', testNumber(2), { channel: 'call' }, 422, 'channel_not_possible'],
    ['a landline for Verify', NUMBERS.landlineForSms, {}, 422, 'channel_not_possible'],
    ['too many sends, by Verify', faultNumber(CREATE_FAULTS, '60203'), {}, 429, 'rate_limited'],
    ['a limit that is reached', faultNumber(CREATE_FAULTS, '20429 limit'), {}, 429, 'rate_limited'],
    ['too many sends, by us', testNumber(1), { body: '654321' }, 429, 'rate_limited'],
    ['custom codes that are off', faultNumber(CREATE_FAULTS, '60204'), {}, 500, 'misconfigured'],
    ['a failure of Verify', faultNumber(CREATE_FAULTS, '500'), {}, 502, 'provider_error'],
    ['a Lookup that throttles', faultNumber(LOOKUP_FAULTS, '60616'), {}, 503, 'unavailable'],
    ['an unknown outcome', faultNumber(CREATE_FAULTS, 'reset'), {}, 504, 'provider_timeout'],
  ])('nothing else is hidden: %s', async (_what, recipient, changes, status, code) => {
    const seen = await ask(recipient, changes);

    expect(seen).toMatchObject({ status, code, line: { code } });
    expect(['otp.failed', 'request.refused']).toContain(seen.line['event']);
  });
});
