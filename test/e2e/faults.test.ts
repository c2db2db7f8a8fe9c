import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { waitUntil } from '../../tools/local-stack/wait-until.ts';
import type { Fault } from '../../tools/twilio-simulator/fault.ts';
import type { Operation } from '../../tools/twilio-simulator/operation.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import type { WireFault } from '../support/fault-proxy.ts';
import { startFaultyStack, type FaultyGateway } from '../support/faulty-stack.ts';

// What the gateway does when what it asks is broken (design §3 to §5), on the wire: connections by the proxy, answers by
// the simulator. A message is never sent twice, whatever happens.

const stack = await startFaultyStack();
const gateway = await stack.startGateway({ FAIL_OPEN_PER_MINUTE: '1000' });
const { simulator, toTwilio, toFirestore, rules } = stack;

type Step = 'lookup' | 'cancel' | 'create';

const STEPS: Readonly<Record<Step, RegExp>> = {
  lookup: /^GET \/v2\/PhoneNumbers\//,
  cancel: /^POST \/v2\/Services\/\w+\/Verifications\//,
  create: /^POST \/v2\/Services\/\w+\/Verifications /,
};

const OPERATIONS: Readonly<Record<Step, Operation>> = {
  lookup: 'lookup',
  cancel: 'verification.update',
  create: 'verification.create',
};

let numbers = 0;
/** A number that no other case has used. */
function freshNumber(): string {
  numbers += 1;
  return testNumber(numbers % 200);
}

let codes = 100_000;
function freshCode(): string {
  codes += 1;
  return String(codes);
}

/** How often a step reached the wire, attempts that broke included. */
function attempts(step: Step): number {
  return toTwilio.requests.filter((line) => STEPS[step].test(line)).length;
}

/** Spoils one step and lets the others pass. */
function spoil(step: Step, fault: WireFault, times = Infinity): void {
  let left = times;
  toTwilio.spoil((line) => {
    if (!STEPS[step].test(line) || left === 0) return 'pass';
    left -= 1;
    return fault;
  });
}

interface Seen {
  readonly status: number;
  readonly code: unknown;
  readonly line: Readonly<Record<string, unknown>>;
  /** Attempts on the wire. */
  readonly tried: Readonly<Record<Step, number>>;
  readonly delivered: number;
}

/** Asks for one send to a number and a code of its own, and looks at all that came of it. */
async function ask(asked: FaultyGateway, recipient = freshNumber()): Promise<Seen> {
  const before = { lookup: attempts('lookup'), cancel: attempts('cancel'), create: attempts('create') };
  const code = freshCode();
  const answer = await asked.send({ recipient, code });
  const line = await asked.lineOf(answer);
  return {
    status: answer.status,
    code: answer.body['code'],
    line,
    tried: {
      lookup: attempts('lookup') - before.lookup,
      cancel: attempts('cancel') - before.cancel,
      create: attempts('create') - before.create,
    },
    delivered: simulator.delivered.filter((message) => message.code === code).length,
  };
}

beforeEach(async () => {
  simulator.reset();
  rules.misbehave(null);
  await toTwilio.heal();
  await toFirestore.heal();
});

afterAll(async () => {
  await stack.stop();
});

describe('a broken connection to Lookup', () => {
  it.each<[WireFault, number]>([
    // A time-out is not repeated; a lost connection is, once.
    ['black-hole', 1],
    ['reset-unseen', 2],
    ['reset-unanswered', 2],
    ['reset-midway', 2],
    ['half', 2],
  ])('opens the gate, within its budget, and is named: %s', async (fault, tries) => {
    spoil('lookup', fault);

    expect(await ask(gateway)).toMatchObject({
      status: 200,
      code: 'sent',
      tried: { lookup: tries, cancel: 1, create: 1 },
      delivered: 1,
      line: { event: 'otp.sent', lookup: 'unavailable' },
    });
  });

  it.each<WireFault>(['reset-unseen', 'reset-unanswered', 'half'])(
    'is made good by one repetition: %s',
    async (fault) => {
      spoil('lookup', fault, 1);

      expect(await ask(gateway)).toMatchObject({
        status: 200,
        tried: { lookup: 2 },
        delivered: 1,
        line: { lookup: 'fresh' },
      });
    },
  );

  it('is waited for while there is time', async () => {
    spoil('lookup', { delayMs: 400 });

    expect(await ask(gateway)).toMatchObject({
      status: 200,
      tried: { lookup: 1 },
      line: { lookup: 'fresh' },
    });
  });
});

describe('a broken connection while what is pending is cancelled', () => {
  it.each<[WireFault, number, string | undefined]>([
    ['black-hole', 1, 'provider_timeout'],
    ['reset-unseen', 2, 'provider_timeout'],
    ['reset-unanswered', 2, 'provider_timeout'],
    // The status of an answer that breaks off says what became of it: 404, nothing is pending.
    ['reset-midway', 1, undefined],
    ['half', 1, undefined],
    [{ delayMs: 400 }, 1, undefined],
  ])('does not stop the send: %j', async (fault, tries, cancel) => {
    spoil('cancel', fault);
    const seen = await ask(gateway);

    expect(seen).toMatchObject({
      status: 200,
      code: 'sent',
      tried: { cancel: tries, create: 1 },
      delivered: 1,
    });
    expect(seen.line['cancel']).toBe(cancel);
  });
});

describe('a broken connection while a code is sent', () => {
  it.each<[WireFault, number, string, number]>([
    ['black-hole', 504, 'provider_timeout', 0],
    ['reset-unseen', 504, 'provider_timeout', 0],
    ['reset-unanswered', 504, 'provider_timeout', 1],
    // The status had come: it is sent.
    ['reset-midway', 200, 'sent', 1],
    ['half', 200, 'sent', 1],
    [{ delayMs: 400 }, 200, 'sent', 1],
  ])('is never followed by a second attempt: %j', async (fault, status, code, delivered) => {
    spoil('create', fault);

    expect(await ask(gateway)).toMatchObject({ status, code, tried: { create: 1 }, delivered });
  });

  it('does not count as sent: the same request again is sent, not called a duplicate', async () => {
    const recipient = freshNumber();
    const code = freshCode();
    spoil('create', 'reset-unseen', 1);
    const first = await gateway.send({ recipient, code });
    const second = await gateway.send({ recipient, code });

    expect([first.status, second.status, second.body['code']]).toEqual([504, 200, 'sent']);
    expect(simulator.delivered).toHaveLength(1);
  });
});

describe('Twilio that refuses connections', () => {
  it('is a 502, after one repetition, with nothing sent; and all is well once it is back', async () => {
    await toTwilio.refuse();
    const refused = await ask(gateway);
    await toTwilio.heal();

    expect(refused).toMatchObject({
      status: 502,
      code: 'provider_error',
      delivered: 0,
      line: { event: 'otp.failed', lookup: 'unavailable', cancel: 'provider_error' },
    });
    expect(await ask(gateway)).toMatchObject({ status: 200, delivered: 1, line: { lookup: 'fresh' } });
  });
});

interface AnswerRow {
  readonly fault: Fault;
  readonly status: number;
  readonly code: string;
  /** How often the step is tried. */
  readonly tries: number;
  readonly delivered?: number;
  readonly line?: Readonly<Record<string, unknown>>;
}

/** Makes every answer of one step bad. */
function injectAlways(step: Step, fault: Fault): void {
  simulator.inject({ operation: OPERATIONS[step], times: 10, ...fault });
}

describe('a bad answer of Lookup', () => {
  const unavailable = { status: 200, code: 'sent', delivered: 1, line: { lookup: 'unavailable' } } as const;
  const misconfigured = { status: 500, code: 'misconfigured', delivered: 0 } as const;

  it.each<[string, AnswerRow]>([
    ['500', { fault: { status: 500 }, tries: 2, ...unavailable }],
    ['503', { fault: { status: 503 }, tries: 2, ...unavailable }],
    ['HTML with 502', { fault: { kind: 'html' }, tries: 2, ...unavailable }],
    ['HTML with 200', { fault: { status: 200, kind: 'html' }, tries: 1, ...unavailable }],
    ['10 MB', { fault: { kind: 'big' }, tries: 1, ...unavailable }],
    ['a redirect', { fault: { kind: 'redirect' }, tries: 1, ...unavailable }],
    [
      '429',
      { fault: { status: 429, code: 60616 }, tries: 1, status: 503, code: 'unavailable', delivered: 0 },
    ],
    ['a refused credential', { fault: { status: 401, code: 20003 }, tries: 1, ...misconfigured }],
    ['a refused package', { fault: { status: 403, code: 60606 }, tries: 1, ...misconfigured }],
  ])(
    'is answered as the contract says: %s',
    async (_name, { fault, status, code, tries, delivered, line }) => {
      injectAlways('lookup', fault);
      const seen = await ask(gateway);

      expect(seen).toMatchObject({ status, code, delivered, tried: { lookup: tries, create: delivered } });
      expect(seen.line).toMatchObject(line ?? { code });
    },
  );
});

describe('a bad answer while what is pending is cancelled', () => {
  it.each<[string, Fault, string | undefined]>([
    ['500', { status: 500 }, 'provider_error'],
    ['HTML with 502', { kind: 'html' }, 'provider_error'],
    ['10 MB, with 404', { kind: 'big' }, undefined],
    ['a redirect', { kind: 'redirect' }, 'provider_error'],
    ['429', { status: 429, code: 20429 }, 'provider_error'],
    ['a refused credential', { status: 401, code: 20003 }, 'misconfigured'],
  ])('does not stop the send: %s', async (_name, fault, cancel) => {
    injectAlways('cancel', fault);
    const seen = await ask(gateway);

    expect(seen).toMatchObject({ status: 200, code: 'sent', tried: { cancel: 1, create: 1 }, delivered: 1 });
    expect(seen.line['cancel']).toBe(cancel);
  });

  it('raises the alarm where the credential is refused', async () => {
    injectAlways('cancel', { status: 401, code: 20003 });
    const { line } = await ask(gateway);

    expect(
      await gateway.process.waitForLog(
        ({ event, requestId }) => event === 'config.fault' && requestId === line['requestId'],
      ),
    ).toMatchObject({ severity: 'ERROR', code: 'misconfigured' });
  });
});

describe('a bad answer while a code is sent', () => {
  const limited = { 'Twilio-Reached-Rate-Limit': 'ip_and_phone' };

  it.each<[string, AnswerRow]>([
    ['500', { fault: { status: 500 }, tries: 1, status: 502, code: 'provider_error' }],
    ['503', { fault: { status: 503 }, tries: 2, status: 502, code: 'provider_error' }],
    ['HTML with 502', { fault: { kind: 'html' }, tries: 1, status: 502, code: 'provider_error' }],
    ['10 MB with 201', { fault: { kind: 'big' }, tries: 1, status: 200, code: 'sent', delivered: 1 }],
    ['no JSON with 201', { fault: { kind: 'text' }, tries: 1, status: 200, code: 'sent', delivered: 1 }],
    ['a redirect', { fault: { kind: 'redirect' }, tries: 1, status: 502, code: 'provider_error' }],
    [
      '429 of the account',
      { fault: { status: 429, code: 20429 }, tries: 2, status: 429, code: 'rate_limited' },
    ],
    [
      '429 of a limit',
      { fault: { status: 429, code: 20429, headers: limited }, tries: 1, status: 429, code: 'rate_limited' },
    ],
    [
      'a refused credential',
      { fault: { status: 401, code: 20003 }, tries: 1, status: 500, code: 'misconfigured' },
    ],
    [
      'Fraud Guard',
      { fault: { status: 403, code: 60410 }, tries: 1, status: 403, code: 'blocked_by_provider' },
    ],
  ])('is answered as the contract says: %s', async (_name, { fault, status, code, tries, delivered = 0 }) => {
    injectAlways('create', fault);

    expect(await ask(gateway)).toMatchObject({ status, code, tried: { create: tries }, delivered });
  });

  it.each([
    ['503', { status: 503 }],
    ['429 of the account', { status: 429, code: 20429 }],
  ])('is made good by one repetition where nothing was sent: %s', async (_name, fault) => {
    simulator.inject({ operation: 'verification.create', ...fault });

    expect(await ask(gateway)).toMatchObject({
      status: 200,
      code: 'sent',
      tried: { create: 2 },
      delivered: 1,
    });
  });

  it('is never sought elsewhere: no redirect is followed, by any step', async () => {
    for (const step of ['lookup', 'cancel', 'create'] as const) injectAlways(step, { kind: 'redirect' });
    await ask(gateway);

    expect(toTwilio.requests.filter((line) => line.includes('redirected'))).toEqual([]);
  });
});

/** What a Firestore can do wrong: on the wire, or by its answer. */
type FirestoreFault = WireFault | 'refuse' | ((outgoing: ServerResponse) => void);

const answering =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  (outgoing: ServerResponse): void => {
    outgoing.writeHead(status, headers).end(body);
  };

async function spoilFirestore(fault: FirestoreFault): Promise<void> {
  if (fault === 'refuse') {
    await toFirestore.refuse();
    return;
  }
  if (typeof fault === 'function') rules.misbehave(fault);
  else toFirestore.spoil(() => fault);
}

async function healFirestore(): Promise<void> {
  rules.misbehave(null);
  await toFirestore.heal();
}

const FIRESTORE_FAULTS: readonly (readonly [string, FirestoreFault])[] = [
  ['refused', 'refuse'],
  ['black-holed', 'black-hole'],
  ['reset', 'reset-unseen'],
  ['reset in the middle', 'reset-midway'],
  ['half an answer', 'half'],
  ['HTML', answering(200, '<html></html>', { 'content-type': 'text/html' })],
  ['10 MB', answering(200, ' '.repeat(10_000_000))],
  ['a redirect', answering(302, '', { location: 'http://127.0.0.1:1/elsewhere' })],
  ['429', answering(429, '{}')],
  ['503', answering(503, '{}')],
  ['a refused credential', answering(403, '{}')],
  ['JSON of another shape', answering(200, '{"documents":[{"name":5}]}')],
];

/** Of a network that the one rule blocks. */
const LISTED = testNumber(250);

/** Asks, which has the rules read, until a line is there. */
async function askUntilLogged(asked: FaultyGateway, event: string, from = 0): Promise<boolean> {
  return waitUntil(async () => {
    await asked.send({ recipient: LISTED, code: freshCode() });
    return asked.process.logs().some((line, index) => index >= from && line['event'] === event);
  }, 20_000);
}

describe('Firestore that goes away while the rules are known', () => {
  it.each(FIRESTORE_FAULTS)(
    'changes nothing for those who log in, and nothing for what is listed: %s',
    async (_name, fault) => {
      const warm = await stack.startGateway();
      await askUntilLogged(warm, 'rules.refreshed');
      await spoilFirestore(fault);
      expect(await askUntilLogged(warm, 'rules.stale')).toBe(true);

      expect(await ask(warm)).toMatchObject({ status: 200, code: 'sent', delivered: 1 });
      expect(await ask(warm, LISTED)).toMatchObject({ status: 403, delivered: 0, line: { rule: '234-58' } });

      await healFirestore();
      expect(await askUntilLogged(warm, 'rules.refreshed', warm.process.logs().length)).toBe(true);
      expect(await warm.process.stop()).toBe(0);
    },
  );
});

describe('Firestore that is away when an instance starts', () => {
  it.each(FIRESTORE_FAULTS)(
    'lets through what no rule that is built in blocks, and the rules hold once it is back: %s',
    async (_name, fault) => {
      await spoilFirestore(fault);
      const cold = await stack.startGateway();
      const first = await ask(cold);
      await healFirestore();

      expect(first).toMatchObject({ status: 200, code: 'sent', delivered: 1 });
      expect(await askUntilLogged(cold, 'rules.refreshed')).toBe(true);
      expect(await ask(cold, LISTED)).toMatchObject({ status: 403, delivered: 0, line: { rule: '234-58' } });
      expect(await cold.process.stop()).toBe(0);
    },
  );

  it('is waited for while it is slow', async () => {
    toFirestore.spoil(() => ({ delayMs: 2000 }));
    const cold = await stack.startGateway();

    expect(await ask(cold, LISTED)).toMatchObject({ status: 403, line: { rule: '234-58' } });
    expect(await cold.process.stop()).toBe(0);
  });
});

describe('a circuit', () => {
  it('opens before Verify after 20 starts that failed in a row, and closes again once Verify is back', async () => {
    const own = await stack.startGateway({ FAIL_OPEN_PER_MINUTE: '1000' });
    spoil('create', 'reset-unseen');
    for (let sends = 0; sends < 20; sends += 1) expect(await ask(own)).toMatchObject({ status: 504 });
    const { line, ...seen } = await ask(own);

    expect(seen).toMatchObject({ status: 503, code: 'unavailable', tried: { create: 0 }, delivered: 0 });
    expect(line).toMatchObject({ event: 'otp.failed', code: 'unavailable' });
    await toTwilio.heal();
    const before = simulator.delivered.length;
    const isBack = await waitUntil(async () => (await ask(own)).status === 200, 10_000);
    expect(isBack).toBe(true);
    expect(simulator.delivered).toHaveLength(before + 1);
    expect(await own.process.stop()).toBe(0);
  });

  it('sends nothing to find out whether Verify is back, and lets nobody wait for one that hangs', async () => {
    const own = await stack.startGateway({ FAIL_OPEN_PER_MINUTE: '1000' });
    spoil('create', 'reset-unseen');
    for (let sends = 0; sends < 20; sends += 1) await ask(own);
    toTwilio.spoil((line) => (line.startsWith('GET /v2/PhoneNumbers/') ? 'pass' : 'black-hole'));

    // Nobody asks Verify within the first second; then the one who does learns nothing.
    const answers: Seen[] = [];
    const isAsked = await waitUntil(async () => {
      answers.push(await ask(own));
      return answers.at(-1)?.tried.cancel === 1;
    }, 10_000);

    expect(isAsked).toBe(true);
    for (const { status, code, tried, delivered } of answers) {
      expect({ status, code, create: tried.create, lookup: tried.lookup, delivered }).toEqual({
        status: 503,
        code: 'unavailable',
        create: 0,
        lookup: 0,
        delivered: 0,
      });
    }
    expect(await own.process.stop()).toBe(0);
  });

  it('tells callers to come back in a second', async () => {
    const own = await stack.startGateway({ FAIL_OPEN_PER_MINUTE: '1000' });
    spoil('create', 'reset-unseen');
    for (let sends = 0; sends < 20; sends += 1) await ask(own);
    const answer = await own.send({ recipient: freshNumber(), code: freshCode() });

    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(await own.process.stop()).toBe(0);
  });

  it('before cancelling stops no send, and opens none before starts', async () => {
    const own = await stack.startGateway();
    spoil('cancel', 'reset-unseen');
    for (let sends = 0; sends < 20; sends += 1) await ask(own);
    const { line, ...seen } = await ask(own);

    expect(seen).toMatchObject({ status: 200, tried: { cancel: 0, create: 1 }, delivered: 1 });
    expect(line).toMatchObject({ cancel: 'unavailable' });
    expect(await own.process.stop()).toBe(0);
  });

  it('opens before Lookup without a word of Verify, and closes again once Lookup is back', async () => {
    const own = await stack.startGateway({ FAIL_OPEN_PER_MINUTE: '1000' });
    spoil('lookup', 'reset-unseen');
    for (let sends = 0; sends < 20; sends += 1) await ask(own);

    expect(await ask(own)).toMatchObject({
      status: 200,
      delivered: 1,
      tried: { lookup: 0, create: 1 },
      line: { lookup: 'unavailable' },
    });
    await toTwilio.heal();
    const isBack = await waitUntil(async () => (await ask(own)).line['lookup'] === 'fresh', 10_000);
    expect(isBack).toBe(true);
    expect(await own.process.stop()).toBe(0);
  });
});
