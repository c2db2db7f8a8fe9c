import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import process from 'node:process';
import { waitUntil } from '../../tools/local-stack/wait-until.ts';
import { LOOKUP_FAULTS } from '../../tools/twilio-simulator/lookup-faults.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { exchange, lineOf, namesOf, type Exchange } from '../support/exchange.ts';
import {
  aGatewayBody,
  startGatewayBeside,
  startGatewayStack,
  type GatewayStack,
} from '../support/gateway-stack.ts';
import { untilRulesAreRead } from '../support/until-rules-are-read.ts';
import { describeWith } from '../support/describe-with.ts';

// What the gateway does while something that it asks does not answer (design §4), on the wire.

const stack = await startGatewayStack();
const describeWithStack = describeWith(stack);
/** Nobody listens there. */
const NO_FIRESTORE = '127.0.0.1:1';

function running(): GatewayStack {
  if (stack === null) throw new Error('there is no stack');
  return stack;
}

let numbers = 0;
function freshNumber(): string {
  numbers += 1;
  return testNumber(numbers);
}

let codes = 100_000;
const ask = (recipient: string, gateway = running()): Promise<Exchange> => {
  codes += 1;
  return exchange(gateway, { body: aGatewayBody({ recipient, body: String(codes) }) });
};

/** A gateway for the tests of one block. */
function gatewayWith(env: Readonly<Record<string, string>>): () => GatewayStack {
  let started: GatewayStack | null = null;
  beforeAll(async () => {
    started = await startGatewayBeside(running(), env);
  });
  afterAll(async () => {
    await started?.stop();
  });
  return () => {
    if (started === null) throw new Error('the gateway has not started');
    return started;
  };
}

function lookupFault(name: string): string {
  const row = LOOKUP_FAULTS.find((fault) => fault.name === name);
  if (row === undefined) throw new Error(`there is no fault ${name}`);
  return row.number;
}

const eventsOf = ({ gateway }: GatewayStack, event: string) =>
  gateway.logs().filter((line) => line['event'] === event);

beforeEach(() => {
  stack?.twilio.simulator.reset();
});

afterAll(async () => {
  await stack?.stop();
});

describeWithStack('no rules from the start, with BLOCKLIST_FAILURE=allow, which is the default,', () => {
  const gateway = gatewayWith({ FIRESTORE_EMULATOR_HOST: NO_FIRESTORE });

  it('sends, looks up, and says that there are no rules', async () => {
    expect(await ask(freshNumber(), gateway())).toMatchObject({
      status: 200,
      code: 'sent',
      asked: 'create lookup update',
      line: { event: 'otp.sent' },
    });
    expect(eventsOf(gateway(), 'rules.stale')).toEqual([
      expect.objectContaining({ severity: 'WARNING', message: 'No rules could be read' }),
    ]);
  });

  it.each([
    ['a number of no country', '+881600000000', 'no-country', ''],
    ['a line type', NUMBERS.premium, 'type:premium', 'lookup update'],
  ])('still blocks what is built in: %s', async (_what, recipient, rule, asked) => {
    expect(await ask(recipient, gateway())).toMatchObject({ status: 403, asked, line: { rule } });
  });
});

describeWithStack('no rules from the start, with BLOCKLIST_FAILURE=deny,', () => {
  const gateway = gatewayWith({ FIRESTORE_EMULATOR_HOST: NO_FIRESTORE, BLOCKLIST_FAILURE: 'deny' });

  it('sends nothing and asks Twilio for nothing', async () => {
    expect(await ask(freshNumber(), gateway())).toMatchObject({
      status: 503,
      code: 'unavailable',
      asked: '',
      line: { severity: 'ERROR', event: 'otp.failed', code: 'unavailable' },
    });
  });
});

describeWithStack('Firestore that is gone while rules are known', () => {
  // Old enough for nothing but what BLOCKLIST_MAX_STALE_SECONDS says.
  const patient = gatewayWith({ BLOCKLIST_FAILURE: 'deny' });
  const strict = gatewayWith({ BLOCKLIST_FAILURE: 'deny', BLOCKLIST_MAX_STALE_SECONDS: '0' });
  const LONGEST_MS = 20_000;

  beforeAll(async () => {
    await running().firestore.put('blocklist/234-58', {});
    await untilRulesAreRead(patient());
    await untilRulesAreRead(strict());
  });
  // Hangs as long as it is stopped.
  beforeEach(() => {
    process.kill(running().firestore.pid, 'SIGSTOP');
  });
  afterEach(() => {
    process.kill(running().firestore.pid, 'SIGCONT');
  });

  /** Asks for a number that no rules let through, so that nothing is sent meanwhile. */
  const askUntil = async (
    gateway: GatewayStack,
    isWanted: (status: number) => boolean,
  ): Promise<Exchange> => {
    let last = await ask('+881600000000', gateway);
    await waitUntil(async () => {
      last = await ask('+881600000000', gateway);
      return isWanted(last.status);
    }, LONGEST_MS);
    return last;
  };

  it('leaves the last rules in force, and is named', async () => {
    await askUntil(patient(), () => eventsOf(patient(), 'rules.stale').length > 0);

    expect(eventsOf(patient(), 'rules.stale')).toEqual([
      expect.objectContaining({
        severity: 'WARNING',
        message: 'The rules could not be read again: the last ones are in force',
        rulesAge: expect.any(Number),
      }),
    ]);
    expect(await ask(testNumber(200), patient())).toMatchObject({ status: 403, line: { rule: '234-58' } });
    expect(await ask(freshNumber(), patient())).toMatchObject({ status: 200, line: { event: 'otp.sent' } });
  });

  it('counts as no rules once they are older than BLOCKLIST_MAX_STALE_SECONDS', async () => {
    expect(await askUntil(strict(), (status) => status === 503)).toMatchObject({
      status: 503,
      code: 'unavailable',
      asked: '',
    });
  });

  it('is forgotten once it answers again', async () => {
    await askUntil(strict(), (status) => status === 503);
    process.kill(running().firestore.pid, 'SIGCONT');

    expect(await askUntil(strict(), (status) => status !== 503)).toMatchObject({ status: 403 });
    expect(await ask(freshNumber(), strict())).toMatchObject({ status: 200, line: { event: 'otp.sent' } });
    expect(await ask(testNumber(201), strict())).toMatchObject({ status: 403, line: { rule: '234-58' } });
  });
});

describeWithStack('a Lookup that fails', () => {
  const deny = gatewayWith({ LOOKUP_FAILURE: 'deny' });

  it.each(['500', 'hang', 'html', 'reset', 'redirect'])(
    'lets the send through with LOOKUP_FAILURE=allow, which is the default: %s',
    async (name) => {
      expect(await ask(lookupFault(name))).toMatchObject({
        status: 200,
        code: 'sent',
        line: { event: 'otp.sent', lookup: 'unavailable' },
      });
    },
  );

  it.each(['500', 'hang', 'html', 'reset', 'redirect'])(
    'stops the send with LOOKUP_FAILURE=deny: %s',
    async (name) => {
      const { seen, ...result } = await ask(lookupFault(name), deny());

      expect(result).toMatchObject({
        status: 503,
        code: 'unavailable',
        line: { severity: 'ERROR', event: 'otp.failed', lookup: 'unavailable' },
      });
      expect(namesOf(seen)).not.toContain('create');
    },
  );

  it.each([
    ['throttles', '60616', 503, 'unavailable', 60616],
    ['refuses our credential', '20003', 500, 'misconfigured', 20003],
    ['refuses our package', '60606', 500, 'misconfigured', 60606],
    ['refuses our region', '60614', 500, 'misconfigured', 60614],
  ])('never opens the gate when it %s', async (_what, name, status, code, twilioCode) => {
    expect(await ask(lookupFault(name))).toMatchObject({
      status,
      code,
      asked: 'lookup update',
      delivered: [],
      line: { severity: 'ERROR', event: 'otp.failed', code, twilioCode },
    });
  });

  it('never opens the gate when it throttles, in monitor mode either', async () => {
    const { firestore } = running();
    await firestore.put('settings/gateway', { mode: 'monitor' });
    await untilRulesAreRead(running());
    const seen = await ask(lookupFault('60616'));
    await firestore.remove('settings/gateway');
    await untilRulesAreRead(running());

    expect(seen).toMatchObject({ status: 503, asked: 'lookup update' });
  });

  it('is asked again the next time: a failure is not kept', async () => {
    running().twilio.simulator.inject({ operation: 'lookup', status: 500, times: 2 });
    const recipient = freshNumber();

    expect(await ask(recipient)).toMatchObject({ status: 200, line: { lookup: 'unavailable' } });
    expect(await ask(recipient)).toMatchObject({ status: 200, line: { lookup: 'fresh' } });
  });
});

describeWithStack('a carrier that Lookup does not know', () => {
  const deny = gatewayWith({ UNKNOWN_CARRIER: 'deny' });
  const UNKNOWN = [
    ['no intelligence', NUMBERS.noIntelligence],
    ['null MCC, MNC and type', NUMBERS.withoutCarrier],
    ['a null MNC', NUMBERS.mncNull],
    ['a type that is unknown', NUMBERS.unknownType],
    ['a landline, which has no MNC', NUMBERS.landline],
    ['a Canadian number without approval', '+14165550101'],
  ] as const;

  it.each(UNKNOWN)(
    'is sent to with UNKNOWN_CARRIER=allow, which is the default: %s',
    async (_what, number) => {
      expect(await ask(number)).toMatchObject({ status: 200, line: { event: 'otp.sent', lookup: 'fresh' } });
    },
  );

  it.each(UNKNOWN)('is blocked with UNKNOWN_CARRIER=deny: %s', async (_what, number) => {
    expect(await ask(number, deny())).toMatchObject({
      status: 403,
      code: 'blocked',
      asked: 'lookup update',
      line: { event: 'otp.blocked', rule: 'UNKNOWN_CARRIER', ruleAction: 'block' },
    });
  });

  it('leaves those that it knows alone', async () => {
    expect(await ask(freshNumber(), deny())).toMatchObject({ status: 200 });
  });
});

describeWithStack('FAIL_OPEN_PER_MINUTE', () => {
  const lookupOnly = gatewayWith({ FAIL_OPEN_PER_MINUTE: '2' });
  const both = gatewayWith({ FAIL_OPEN_PER_MINUTE: '2', FIRESTORE_EMULATOR_HOST: NO_FIRESTORE });
  const none = gatewayWith({ FAIL_OPEN_PER_MINUTE: '0' });

  it('bounds the sends that are allowed because Lookup failed, and no others', async () => {
    for (let sends = 0; sends < 2; sends += 1) {
      running().twilio.simulator.inject({ operation: 'lookup', status: 500, times: 2 });
      expect(await ask(freshNumber(), lookupOnly())).toMatchObject({ status: 200 });
    }
    running().twilio.simulator.inject({ operation: 'lookup', status: 500, times: 2 });
    const { seen, answer, ...third } = await ask(freshNumber(), lookupOnly());

    expect(third).toMatchObject({ status: 503, code: 'unavailable', line: { event: 'otp.failed' } });
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(namesOf(seen)).not.toContain('create');
    expect(await ask(freshNumber(), lookupOnly())).toMatchObject({ status: 200, line: { lookup: 'fresh' } });
  });

  it('is one for missing rules and Lookup, and costs a request one, whatever failed', async () => {
    running().twilio.simulator.inject({ operation: 'lookup', status: 500, times: 2 });
    expect(await ask(freshNumber(), both())).toMatchObject({ status: 200, line: { lookup: 'unavailable' } });
    expect(await ask(freshNumber(), both())).toMatchObject({ status: 200, line: { lookup: 'fresh' } });

    expect(await ask(freshNumber(), both())).toMatchObject({ status: 503, code: 'unavailable', asked: '' });
  });

  it('closes the gate at 0', async () => {
    running().twilio.simulator.inject({ operation: 'lookup', status: 500, times: 2 });

    expect(await ask(freshNumber(), none())).toMatchObject({ status: 503, delivered: [] });
  });
});

describeWithStack('the deadline', () => {
  const hurried = gatewayWith({ REQUEST_DEADLINE_MS: '1000' });

  it('ends what is under way, and nobody knows whether it was sent', async () => {
    running().twilio.simulator.inject({ operation: 'verification.create', kind: 'hang' });

    expect(await ask(freshNumber(), hurried())).toMatchObject({
      status: 504,
      code: 'provider_timeout',
      asked: 'create lookup update',
      line: { severity: 'ERROR', event: 'otp.failed', code: 'provider_timeout' },
    });
  });
});

describeWithStack('MAX_IN_FLIGHT', () => {
  const small = gatewayWith({ MAX_IN_FLIGHT: '2' });

  it('turns more requests away, and asks Twilio for nothing on their behalf', async () => {
    const { simulator } = running().twilio;
    // Long enough for the third to come while the others run, on any machine.
    simulator.change({ latencyMs: { 'verification.create': 4000 } });
    const { send, gateway } = small();
    const sends = [1, 2].map(() => send({ body: aGatewayBody({ recipient: freshNumber() }) }));
    const creates = () => namesOf(simulator.seen).filter((name) => name === 'create');
    expect(await waitUntil(() => creates().length === 2, 20_000)).toBe(true);
    const third = await send({ body: aGatewayBody({ recipient: freshNumber() }) });

    expect([third.status, third.body?.['code']]).toEqual([503, 'unavailable']);
    expect(third.headers.get('retry-after')).toBe('1');
    expect(await lineOf({ gateway }, third)).toMatchObject({ event: 'request.refused', code: 'unavailable' });
    expect((await Promise.all(sends)).map(({ status }) => status)).toEqual([200, 200]);
    expect(namesOf(simulator.seen).filter((name) => name === 'lookup')).toHaveLength(2);
    expect(creates()).toHaveLength(2);
  });
});
