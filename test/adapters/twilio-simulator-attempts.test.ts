import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { inside, startSimulatedTwilio, VERIFICATIONS_PATH } from '../support/simulated-twilio.ts';

const MINUTE = 60_000;
const TEN_MINUTES = 10 * MINUTE;
const number = NUMBERS.ordinary;
const { simulator, url, ask, post, create, stop } = await startSimulatedTwilio();

afterEach(() => simulator.reset());
afterAll(() => stop());

describe('attempts', () => {
  const list = async (query: string) => (await ask(`/v2/Attempts?${query}`)).body;
  const tos = ({ attempts }: Readonly<Record<string, unknown>>) =>
    (Array.isArray(attempts) ? attempts : []).map((attempt) => inside(attempt, 'channel_data', 'to'));
  const second = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

  it('are found by what they are', async () => {
    await create({ To: testNumber(1) });
    await create({ To: testNumber(200), Channel: 'call' });
    await create({ To: '+15555550123' });
    await create({ To: 'a@example.com', Channel: 'email' });
    await post(`${VERIFICATIONS_PATH}/${testNumber(1)}`, { Status: 'approved' });

    expect(tos(await list(''))).toEqual(['+15555550123', testNumber(200), testNumber(1)]);
    expect(tos(await list('Country=US'))).toEqual(['+15555550123']);
    expect(tos(await list('Channel=call'))).toEqual([testNumber(200)]);
    expect(tos(await list('Status=converted'))).toEqual([testNumber(1)]);
    expect(tos(await list(`ChannelData.To=${encodeURIComponent(testNumber(200))}`))).toEqual([
      testNumber(200),
    ]);
    expect(tos(await list(`VerifyServiceSid=VA${'0'.repeat(32)}`))).toEqual([]);
    expect(tos(await list(`VerificationSid=${simulator.delivered[0]?.verificationSid ?? ''}`))).toEqual([
      testNumber(1),
    ]);
    // No parameter of the list: Twilio passes over it.
    expect(tos(await list('DestinationPrefix=%2B1'))).toHaveLength(3);
  });

  it('are found by their time', async () => {
    const start = Date.now();
    await create({ To: testNumber(1) });
    simulator.advanceClock(TEN_MINUTES);
    await create({ To: testNumber(2) });

    expect(tos(await list(`DateCreatedAfter=${second(start + MINUTE)}`))).toEqual([testNumber(2)]);
    expect(tos(await list(`DateCreatedBefore=${second(start + MINUTE)}`))).toEqual([testNumber(1)]);
    simulator.advanceClock(30 * 86_400_000 - MINUTE);
    expect(tos(await list(''))).toEqual([testNumber(2)]);
  });

  it('of one verification convert one by one: the newest', async () => {
    await create();
    await create();
    await post(`${VERIFICATIONS_PATH}/${number}`, { Status: 'approved' });
    simulator.advanceClock(TEN_MINUTES);

    const { attempts } = await list('');
    expect(attempts).toMatchObject([
      { conversion_status: 'converted', channel_data: { status: 'confirmed' } },
      { conversion_status: 'unconverted', channel_data: { status: 'expired' } },
    ]);
  });

  it('stay in their pages when more come', async () => {
    for (let index = 1; index <= 4; index += 1) await create({ To: testNumber(index) });
    const first = await list('PageSize=2');
    await create({ To: testNumber(5) });
    const next = inside(first, 'meta', 'next_page_url');

    expect(String(next).startsWith(`${url}/v2/Attempts?`)).toBe(true);
    expect(inside(first, 'meta', 'url')).toBe(`${url}/v2/Attempts?PageSize=2&Page=0`);
    const page = (await ask(String(next).slice(url.length))).body;
    expect(tos(page)).toEqual([testNumber(2), testNumber(1)]);
    expect(page['meta']).toMatchObject({ page: 1, page_size: 2, next_page_url: null, key: 'attempts' });
    expect(tos(await list('PageSize=2&Page=1'))).toEqual([testNumber(3), testNumber(2)]);
  });

  it.each([
    'PageSize=0',
    'PageSize=1001',
    'Page=-1',
    'PageToken=x',
    'Status=pending',
    'Channel=voice',
    'DateCreatedAfter=yesterday',
    'DateCreatedBefore=2026-13-01T00:00:00Z',
  ])('refuse %s', async (query) => {
    expect((await ask(`/v2/Attempts?${query}`)).body).toMatchObject({ status: 400, code: 60200 });
  });

  it('refuse a summary in the same way', async () => {
    expect((await ask('/v2/Attempts/Summary?Channel=voice')).status).toBe(400);
  });

  it('may be asked 100 times a minute, each way', async () => {
    const other = await startSimulatedTwilio({ attemptRequestsPerMinute: 2 });
    const statuses = async (path: string) => {
      const answers = [await other.ask(path), await other.ask(path), await other.ask(path)];
      return answers.map(({ status }) => status);
    };

    const both = [await statuses('/v2/Attempts'), await statuses('/v2/Attempts/Summary')];

    await other.stop();
    // A minute may end within one of the threes, not within both.
    expect(both).toContainEqual([200, 200, 429]);
  });
});
