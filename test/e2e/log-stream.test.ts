import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { peakResidentMib } from '../../tools/load/peak-resident-mib.ts';
import { describeWith } from '../support/describe-with.ts';
import type { LogLine } from '../support/function-process.ts';
import {
  aLoginEvent,
  sampleLog,
  sampleNames,
  startLogStreamStack,
  type LogStreamAnswer,
} from '../support/log-stream-stack.ts';

const stack = await startLogStreamStack();
const { logStream, twilio, send, approved, token } = stack;

let index = 0;
function freshNumber(): string {
  index += 1;
  return testNumber(index % 200);
}

/** The line of a batch, which comes over a pipe and so may come after its answer. */
function batchLine({ requestId }: LogStreamAnswer): Promise<LogLine> {
  return logStream.waitForLog(
    (line) => line['event'] === 'feedback.batch' && line['requestId'] === requestId,
  );
}

/** All lines of a batch. */
async function linesOf(answer: LogStreamAnswer): Promise<readonly LogLine[]> {
  await batchLine(answer);
  return logStream.logs().filter(({ requestId }) => requestId === answer.requestId);
}

beforeEach(() => {
  twilio.simulator.reset();
});

afterAll(async () => {
  await stack.stop();
});

describe('a login by code', () => {
  it('is reported to Verify, and the verification is approved', async () => {
    const number = freshNumber();
    await twilio.create({ To: number });
    const answer = await send([aLoginEvent(number)]);

    expect(answer).toMatchObject({ status: 200, code: 'processed' });
    expect(approved()).toEqual([number]);
    expect(twilio.simulator.seen.at(-1)).toMatchObject({ params: { Status: 'approved' }, status: 200 });
  });

  it('has one line for the batch and one for itself, with the number masked', async () => {
    const number = freshNumber();
    await twilio.create({ To: number });
    const lines = await linesOf(await send([aLoginEvent(number)]));

    expect(lines[0]).toMatchObject({
      event: 'feedback.approved',
      number: `+44••••••${number.slice(-2)}`,
      country: 'GB',
    });
    expect(lines[1]).toMatchObject({
      event: 'feedback.batch',
      severity: 'INFO',
      code: 'processed',
      counts: { received: 1, relevant: 1, approved: 1, failed: 0 },
    });
  });
});

describe('each format under each content type', () => {
  const events = (): object[] => [aLoginEvent(freshNumber()), aLoginEvent(freshNumber())];
  const formats: readonly (readonly [string, (two: object[]) => string])[] = [
    ['a JSON array', (two) => JSON.stringify(two)],
    ['an object with logs', (two) => JSON.stringify({ logs: two })],
    ['JSON Lines', (two) => two.map((event) => JSON.stringify(event)).join('\n')],
    [
      'JSON Lines with CRLF, a BOM and blank lines',
      (two) => '\ufeff' + two.map((event) => JSON.stringify(event) + '\r\n\r\n').join(''),
    ],
    ['indented JSON', (two) => JSON.stringify(two, null, 2)],
    ['bare data', (two) => JSON.stringify(two.map((event) => ('data' in event ? event.data : null)))],
  ];
  const types = [
    'application/json',
    'application/jsonlines',
    'application/x-ndjson',
    'text/plain',
    'application/x-www-form-urlencoded',
    '',
  ];

  it.each(formats.flatMap(([name, write]) => types.map((type) => [name, type, write] as const)))(
    'is read: %s as "%s"',
    async (_name, contentType, write) => {
      expect(await send(write(events()), { contentType })).toMatchObject({ status: 200 });
      expect(approved()).toHaveLength(2);
    },
  );

  it('is read where it is a single event', async () => {
    expect(await send(aLoginEvent(freshNumber()))).toMatchObject({ status: 200 });
    expect(approved()).toHaveLength(1);
  });
});

describe('what the answer is', () => {
  it.each([
    ['an empty body', ''],
    ['white space', ' \r\n\n '],
    ['an empty list', '[]'],
    ['an empty list of logs', '{"logs":[]}'],
  ])('is 200 and no call for %s', async (_name, body) => {
    expect(await send(body)).toMatchObject({ status: 200 });
    expect(approved()).toEqual([]);
  });

  it.each([
    ['events that are no logins', { type: 'f' }],
    [
      'a login by another connection',
      { connection: 'Username-Password-Authentication', strategy: 'auth0', user_id: 'auth0|1' },
    ],
    ['a login that is older than 600 s', { date: new Date(Date.now() - 660_000).toISOString() }],
  ])('is 200 and no call for %s', async (_name, change) => {
    expect(await send([aLoginEvent(freshNumber(), change)])).toMatchObject({ status: 200 });
    expect(approved()).toEqual([]);
  });

  it('is 200 where nothing is pending, which Twilio answers with 404', async () => {
    const answer = await send([aLoginEvent(freshNumber())]);
    expect(answer).toMatchObject({ status: 200 });
    expect(await batchLine(answer)).toMatchObject({ counts: { nothingPending: 1 } });
  });

  it('is 200 where Twilio refuses the report for good', async () => {
    twilio.simulator.inject({ operation: 'verification.update', status: 400, code: 60200 });
    const answer = await send([aLoginEvent(freshNumber())]);
    expect(answer).toMatchObject({ status: 200 });
    expect(await batchLine(answer)).toMatchObject({ counts: { refused: 1 } });
  });

  it('is 200 where some lines are bad and others good, and the bad ones are counted', async () => {
    const lines = ['{"broken', JSON.stringify(aLoginEvent(freshNumber())), 'null', '}{'];
    const answer = await send(lines.join('\n'));
    expect(answer).toMatchObject({ status: 200 });
    expect(approved()).toHaveLength(1);
    expect(await batchLine(answer)).toMatchObject({ counts: { approved: 0, nothingPending: 1, bad: 3 } });
  });

  it.each(['not json', '<html></html>', '{"a":', '\u0000\u0001'])(
    'is 400 where nothing can be parsed: %j',
    async (body) => {
      expect(await send(body)).toMatchObject({ status: 400, code: 'malformed_request' });
      expect(approved()).toEqual([]);
    },
  );

  it.each([
    ['429', { status: 429, code: 20429 }],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['401', { status: 401, code: 20003 }],
    ['403', { status: 403, code: 20003 }],
    ['HTML with 502', { kind: 'html' as const }],
    ['a redirect', { kind: 'redirect' as const }],
    ['a connection that breaks', { kind: 'reset' as const }],
  ])('is 503 where Twilio fails for now: %s', async (_name, fault) => {
    twilio.simulator.inject({ operation: 'verification.update', ...fault, times: 10 });
    const answer = await send([aLoginEvent(freshNumber())]);

    expect(answer).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(await batchLine(answer)).toMatchObject({ counts: { failed: 1 } });
  });

  it('is 503 where Twilio fails for now for a login of which nobody knows when it happened', async () => {
    twilio.simulator.inject({ operation: 'verification.update', status: 500, times: 10 });
    const answer = await send([aLoginEvent(freshNumber(), { date: 'soon' })]);
    expect(answer).toMatchObject({ status: 503, code: 'unavailable' });
  });

  it.each([
    ['10 MB', { kind: 'big' as const }],
    ['half of it', { kind: 'half' as const }],
    ['no JSON', { kind: 'text' as const }],
  ])('is 200, after one call, where the status has come and the rest is %s', async (_name, fault) => {
    twilio.simulator.inject({ operation: 'verification.update', status: 200, ...fault });

    expect(await send([aLoginEvent(freshNumber())])).toMatchObject({ status: 200 });
    expect(approved()).toHaveLength(1);
  });

  it.each([
    ['does not answer', {}],
    ['refuses connections', { TWILIO_API_BASE_URL: 'http://127.0.0.1:1' }],
  ])('is 503, within its deadline, where Twilio %s', async (_name, env) => {
    const hurried = await startLogStreamStack({ env: { BATCH_DEADLINE_MS: '1500', ...env } });
    hurried.twilio.simulator.inject({ operation: 'verification.update', kind: 'hang', times: 10 });
    const answer = await hurried.send([aLoginEvent(freshNumber())]);

    expect(answer).toMatchObject({ status: 503, code: 'unavailable' });
    await hurried.stop();
  });

  it('is 200 after a failure that a repetition mends', async () => {
    twilio.simulator.inject({ operation: 'verification.update', status: 500 });
    expect(await send([aLoginEvent(freshNumber())])).toMatchObject({ status: 200 });
    expect(approved()).toHaveLength(2);
  });

  it('is 401 for another token, before anything is read', async () => {
    for (const authorization of [null, 'x'.repeat(36), `Basic ${token}`, `${token}x`]) {
      const answer = await send([aLoginEvent(freshNumber())], { authorization });
      expect(answer).toMatchObject({ status: 401, code: 'unauthenticated' });
    }
    expect(approved()).toEqual([]);
  });

  it('takes the token with Bearer before it', async () => {
    expect(await send([], { authorization: `Bearer ${token}` })).toMatchObject({ status: 200 });
  });

  it('is 200 for a body of 32 MiB and 413 above that, which every caller gets to read', async () => {
    const largest = ' '.repeat(32 * 1024 * 1024);
    expect(await send(largest)).toMatchObject({ status: 200 });
    for (let round = 0; round < 5; round += 1) {
      expect(await send(`${largest} `)).toMatchObject({ status: 413 });
    }
    expect(approved()).toEqual([]);
  });

  it('is 415 for a compressed body', async () => {
    expect(await send([], { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 415 });
  });
});

/** What the design makes of each made sample: how many approvals are asked for. */
const CALLS: Readonly<Record<string, number>> = {
  's-sms-universal-login.json': 1,
  'scoa-sms-classic.json': 1,
  'sepft-sms-passwordless-otp-grant.json': 1,
  'seacft-sms-user.json': 1,
  's-sms-linked-account-no-phone.json': 0,
  's-sms-pii-masked.json': 0,
  's-sms-pii-hashed.json': 0,
  's-email-passwordless-ignore.json': 0,
  's-db-phone-identifier-otp.json': 0,
  'cs-sms.json': 0,
  'fepotpft-sms-wrong-code.json': 0,
  'ssa-sms-silent-ignore.json': 0,
  'limit_phone.json': 0,
  'batch.jsonarray.json': 1,
  'batch.jsonlines.txt': 1,
  'batch.jsonobject.json': 1,
};

describe('the made samples', () => {
  it.each(sampleNames())('have their expected end: %s', async (name) => {
    // Another identity each time: what is done is remembered.
    const text = sampleLog(name).replace(/"log_id": ?"\d{3}/g, (id) => id.slice(0, -3) + String(100 + index));
    index += 1;
    expect(await send(text)).toMatchObject({ status: 200 });
    expect(approved()).toHaveLength(CALLS[name] ?? -1);
  });

  it('have one warning for the batch where numbers are masked', async () => {
    const answer = await send(
      `[${sampleLog('s-sms-pii-masked.json')},${sampleLog('s-sms-pii-hashed.json')}]`,
    );
    const warnings = (await linesOf(answer)).filter(({ severity }) => severity === 'WARNING');

    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ counts: { masked: 2 } });
  });
});

describe('what is no proof of a code', () => {
  it('gives no call: a session of a database user that is used again, and its token exchange', async () => {
    const user = { user_id: 'auth0|1', user_name: 'someone@example.com' };
    const reused = {
      type: 's',
      connection: '',
      connection_id: '',
      strategy: undefined,
      details: { prompts: [] },
      ...user,
    };
    const exchanged = { type: 'seacft', connection: undefined, strategy: undefined, ...user };
    const answer = await send([aLoginEvent('x', reused), aLoginEvent('x', exchanged)]);

    expect(approved()).toEqual([]);
    expect(await batchLine(answer)).toMatchObject({ counts: { received: 2, relevant: 0 } });
  });
});

describe('a batch that comes again', () => {
  it('repeats nothing that succeeded', async () => {
    const events = [aLoginEvent(freshNumber()), aLoginEvent(freshNumber())];
    await send(events);
    twilio.simulator.reset();
    const answer = await send(events);

    expect(approved()).toEqual([]);
    expect(await batchLine(answer)).toMatchObject({ counts: { remembered: 2 } });
  });

  it('finishes what was left', async () => {
    const [first, second] = [freshNumber(), freshNumber()];
    const events = [aLoginEvent(first), aLoginEvent(second)];
    expect(await send(events.slice(0, 1))).toMatchObject({ status: 200 });
    twilio.simulator.inject({ operation: 'verification.update', status: 500, times: 4 });
    expect(await send(events)).toMatchObject({ status: 503 });
    twilio.simulator.reset();
    expect(await send(events)).toMatchObject({ status: 200 });

    expect(approved()).toEqual([second]);
  });

  it('approves a later login of the same number again', async () => {
    const number = freshNumber();
    await send([aLoginEvent(number)]);
    await send([aLoginEvent(number)]);
    expect(approved()).toEqual([number, number]);
  });

  it('names one number twice and has it approved once', async () => {
    const number = freshNumber();
    await send([
      aLoginEvent(number),
      aLoginEvent(number, { type: 'seacft', connection: undefined, strategy: undefined }),
    ]);
    expect(approved()).toEqual([number]);
  });
});

describe('the size that it is made for, a batch of 10,000 events with 100 logins,', () => {
  const canMeasure = peakResidentMib(logStream.pid) !== null;
  let answer: LogStreamAnswer;
  let calls: readonly (string | null)[];
  let atOnce: number;

  beforeAll(async () => {
    twilio.simulator.reset();
    twilio.simulator.change({ latencyMs: 80 });
    const noise = { type: 'f', connection: 'Username-Password-Authentication', description: 'x'.repeat(900) };
    const events = Array.from({ length: 10_000 }, (_, at) => {
      if (at % 100 === 0) return aLoginEvent(testNumber(200 + at / 100));
      return aLoginEvent('+447700900999', { ...noise, strategy: 'auth0', user_id: 'auth0|1' });
    });
    answer = await send(events);
    calls = approved();
    atOnce = twilio.simulator.maximumConcurrency('verification.update');
  });

  it('is 100 calls, 16 at a time', () => {
    expect(answer).toMatchObject({ status: 200 });
    expect(calls).toHaveLength(100);
    expect(atOnce).toBeLessThanOrEqual(16);
  });

  describeWith(canMeasure ? logStream : null)('in memory', () => {
    it('has a bound', () => {
      expect(peakResidentMib(logStream.pid)).toBeLessThan(300);
    });
  });
});

describe('an instance that is killed in the middle of a batch', () => {
  it('has every login approved at least once when the batch comes again', async () => {
    const simulator = { latencyMs: 150 };
    const first = await startLogStreamStack({ simulator });
    const numbers = Array.from({ length: 40 }, (_, at) => testNumber(at));
    for (const number of numbers) await first.twilio.create({ To: number });
    const events = numbers.map((number) => aLoginEvent(number));
    const interrupted = first.send(events).catch(() => 'interrupted');
    await first.twilio.control('GET', 'calls');
    while (first.approved().length < 16) await new Promise((resolve) => setTimeout(resolve, 10));
    await first.logStream.stop('SIGKILL');
    expect(await interrupted).toBe('interrupted');

    const second = await startLogStreamStack({ env: { TWILIO_API_BASE_URL: first.twilio.url } });
    const answer = await second.send(events);
    await second.stop();
    const asked = new Set(first.approved());
    await first.stop();

    expect(answer).toMatchObject({ status: 200 });
    expect(numbers.filter((number) => !asked.has(number))).toEqual([]);
  });
});
