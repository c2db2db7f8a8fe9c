import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { answerSuccess, type Answer } from '../../../functions/http/answer.ts';
import { createDrain } from '../../../functions/http/drain.ts';
import type { Work } from '../../../functions/http/guard.ts';
import { startGuardedServer, type GuardedServer } from '../../support/guarded-server.ts';
import {
  watchProcessListeners,
  type ProcessEvent,
  type ProcessListeners,
} from '../../support/process-listeners.ts';
import { turns } from '../../support/turns.ts';
import { head, open, send } from '../../support/wire.ts';

let listeners: ProcessListeners;
const servers: GuardedServer[] = [];

beforeEach(() => {
  listeners = watchProcessListeners();
});
afterEach(async () => {
  listeners.restore();
  for (const server of servers.splice(0)) await server.stop();
});

/** A drain that is installed, on a server of its own, and that ends nothing but the wait of the test. */
async function createScene(work: Work, drainMs = 60_000) {
  let begun = 0;
  const server = await startGuardedServer({
    handler: () =>
      Promise.resolve((body: Buffer) => {
        begun += 1;
        return work(body);
      }),
  });
  servers.push(server);
  const exits: number[] = [];
  const exited = Promise.withResolvers<number>();
  const before = watchProcessListeners();
  createDrain({
    server: server.server,
    guard: server.guard,
    log: server.log,
    drainMs,
    exit: (code) => {
      exits.push(code);
      exited.resolve(code);
    },
  }).install();
  const installed = new Map(
    (['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection'] as const).map(
      (event) => [event, before.added(event)] as const,
    ),
  );
  return {
    ...server,
    exits,
    exited: exited.promise,
    begun: () => begun,
    /** Calls our own listeners, as the process would: those of the test runner are left alone. */
    happen: (event: ProcessEvent, ...args: unknown[]) => {
      for (const listener of installed.get(event as 'SIGTERM') ?? []) listener(...args);
    },
  };
}

function sent(): Promise<Answer> {
  return Promise.resolve(answerSuccess('sent', 'id'));
}

async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 1000 && !isSo(); round += 1) await turns();
}

describe('createDrain: the end of the instance', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 at %s where nothing runs, and says so',
    async (signal) => {
      const scene = await createScene(sent);
      scene.happen(signal, signal, 15);

      await expect(scene.exited).resolves.toBe(0);
      expect(scene.server.listening).toBe(false);
      expect(scene.lines()).toMatchObject([
        { severity: 'INFO', event: 'instance.draining', counts: { running: 0 } },
      ]);
    },
  );

  it('answers what runs before it ends', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise);
    const running = Promise.all(Array.from({ length: 5 }, () => send(scene.port, { body: 'x' })));
    await until(() => scene.begun() === 5);
    scene.happen('SIGTERM');
    // Long enough for several looks at what still runs.
    await sleep(60);
    const exitsBefore = scene.exits.length;
    gate.resolve(answerSuccess('sent', 'id'));
    const answers = await running;

    expect(exitsBefore).toBe(0);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.map(({ headers }) => headers.connection)).toEqual(Array(5).fill('close'));
    await expect(scene.exited).resolves.toBe(0);
    expect(scene.lines()).toMatchObject([{ counts: { running: 5 } }]);
  });

  it('takes no new connections', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise);
    const running = send(scene.port, { body: 'x' });
    await until(() => scene.begun() === 1);
    scene.happen('SIGTERM');

    await expect(send(scene.port, { body: 'x' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gate.resolve(answerSuccess('sent', 'id'));
    await running;
    await scene.exited;
  });

  it('turns away a new request on an old connection', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise);
    const connection = await open(scene.port);
    connection.write(head(['content-length: 10']));
    await until(() => scene.guard.running() === 1);
    const running = send(scene.port, { body: 'x' });
    await until(() => scene.begun() === 1);
    const late = await open(scene.port);
    late.write('POST / HTTP/1.1\r\n');
    await turns();
    scene.happen('SIGTERM');
    late.write('host: localhost\r\ncontent-length: 0\r\n\r\n');

    expect(await late.end()).toMatch(/^HTTP\/1\.1 503 .*connection: close/is);
    connection.destroy();
    gate.resolve(answerSuccess('sent', 'id'));
    await running;
    await expect(scene.exited).resolves.toBe(0);
  });

  it('closes connections that are idle', async () => {
    const scene = await createScene(sent);
    const connection = await open(scene.port);
    connection.write(head(['content-length: 0']));
    await connection.until('"sent"');
    await until(() => scene.guard.running() === 0);
    scene.happen('SIGTERM');

    await expect(connection.end()).resolves.toContain('200 OK');
    await expect(scene.exited).resolves.toBe(0);
  });

  it('ends with 0 though something still runs, once its time is over', async () => {
    const gate = Promise.withResolvers<Answer>();
    const scene = await createScene(() => gate.promise, 30);
    const running = send(scene.port, { body: 'x' });
    await until(() => scene.begun() === 1);
    scene.happen('SIGTERM');

    await expect(scene.exited).resolves.toBe(0);
    gate.resolve(answerSuccess('sent', 'id'));
    await running;
  });

  it('ends once, however often it is told to', async () => {
    const scene = await createScene(sent);
    scene.happen('SIGTERM');
    scene.happen('SIGINT');
    scene.happen('SIGTERM');
    await scene.exited;
    await turns();

    expect(scene.exits).toEqual([0]);
  });
});

describe('createDrain: errors that nobody caught', () => {
  it.each(['uncaughtException', 'unhandledRejection'] as const)(
    'answers what runs and ends with 1 at %s, saying where and not what',
    async (event) => {
      const gate = Promise.withResolvers<Answer>();
      const scene = await createScene(() => gate.promise);
      const running = send(scene.port, { body: 'x' });
      await until(() => scene.begun() === 1);
      scene.happen(event, new TypeError('canary +447700900001'), event);
      gate.resolve(answerSuccess('sent', 'id'));

      await expect(running).resolves.toMatchObject({ status: 200 });
      await expect(scene.exited).resolves.toBe(1);
      expect(scene.lines()).toMatchObject([
        {
          severity: 'CRITICAL',
          event: 'instance.draining',
          code: 'internal',
          error: expect.stringMatching(/^TypeError at drain\.test\.ts:/),
        },
      ]);
      expect(scene.text()).not.toContain('canary');
    },
  );

  it('ends with 1 where SIGTERM comes after the error', async () => {
    const scene = await createScene(sent);
    scene.happen('unhandledRejection', new Refusal('blocked'));
    scene.happen('SIGTERM');

    await expect(scene.exited).resolves.toBe(1);
  });
});
