import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { LOOKUP_FAULTS } from '../../tools/twilio-simulator/lookup-faults.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { startSimulatedTwilio } from '../support/simulated-twilio.ts';

const number = NUMBERS.ordinary;
const { simulator, ask, create, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(() => stop());

describe('Lookup', () => {
  const lookUp = (to: string, fields = '?Fields=line_type_intelligence') =>
    ask(`/v2/PhoneNumbers/${to}${fields}`);
  const intelligenceOf = async (to: string) => (await lookUp(to)).body['line_type_intelligence'];
  const line = (
    mcc: string | null,
    mnc: string | null,
    name: string | null,
    type: string | null,
    error: number | null,
  ) => ({
    mobile_country_code: mcc,
    mobile_network_code: mnc,
    carrier_name: name,
    type,
    error_code: error,
  });

  it.each([
    ['an ordinary number', testNumber(7), line('234', '10', 'O2 - UK', 'mobile', null)],
    ['Pronto', NUMBERS.manx, line('234', '58', 'Pronto (Manx Telecom)', 'mobile', null)],
    ['Sure', testNumber(499), line('234', '55', 'Sure', 'mobile', null)],
    ['a number without MNC', NUMBERS.mncNull, line('234', null, 'Simulated Mobile', 'mobile', null)],
    ['a number without approval', NUMBERS.withoutCarrier, line(null, null, null, null, 60601)],
    ['no intelligence', NUMBERS.noIntelligence, null],
    ['a fictional US number', '+15555550123', line('310', '260', 'T-Mobile USA, Inc.', 'mobile', null)],
    ['a Canadian number', '+16045550123', line(null, null, null, null, 60601)],
    ['Brazil', '+5511000000000', line('724', '05', 'Claro BR', 'mobile', null)],
    ['the Isle of Man', '+447624000000', line('234', '58', 'Manx Telecom', 'mobile', null)],
    [
      'a country that is not in the table',
      '+68500000',
      line('999', '99', 'Simulated Mobile', 'mobile', null),
    ],
  ])('knows %s', async (_name, to, expected) => {
    await expect(intelligenceOf(to)).resolves.toEqual(expected);
  });

  it.each([...NUMBERS.byLineType])('knows a number of type %s', async (type, to) => {
    await expect(intelligenceOf(to)).resolves.toMatchObject({ type, mobile_network_code: null });
  });

  it('has a number for each type', () => {
    expect([...NUMBERS.byLineType.keys()].join(' ')).toBe(
      'landline fixedVoip nonFixedVoip personal tollFree premium sharedCost uan voicemail pager unknown',
    );
  });

  it.each([
    ['TOO_SHORT', '+4477009'],
    ['TOO_LONG', '+4477009000010000'],
    ['INVALID_BUT_POSSIBLE', NUMBERS.invalid],
  ])('says %s with status 200', async (reason, to) => {
    const { status, body } = await lookUp(to);

    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: false, validation_errors: [reason], line_type_intelligence: null });
  });

  it('says nothing of the line unless it is asked', async () => {
    expect((await lookUp(number, '')).body).toMatchObject({ valid: true, line_type_intelligence: null });
    expect((await lookUp(number, '?Fields=line_type_inteligence')).status).toBe(400);
  });

  it('knows the numbers of the settings first', async () => {
    simulator.change({ numbers: new Map([[number, null]]) });
    await expect(intelligenceOf(number)).resolves.toBeNull();
  });

  it.each(LOOKUP_FAULTS.filter(({ fault }) => fault.code !== undefined))(
    'refuses $number with $fault.status/$fault.code',
    async ({ number: to, fault }) => {
      expect((await lookUp(to)).body).toMatchObject({ status: fault.status, code: fault.code });
      expect((await create({ To: to })).status).toBe(201);
    },
  );

  it('answers late where that is asked for', async () => {
    const startedAt = performance.now();

    await expect(intelligenceOf(NUMBERS.slowLookup)).resolves.toMatchObject({ type: 'mobile' });
    expect(performance.now() - startedAt).toBeGreaterThan(290);
  });
});
