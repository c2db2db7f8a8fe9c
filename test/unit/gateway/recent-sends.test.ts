import { describe, expect, it } from '@jest/globals';
import { createDeadline } from '../../../functions/domain/deadline.ts';
import { Fault } from '../../../functions/domain/fault.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import {
  createRecentSends,
  type RecentSendsOptions,
  type SendIdentity,
} from '../../../functions/gateway/recent-sends.ts';
import { endOf } from '../../support/fake-ports.ts';
import { turns } from '../../support/turns.ts';

const NUMBER = '+447700900001';
const LONG = createDeadline(60_000);
const REPEAT = { isRepeat: true, value: null };

function aSend(changes: Partial<SendIdentity> = {}): SendIdentity {
  return { to: NUMBER, code: '123456', channel: 'sms', ...changes };
}

/** Sends whose ends the test decides. */
function createScene(options: Partial<RecentSendsOptions> = {}) {
  let now = 0;
  const sends = createRecentSends({ maxPerRecipient: 10, nowMs: () => now, ...options });
  const begun: string[] = [];
  return {
    begun,
    pass: (ms: number) => (now += ms),
    /** Sends; `run` is called when its turn has come. */
    send: (
      identity: SendIdentity,
      run: () => Promise<unknown> = () => Promise.resolve('done'),
      deadline = LONG,
    ) =>
      endOf(
        sends.send(identity, deadline, () => {
          begun.push(identity.code);
          return run();
        }),
      ),
  };
}

describe('createRecentSends: repeats', () => {
  it('gives what the send gives', async () => {
    await expect(createScene().send(aSend())).resolves.toEqual({ isRepeat: false, value: 'done' });
  });

  it.each([
    [0, 1],
    [29_999, 1],
    [30_000, 2],
  ])('after %i ms has sent the same %i time(s)', async (ms, times) => {
    const { begun, pass, send } = createScene();
    await send(aSend());
    pass(ms);
    await send(aSend());

    expect(begun).toHaveLength(times);
  });

  it('counts the 30 s from the end of the send', async () => {
    const { begun, pass, send } = createScene();
    await send(aSend(), () => {
      pass(20_000);
      return Promise.resolve();
    });
    pass(20_000);

    await expect(send(aSend())).resolves.toEqual(REPEAT);
    expect(begun).toHaveLength(1);
  });

  it.each([{ to: '+447700900002' }, { code: '1234567' }, { channel: 'call' }])(
    'takes %j for another send',
    async (changes) => {
      const { begun, send } = createScene();
      await send(aSend());

      await expect(send(aSend(changes))).resolves.toMatchObject({ isRepeat: false });
      expect(begun).toHaveLength(2);
    },
  );

  it('does not confuse sends whose parts only read the same together', async () => {
    const { begun, send } = createScene();
    await send({ to: 'a', code: 'b,c', channel: 'd' });
    await send({ to: 'a,b', code: 'c', channel: 'd' });

    expect(begun).toHaveLength(2);
  });

  it('joins a running send, and shares its end', async () => {
    const gate = Promise.withResolvers<string>();
    const { begun, send } = createScene();
    const ends = [send(aSend(), () => gate.promise), send(aSend()), send(aSend())];
    await turns();
    gate.resolve('done');

    await expect(Promise.all(ends)).resolves.toEqual([{ isRepeat: false, value: 'done' }, REPEAT, REPEAT]);
    expect(begun).toHaveLength(1);
  });

  it('shares the failure of a running send', async () => {
    const gate = Promise.withResolvers<string>();
    const { send } = createScene();
    const ends = [send(aSend(), () => gate.promise), send(aSend())];
    await turns();
    gate.reject(new Refusal('blocked'));

    await expect(Promise.all(ends)).resolves.toEqual(['blocked', 'blocked']);
  });

  it('ends with the deadline of the one that joined, and leaves the send alone', async () => {
    const gate = Promise.withResolvers<string>();
    const { send } = createScene();
    const first = send(aSend(), () => gate.promise);

    await expect(send(aSend(), undefined, createDeadline(1))).resolves.toBe('provider_timeout');
    gate.resolve('done');
    await expect(first).resolves.toMatchObject({ value: 'done' });
  });

  it.each([new Fault('provider_timeout'), new Refusal('rate_limited')])(
    'forgets a send that failed: %s',
    async (error) => {
      const { begun, send } = createScene();
      await send(aSend(), () => Promise.reject(error));

      await expect(send(aSend())).resolves.toMatchObject({ isRepeat: false });
      expect(begun).toHaveLength(2);
    },
  );

  it('forgets the oldest where it would remember too much', async () => {
    const { begun, send } = createScene({ maxEntries: 2 });
    for (const to of ['+447700900001', '+447700900002', '+447700900003', '+447700900001'])
      await send(aSend({ to }));

    expect(begun).toHaveLength(4);
  });
});

describe('createRecentSends: one recipient at a time', () => {
  it('runs sends of other codes one after the other, in their order', async () => {
    const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const { begun, send } = createScene();
    const ends = [
      send(aSend({ code: '1111' }), () => gates[0]?.promise ?? Promise.resolve()),
      send(aSend({ code: '2222' }), () => gates[1]?.promise ?? Promise.resolve()),
      send(aSend({ code: '3333' })),
    ];
    const seen: string[][] = [];
    for (const gate of [...gates, undefined]) {
      await turns();
      seen.push([...begun]);
      gate?.resolve('done');
    }
    await Promise.all(ends);

    expect(seen).toEqual([['1111'], ['1111', '2222'], ['1111', '2222', '3333']]);
  });

  it('goes on after one that failed', async () => {
    const { begun, send } = createScene();
    const ends = [
      send(aSend({ code: '1111' }), () => Promise.reject(new Fault('provider_error'))),
      send(aSend({ code: '2222' })),
    ];

    await expect(Promise.all(ends)).resolves.toEqual(['provider_error', { isRepeat: false, value: 'done' }]);
    expect(begun).toEqual(['1111', '2222']);
  });

  it('does not run what has waited past its deadline, and keeps later ones waiting for the first', async () => {
    const gate = Promise.withResolvers<string>();
    const { begun, send } = createScene();
    const first = send(aSend({ code: '1111' }), () => gate.promise);
    const second = send(aSend({ code: '2222' }), undefined, createDeadline(1));
    const third = send(aSend({ code: '3333' }));

    await expect(second).resolves.toBe('provider_timeout');
    await turns();
    const begunBefore = [...begun];
    gate.resolve('done');
    await Promise.all([first, third]);

    expect(begunBefore).toEqual(['1111']);
    expect(begun).toEqual(['1111', '3333']);
  });

  it('runs sends to several recipients at the same time', async () => {
    const gate = Promise.withResolvers<string>();
    const { begun, send } = createScene();
    const ends = [
      send(aSend(), () => gate.promise),
      send(aSend({ to: '+447700900002' }), () => gate.promise),
    ];
    await turns();
    const begunBefore = begun.length;
    gate.resolve('done');
    await Promise.all(ends);

    expect(begunBefore).toBe(2);
  });
});

describe('createRecentSends: the cap of one recipient', () => {
  it('refuses what goes beyond it, and says when to come back', async () => {
    let now = 0;
    const sends = createRecentSends({ maxPerRecipient: 2, nowMs: () => now });
    const send = (code: string) => sends.send(aSend({ code }), LONG, () => Promise.resolve('done'));
    await send('1111');
    now = 100_000;
    await send('2222');

    await expect(send('3333')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 500 });
  });

  it.each([
    [599_999, 'rate_limited'],
    [600_000, { isRepeat: false, value: 'done' }],
  ])('after %i ms ends the next send with %j', async (ms, end) => {
    const { pass, send } = createScene({ maxPerRecipient: 1 });
    await send(aSend({ code: '1111' }));
    pass(ms);

    await expect(send(aSend({ code: '2222' }))).resolves.toEqual(end);
  });

  it('counts those that are running', async () => {
    const gate = Promise.withResolvers<string>();
    const { send } = createScene({ maxPerRecipient: 1 });
    const first = send(aSend({ code: '1111' }), () => gate.promise);

    await expect(send(aSend({ code: '2222' }))).resolves.toBe('rate_limited');
    gate.resolve('done');
    await first;
  });

  it('does not count those that failed, nor repeats', async () => {
    const { send } = createScene({ maxPerRecipient: 2 });
    await send(aSend({ code: '1111' }), () => Promise.reject(new Refusal('blocked')));
    await send(aSend({ code: '2222' }));
    await send(aSend({ code: '2222' }));

    await expect(send(aSend({ code: '3333' }))).resolves.toMatchObject({ isRepeat: false });
    await expect(send(aSend({ code: '4444' }))).resolves.toBe('rate_limited');
  });

  it('counts each recipient for itself', async () => {
    const { send } = createScene({ maxPerRecipient: 1 });
    await send(aSend());

    await expect(send(aSend({ to: '+447700900002' }))).resolves.toMatchObject({ isRepeat: false });
  });

  it('counts other channels to the same recipient together', async () => {
    const { send } = createScene({ maxPerRecipient: 1 });
    await send(aSend());

    await expect(send(aSend({ channel: 'call' }))).resolves.toBe('rate_limited');
  });
});
