import { describe, expect, it } from '@jest/globals';
import { createDeadline } from '../../../functions/domain/deadline.ts';
import { Fault } from '../../../functions/domain/fault.ts';
import {
  createApproveLogins,
  type ApprovalOutcome,
  type ApproveLoginsOptions,
} from '../../../functions/log-stream/approve-logins.ts';
import type { Login } from '../../../functions/log-stream/login.ts';
import type { Approval } from '../../../functions/log-stream/ports.ts';
import { createFakeTime } from '../../support/fake-time.ts';
import { turns } from '../../support/turns.ts';
import { NOW } from './a-log-event.ts';

/** What Verify does with one call: answer, fail, or keep us waiting so many milliseconds before it answers. */
type Behaviour = Approval | Error | number;

const BATCH_MS = 20_000;

function aWorld(options: Partial<ApproveLoginsOptions> = {}) {
  const time = createFakeTime(NOW);
  const calls: { readonly to: string; readonly atMs: number; readonly limitMs: number }[] = [];
  const script = new Map<string, Behaviour[]>();
  let inFlight = 0;
  let mostInFlight = 0;

  const approveLogins = createApproveLogins({
    concurrency: 16,
    maxAgeMs: 600_000,
    random: () => 0.5,
    now: time.now,
    monotonicMs: time.now,
    wait: time.wait,
    approvals: {
      approve: async (to, deadline) => {
        calls.push({ to, atMs: time.now() - NOW, limitMs: deadline.remainingMs() });
        inFlight += 1;
        mostInFlight = Math.max(mostInFlight, inFlight);
        try {
          const behaviour = script.get(to)?.shift() ?? 'approved';
          if (behaviour instanceof Error) throw behaviour;
          if (typeof behaviour === 'string') return behaviour;
          await time.wait(behaviour);
          return 'approved';
        } finally {
          inFlight -= 1;
        }
      },
    },
    ...options,
  });
  const send = (logins: readonly Login[], batchMs = BATCH_MS): Sent => {
    const sent: Sent = { kinds: () => sent.outcome?.ends.map(({ kind }) => kind) };
    const deadline = createDeadline(batchMs, time.now);
    void approveLogins(logins, deadline).then((outcome) => {
      sent.outcome = outcome;
      sent.answeredAtMs = time.now() - NOW;
    });
    return sent;
  };
  return {
    time,
    send,
    verify: (to: string, ...behaviours: Behaviour[]) => script.set(to, behaviours),
    asked: () => calls.map(({ to }) => to),
    calls,
    mostInFlight: () => mostInFlight,
  };
}

interface Sent {
  outcome?: ApprovalOutcome;
  answeredAtMs?: number;
  readonly kinds: () => readonly string[] | undefined;
}

function aLogin(index: number, change: Partial<Login> = {}): Login {
  const to = `+447700900${String(index).padStart(3, '0')}`;
  return { to, country: 'GB', keys: [`event of ${to}`], freshUntilMs: NOW + 600_000, ...change };
}

const [ONE, TWO] = [aLogin(1), aLogin(2)];
const FAILED = new Fault('provider_error');
const REFUSED_CREDENTIAL = new Fault('misconfigured');

describe('one login', () => {
  it.each<Approval>(['approved', 'nothing_pending', 'refused'])(
    'is over where Verify says %s',
    async (answer) => {
      const world = aWorld();
      world.verify(ONE.to, answer);
      const sent = world.send([ONE]);
      await turns();

      expect(sent.outcome).toEqual({ ends: [{ kind: answer }], isWorthRepeating: false });
      expect(world.asked()).toEqual([ONE.to]);
    },
  );

  it('is not acknowledged before Verify has answered', async () => {
    const world = aWorld();
    world.verify(ONE.to, 5000);
    const sent = world.send([ONE, TWO]);
    await world.time.pass(4999);
    expect(sent.outcome).toBeUndefined();
    await world.time.pass(1);
    expect(sent.kinds()).toEqual(['approved', 'approved']);
  });

  it('leaves no timer behind', async () => {
    const world = aWorld();
    world.send([ONE, TWO]);
    await turns();
    expect(world.time.waiting()).toBe(0);
  });
});

it('has nothing to ask for no logins', async () => {
  const world = aWorld();
  const sent = world.send([]);
  await turns();
  expect(sent.outcome).toEqual({ ends: [], isWorthRepeating: false });
  expect(world.asked()).toEqual([]);
});

describe('how many at a time', () => {
  it('is as many as it may be, in all batches together', async () => {
    const world = aWorld({ concurrency: 4 });
    const logins = Array.from({ length: 20 }, (_, index) => aLogin(index));
    for (const { to } of logins) world.verify(to, 100);
    const [one, other] = [world.send(logins.slice(0, 10)), world.send(logins.slice(10))];
    await world.time.pass(500);

    expect(one.kinds()).toEqual(Array(10).fill('approved'));
    expect(other.kinds()).toEqual(Array(10).fill('approved'));
    expect(world.mostInFlight()).toBe(4);
    expect(world.asked()).toHaveLength(20);
  });

  it('does not count who waits for a repetition', async () => {
    const world = aWorld({ concurrency: 1 });
    world.verify(ONE.to, new Fault('unavailable', { retryAfterSeconds: 5 }));
    const sent = world.send([ONE, TWO]);
    await world.time.pass(1000);
    expect(world.asked()).toEqual([ONE.to, TWO.to]);
    await world.time.pass(5000);
    expect(sent.kinds()).toEqual(['approved', 'approved']);
  });
});

describe('a failure for now', () => {
  it.each(['unavailable', 'provider_error', 'provider_timeout'] as const)(
    'is mended by a repetition: %s',
    async (code) => {
      const world = aWorld();
      world.verify(ONE.to, new Fault(code));
      const sent = world.send([ONE]);
      await world.time.pass(300);

      expect(sent.outcome).toEqual({ ends: [{ kind: 'approved' }], isWorthRepeating: false });
      expect(world.asked()).toHaveLength(2);
    },
  );

  it('is repeated three times, each after twice as long, with jitter', async () => {
    const world = aWorld();
    world.verify(ONE.to, FAILED, FAILED, FAILED, FAILED, FAILED);
    const sent = world.send([ONE]);
    await world.time.pass(BATCH_MS);

    expect(world.calls.map(({ atMs }) => atMs)).toEqual([0, 200, 600, 1400]);
    expect(sent.outcome).toEqual({ ends: [{ kind: 'failed', error: FAILED }], isWorthRepeating: true });
    expect(sent.answeredAtMs).toBe(1400);
  });

  it.each([
    [0, 100],
    [0.99, 298],
  ])('waits by chance: %d', async (chance, atMs) => {
    const world = aWorld({ random: () => chance });
    world.verify(ONE.to, FAILED);
    world.send([ONE]);
    await world.time.pass(1000);
    expect(world.calls.map((call) => Math.round(call.atMs))).toEqual([0, atMs]);
  });

  it('waits as long as Twilio asks for, and not just as long', async () => {
    const world = aWorld();
    world.verify(ONE.to, new Fault('unavailable', { retryAfterSeconds: 3 }));
    const sent = world.send([ONE]);
    await world.time.pass(4000);
    expect(world.calls.map(({ atMs }) => atMs)).toEqual([0, 3100]);
    expect(sent.kinds()).toEqual(['approved']);
  });

  it('is not repeated where Twilio asks for more time than there is', async () => {
    const world = aWorld();
    world.verify(ONE.to, new Fault('unavailable', { retryAfterSeconds: 20 }));
    const sent = world.send([ONE]);
    await turns();
    expect(sent.outcome).toMatchObject({ ends: [{ kind: 'failed' }], isWorthRepeating: true });
  });

  it.each([
    ['an unexpected error', new Error('unexpected')],
    ['a fault of our own', new Fault('internal')],
    ['a refused credential', REFUSED_CREDENTIAL],
  ])('is not repeated after %s', async (_what, error) => {
    const world = aWorld();
    world.verify(ONE.to, error);
    const sent = world.send([ONE]);
    await turns();
    expect(sent.outcome).toEqual({ ends: [{ kind: 'failed', error }], isWorthRepeating: true });
    expect(world.asked()).toEqual([ONE.to]);
  });

  it('does not stop the others', async () => {
    const world = aWorld();
    world.verify(ONE.to, new Error('unexpected'));
    const sent = world.send([ONE, TWO]);
    await turns();
    expect(sent.kinds()).toEqual(['failed', 'approved']);
  });

  it('stops the asking once the credential is refused for a few', async () => {
    const world = aWorld({ concurrency: 1 });
    const logins = Array.from({ length: 10 }, (_, index) => aLogin(index));
    for (const { to } of logins) world.verify(to, REFUSED_CREDENTIAL);
    const sent = world.send(logins);
    await turns();

    expect(world.asked()).toHaveLength(3);
    expect(sent.outcome?.ends).toEqual(Array(10).fill({ kind: 'failed', error: REFUSED_CREDENTIAL }));
    expect(world.send(logins.slice(0, 1)).outcome).toBeUndefined();
    await turns();
    expect(world.asked()).toHaveLength(4);
  });

  it('goes on where Twilio refuses some and takes others: then it is not the credential', async () => {
    const world = aWorld({ concurrency: 1 });
    const logins = Array.from({ length: 10 }, (_, index) => aLogin(index));
    for (const { to } of logins.slice(1, 8)) world.verify(to, REFUSED_CREDENTIAL);
    const sent = world.send(logins);
    await turns();

    expect(world.asked()).toHaveLength(10);
    expect(sent.kinds()?.filter((kind) => kind === 'approved')).toHaveLength(3);
  });
});

describe('whether the batch is worth repeating', () => {
  it.each([
    ['fresh until now', NOW, true],
    ['no longer fresh', NOW - 1, false],
    ['of unknown age', null, true],
  ])('is told by what failed: %s', async (_what, freshUntilMs, isWorthRepeating) => {
    const world = aWorld({ maxRetries: 0 });
    world.verify(ONE.to, FAILED);
    const sent = world.send([{ ...ONE, freshUntilMs }, TWO]);
    await turns();
    expect(sent.outcome).toMatchObject({
      ends: [{ kind: 'failed' }, { kind: 'approved' }],
      isWorthRepeating,
    });
  });

  it('is told by when it failed first, where no event says when it happened', async () => {
    const world = aWorld({ maxRetries: 0 });
    for (const keys of [['an event'], []]) {
      const login = aLogin(1, { keys, freshUntilMs: null });
      const failOnce = async (): Promise<boolean | undefined> => {
        world.verify(login.to, FAILED);
        const sent = world.send([login]);
        await turns();
        return sent.outcome?.isWorthRepeating;
      };

      expect(await failOnce()).toBe(true);
      await world.time.pass(600_000);
      expect(await failOnce()).toBe(true);
      await world.time.pass(1);
      expect(await failOnce()).toBe(false);
      // Nobody asks for that one again: a failure from now on is that of another login.
      expect(await failOnce()).toBe(true);
      await world.time.pass(1_000_000);
    }
  });

  it('is told by the time at its end', async () => {
    const world = aWorld();
    world.verify(ONE.to, FAILED, FAILED, FAILED, FAILED);
    const sent = world.send([{ ...ONE, freshUntilMs: NOW + 1000 }]);
    await world.time.pass(BATCH_MS);
    expect(sent.outcome).toMatchObject({ ends: [{ kind: 'failed' }], isWorthRepeating: false });
  });
});

describe('the deadline', () => {
  it('ends a batch, with what is done by then', async () => {
    const world = aWorld({ concurrency: 1, callLimitMs: 60_000 });
    world.verify(TWO.to, 60_000);
    const sent = world.send([ONE, TWO, aLogin(3)]);
    await world.time.pass(BATCH_MS - 1);
    expect(sent.outcome).toBeUndefined();
    await world.time.pass(1);

    expect(sent.kinds()).toEqual(['approved', 'failed', 'failed']);
    expect(sent.outcome?.isWorthRepeating).toBe(true);
  });

  it('lets nothing begin behind it', async () => {
    const world = aWorld({ concurrency: 1 });
    world.verify(ONE.to, 60_000);
    world.verify(TWO.to, FAILED);
    world.send([ONE, TWO, aLogin(3)], 100);
    await world.time.pass(600_000);
    expect(world.asked()).toEqual([ONE.to]);
    expect(world.time.waiting()).toBe(0);
  });

  it('does not wait for the calls of another batch', async () => {
    const world = aWorld({ concurrency: 1 });
    world.verify(ONE.to, 7000);
    world.send([ONE]);
    const sent = world.send([TWO], 3000);
    await world.time.pass(3000);
    expect(sent).toMatchObject({
      answeredAtMs: 3000,
      outcome: { ends: [{ kind: 'failed' }], isWorthRepeating: true },
    });
    await world.time.pass(60_000);
    expect(world.asked()).toEqual([ONE.to]);
  });

  it('bounds each call, as does the limit of one', async () => {
    const world = aWorld({ callLimitMs: 8000 });
    world.send([ONE]);
    world.send([TWO], 5000);
    await turns();
    expect(world.calls.map(({ limitMs }) => limitMs)).toEqual([8000, 5000]);
  });

  it('frees the place of a call that never ends', async () => {
    const world = aWorld({ concurrency: 1, maxRetries: 0 });
    world.verify(ONE.to, 1_000_000_000);
    const sent = world.send([ONE, TWO]);
    await world.time.pass(8000);
    expect(sent.kinds()).toEqual(['failed', 'approved']);
  });

  it('has nothing asked where it is over already', async () => {
    const world = aWorld();
    const sent = world.send([ONE], 0);
    await world.time.pass(0);
    expect(sent.outcome).toMatchObject({ ends: [{ kind: 'failed' }], isWorthRepeating: true });
    expect(world.asked()).toEqual([]);
  });
});

describe('a batch that comes again', () => {
  it.each<Approval>(['approved', 'nothing_pending', 'refused'])(
    'repeats nothing that was %s',
    async (answer) => {
      const world = aWorld();
      world.verify(ONE.to, answer);
      world.send([ONE]);
      await turns();
      const again = world.send([ONE, TWO]);
      await turns();

      expect(again.outcome).toEqual({
        ends: [{ kind: 'remembered' }, { kind: 'approved' }],
        isWorthRepeating: false,
      });
      expect(world.asked()).toEqual([ONE.to, TWO.to]);
    },
  );

  it('finishes what failed', async () => {
    const world = aWorld({ maxRetries: 0 });
    world.verify(TWO.to, FAILED);
    world.send([ONE, TWO]);
    await turns();
    const again = world.send([ONE, TWO]);
    await turns();
    expect(again.kinds()).toEqual(['remembered', 'approved']);
  });

  it('reports a later login of the same number', async () => {
    const world = aWorld();
    world.send([ONE]);
    await turns();
    const later = world.send([{ ...ONE, keys: [...ONE.keys, 'later'] }]);
    await turns();
    expect(later.kinds()).toEqual(['approved']);
    expect(world.asked()).toEqual([ONE.to, ONE.to]);
  });

  it('remembers nothing of a login that has no key', async () => {
    const world = aWorld();
    world.send([{ ...ONE, keys: [] }]);
    await turns();
    const again = world.send([{ ...ONE, keys: [] }]);
    await turns();
    expect(again.kinds()).toEqual(['approved']);
    expect(world.asked()).toHaveLength(2);
  });

  it('forgets what is longest ago', async () => {
    const world = aWorld({ maxRemembered: 1 });
    world.send([ONE]);
    await turns();
    world.send([TWO]);
    await turns();
    const again = world.send([TWO, ONE]);
    await turns();
    expect(again.kinds()).toEqual(['remembered', 'approved']);
  });
});

describe('a batch that comes while its login is being reported', () => {
  it('waits for that', async () => {
    const world = aWorld();
    world.verify(ONE.to, 1000);
    const first = world.send([ONE]);
    const second = world.send([ONE]);
    await world.time.pass(999);
    expect(second.outcome).toBeUndefined();
    await world.time.pass(1);

    expect(first.kinds()).toEqual(['approved']);
    expect(second.kinds()).toEqual(['remembered']);
    expect(world.asked()).toEqual([ONE.to]);
  });

  it('fails with it', async () => {
    const world = aWorld({ maxRetries: 0 });
    world.verify(ONE.to, FAILED);
    const [first, second] = [world.send([ONE]), world.send([ONE])];
    await turns();
    expect(first.outcome).toMatchObject({ isWorthRepeating: true });
    expect(second.outcome).toEqual({ ends: [{ kind: 'failed', error: FAILED }], isWorthRepeating: true });
  });

  it('waits no longer than it has time', async () => {
    const world = aWorld();
    world.verify(ONE.to, 1000);
    world.send([ONE]);
    const second = world.send([ONE], 500);
    await world.time.pass(500);
    expect(second).toMatchObject({ answeredAtMs: 500, outcome: { ends: [{ kind: 'failed' }] } });
  });

  it('reports what is another login of the same number', async () => {
    const world = aWorld();
    world.verify(ONE.to, 1000);
    world.send([ONE]);
    const later = world.send([{ ...ONE, keys: ['later'] }]);
    await turns();
    expect(later.kinds()).toEqual(['approved']);
    expect(world.asked()).toEqual([ONE.to, ONE.to]);
  });
});

it('keeps real time where it is given no other', async () => {
  const approveLogins = createApproveLogins({
    concurrency: 1,
    maxAgeMs: 600_000,
    maxRetries: 1,
    random: () => 0,
    approvals: { approve: () => Promise.reject(FAILED) },
  });
  const outcome = await approveLogins(
    [aLogin(1, { freshUntilMs: Date.now() + 60_000 })],
    createDeadline(5000),
  );
  expect(outcome).toEqual({ ends: [{ kind: 'failed', error: FAILED }], isWorthRepeating: true });
});

it('reports a call that throws at once as failed', async () => {
  const approveLogins = createApproveLogins({
    concurrency: 1,
    maxAgeMs: 600_000,
    approvals: {
      approve: () => {
        throw new Error('thrown');
      },
    },
  });
  expect(await approveLogins([ONE], createDeadline(1000))).toMatchObject({ ends: [{ kind: 'failed' }] });
});
