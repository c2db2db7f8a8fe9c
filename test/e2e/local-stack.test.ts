import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePort } from '../../tools/local-stack/find-free-port.ts';
import { isPortFree } from '../../tools/local-stack/is-port-free.ts';
import { startProcess, type ProcessEnd, type RunningProcess } from '../../tools/local-stack/start-process.ts';
import { waitUntil } from '../../tools/local-stack/wait-until.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';

// What `make dev`, `make trigger`, `make block`, `make unblock` and `make rules` run, as a person would use them.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = path.resolve(ROOT, process.env['DIST'] ?? 'dist');
const STARTED_WITHIN_MS = 60_000;
// Ten seconds are the longest that old rules serve at all, with the time that the local stack gives them.
const RULES_FOLLOW_WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 500;
// An account in the developer's .env must not be used by a test: what is set to nothing stays so.
const NO_TWILIO = {
  TWILIO_ACCOUNT_SID: '',
  TWILIO_API_KEY_SID: '',
  TWILIO_API_KEY_SECRET: '',
  TWILIO_VERIFY_SERVICE_SID: '',
};

interface Stack {
  readonly process: RunningProcess;
  readonly ports: readonly number[];
  readonly env: Readonly<Record<string, string>>;
  output(): string;
  /** Waits until it is there, or gone. */
  readonly isRunning: Promise<boolean>;
}

const folder = mkdtempSync(path.join(tmpdir(), 'local-stack-'));
const started: RunningProcess[] = [];

beforeAll(() => {
  if (!existsSync(path.join(DIST, 'package.json')))
    throw new Error('there is no dist/: run make build first');
});
afterAll(async () => {
  // A case that failed may have left one.
  await Promise.all(started.map((stack) => stack.stop('SIGTERM', 20_000)));
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

async function startStack(change: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const ports = await findFreePorts();
  const env = {
    ...NO_TWILIO,
    PATH: process.env['PATH'] ?? '',
    PORT: String(ports[0]),
    FIRESTORE: 'memory',
    LOG: 'json',
    DIST,
    STACK_FILE: path.join(folder, `stack-${started.length}.json`),
    ...change,
  };
  let output = '';
  const stack = startProcess({
    args: [path.join(ROOT, 'tools/local-stack/main.ts')],
    env,
    onOutput: (text) => {
      output += text;
    },
  });
  started.push(stack);
  let isGone = false;
  void stack.ended.then(() => {
    isGone = true;
  });
  const isRunning = waitUntil(() => isGone || output.includes('Ctrl-C stops'), STARTED_WITHIN_MS).then(
    (isSettled) => isSettled && !isGone,
  );
  return { process: stack, ports, env, output: () => output, isRunning };
}

/** The ports of the gateway, the log stream, the simulator and Firestore. */
async function findFreePorts(): Promise<readonly number[]> {
  const base = await findFreePort([1, 10, 20]);
  return [base, base + 1, base + 10, base + 20];
}

/** Runs one of the commands for people to its end. */
async function run(
  { env }: Pick<Stack, 'env'>,
  args: readonly [string, ...string[]],
  change: Readonly<Record<string, string>> = {},
): Promise<{ end: ProcessEnd; output: string }> {
  let output = '';
  const [file, ...rest] = args;
  const command = startProcess({
    args: [path.join(ROOT, 'tools', file), ...rest],
    env: { ...env, ...change },
    onOutput: (text) => {
      output += text;
    },
  });
  return { end: await command.ended, output };
}

const trigger = (stack: Stack, phone: string) => run(stack, ['trigger.ts'], { PHONE: phone });

/** Triggers until the answer is the one: rules are read again by traffic only. */
async function triggerUntil(stack: Stack, phone: string, status: number): Promise<string> {
  const endsAt = performance.now() + RULES_FOLLOW_WITHIN_MS;
  for (;;) {
    const { output } = await trigger(stack, phone);
    if (output.includes(`answer ${status}\n`) || performance.now() > endsAt) return output;
    await sleep(LOOK_AGAIN_MS);
  }
}

function fileOf({ env }: Stack): {
  running: { pids: Record<string, number> } | null;
  keys: Record<string, string>;
} {
  return JSON.parse(readFileSync(env['STACK_FILE'] ?? '', 'utf8')) as ReturnType<typeof fileOf>;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  return (await Promise.all(ports.map(isPortFree))).every(Boolean);
}

describe('the local stack', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
    if (!(await stack.isRunning)) throw new Error(`the stack did not start: ${stack.output()}`);
  }, STARTED_WITHIN_MS + 5000);
  afterAll(async () => {
    await stack.process.stop();
  });

  it('says where everything is and what to type next', () => {
    for (const port of stack.ports) expect(stack.output()).toContain(`127.0.0.1:${port}`);
    expect(stack.output()).toContain('in-memory stand-in (as FIRESTORE=memory asks)');
    expect(stack.output()).toContain('234-51, 234-58, 234-55 added');
    expect(stack.output()).toContain('make trigger PHONE=+447700900001');
  });

  it('serves the functions as the cloud does', async () => {
    const answer = await fetch(`http://127.0.0.1:${stack.ports[0]}/health`);

    expect(answer.status).toBe(200);
    expect((await answer.text()).trim()).toBe('ok');
  });

  it('shows the SMS with the code that Auth0 made', async () => {
    const { end, output } = await run(stack, ['trigger.ts'], { PHONE: '+44 7700 900001', CODE: '271828' });

    expect(end.code).toBe(0);
    expect(output).toContain('answer 200\n');
    expect(output).toContain('delivered to +447700900001 by sms');
    expect(output).toContain('code 271828, as Auth0 made it');
  });

  it('blocks a number of network 234-58, lets it through once the rule is deleted, and blocks it again', async () => {
    const number = testNumber(200);
    const blocked = await trigger(stack, number);
    expect(blocked.end.code).toBe(0);
    expect(blocked.output).toContain('answer 403\n');
    expect(blocked.output).toContain('Nothing was delivered');

    expect((await run(stack, ['rule.ts', 'delete'], { RULE: '234-58' })).output).toContain(
      '234-58 is deleted',
    );
    expect(await triggerUntil(stack, number, 200)).toContain(`delivered to ${number} by sms`);

    expect((await run(stack, ['rule.ts', 'add'], { RULE: '234-58' })).output).toContain('234-58 is blocked');
    expect(await triggerUntil(stack, number, 403)).toContain('Nothing was delivered');
  }, 90_000);

  it('lists the rules', async () => {
    const { end, output } = await run(stack, ['rule.ts', 'list']);

    expect(end.code).toBe(0);
    expect(output).toMatch(/^234-51 +block +reason: sample: /m);
  });

  it('refuses a rule that would match nothing, with a hint', async () => {
    const { end, output } = await run(stack, ['rule.ts', 'add'], { RULE: 'UK' });

    expect(end.code).toBe(1);
    expect(output).toContain('did you mean GB');
  });

  it("shows the functions' log lines, and no key among all that it prints", () => {
    expect(stack.output()).toMatch(/^\{"severity":"INFO".*"event":"otp\.sent"/m);
    for (const key of Object.values(fileOf(stack).keys)) expect(stack.output()).not.toContain(key);
  });

  it('does not start a second time on the same ports, and leaves the first one alone', async () => {
    const { end, output } = await run(stack, ['local-stack/main.ts'], {
      STACK_FILE: path.join(folder, 'second.json'),
    });

    expect(end.code).toBe(1);
    expect(output).toMatch(/^Port \d+, for gateway, is already in use: .* PORT, as in: make dev PORT=\d+\n$/);
    expect((await run(stack, ['rule.ts', 'list'])).end.code).toBe(0);
  });
});

describe('the end of the local stack', () => {
  it.each<[NodeJS.Signals, number | null]>([
    ['SIGINT', 0],
    ['SIGTERM', 0],
    ['SIGHUP', 0],
    ['SIGKILL', null],
  ])(
    'leaves nothing behind after %s',
    async (signal, exitCode) => {
      const stack = await startStack();
      expect(await stack.isRunning).toBe(true);
      const pids = Object.values(fileOf(stack).running?.pids ?? {});
      const { code } = await stack.process.stop(signal, 30_000);

      expect(code).toBe(exitCode);
      expect(pids).toHaveLength(5);
      // After SIGKILL nobody waits for the parts: they see for themselves that they are alone.
      expect(await waitUntil(() => areFree(stack.ports), 10_000)).toBe(true);
    },
    90_000,
  );

  it('is told to the other commands', async () => {
    const stack = await startStack();
    expect(await stack.isRunning).toBe(true);
    await stack.process.stop('SIGINT', 30_000);
    const { end, output } = await trigger(stack, testNumber(1));

    expect(fileOf(stack).running).toBeNull();
    expect(end.code).toBe(1);
    expect(output).toBe('The local stack is not running: run `make dev` in another terminal first.\n');
  }, 90_000);

  it.each(['simulator', 'firestore', 'gateway'])(
    'comes when its part %s is lost',
    async (name) => {
      const stack = await startStack();
      expect(await stack.isRunning).toBe(true);
      const pids = fileOf(stack).running?.pids ?? {};
      process.kill(pids[name] ?? 0, 'SIGKILL');
      const { code } = await stack.process.ended;

      expect(code).toBe(1);
      expect(stack.output()).toContain(`${name} has ended by itself`);
      expect(Object.values(pids).filter(isAlive)).toEqual([]);
      expect(await areFree(stack.ports)).toBe(true);
    },
    90_000,
  );

  it('comes at once when it is asked for during the start', async () => {
    const stack = await startStack();
    await waitUntil(async () => !(await areFree(stack.ports)), 30_000);
    const { code } = await stack.process.stop('SIGINT', 30_000);

    expect(code).toBe(0);
    expect(await waitUntil(() => areFree(stack.ports), 10_000)).toBe(true);
  }, 90_000);
});

describe('a local stack that cannot start', () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['nothing is built', { DIST: '/nowhere' }, /^There is nothing to serve yet: run `make build` first\.\n$/],
    ['a value is wrong', { PORT: 'x' }, /^PORT must be a whole number/],
    [
      'Twilio is named in part',
      { TWILIO_ACCOUNT_SID: 'AC-in-the-test' },
      /TWILIO_API_KEY_SECRET.* are still missing in \.env/,
    ],
    ['a function refuses its settings', { BLOCK_RESPONSE: 'shout' }, /gateway has ended by itself/],
  ])('says why when %s, and leaves nothing behind', async (_name, change, reason) => {
    const stack = await startStack(change);

    expect(await stack.isRunning).toBe(false);
    expect((await stack.process.ended).code).toBe(1);
    expect(stack.output()).toMatch(reason);
    expect(stack.output()).not.toContain('AC-in-the-test');
    expect(await areFree(stack.ports)).toBe(true);
  });
});
