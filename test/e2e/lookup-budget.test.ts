import { afterAll, expect, it } from '@jest/globals';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { aGatewayBody } from '../support/a-gateway-body.ts';
import { startGatewayStack } from '../support/gateway-stack.ts';
import { describeWith } from '../support/describe-with.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';

const stack = await startGatewayStack({ env: { LOOKUPS_PER_PREFIX_PER_MINUTE: '2' } });
const describeStack = describeWith(stack);

afterAll(() => stack?.stop());

describeStack('LOOKUPS_PER_PREFIX_PER_MINUTE', () => {
  const send = async (recipient: string, code = '123456') => {
    const answer = await stack?.send({ body: aGatewayBody({ recipient, body: `Your code is ${code}` }) });
    return {
      status: answer?.status,
      code: answer?.body?.['code'],
      retryAfter: answer?.headers.get('retry-after'),
    };
  };
  const lookups = () => stack?.calls().filter((call) => call === 'lookup').length;

  it('answers 429 to the third number of a prefix, and asks neither Lookup nor Verify anything', async () => {
    expect(await send(testNumber(1))).toMatchObject({ status: 200 });
    expect(await send(testNumber(2))).toMatchObject({ status: 200 });
    const before = stack?.calls();
    expect(await send(testNumber(3))).toEqual({
      status: 429,
      code: 'rate_limited',
      retryAfter: expect.stringMatching(/^\d+$/),
    });
    expect(stack?.calls()).toEqual(before);
    expect(lookups()).toBe(2);
    expect(stack?.twilio.simulator.delivered).toHaveLength(2);
  });

  it('still sends to a number whose carrier is known, and to other prefixes', async () => {
    expect(await send(testNumber(1), '654321')).toMatchObject({ status: 200 });
    expect(await send('+12025550101')).toMatchObject({ status: 200 });
    expect(lookups()).toBe(3);
  });

  it('answers by rules first: a place that is blocked, a number that is let through', async () => {
    await stack?.firestore.put(`blocklist/${testNumber(4)}`, { action: 'block' });
    await stack?.firestore.put(`blocklist/${testNumber(5)}`, { action: 'allow' });
    if (stack !== null) await untilRulesAreRead(stack);
    expect(await send(testNumber(4))).toMatchObject({ status: 403, code: 'blocked' });
    expect(await send(testNumber(5))).toMatchObject({ status: 200 });
    expect(await send(testNumber(6))).toMatchObject({ status: 429 });
    expect(lookups()).toBe(3);
  });
});
