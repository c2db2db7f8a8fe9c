import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { findFreePort } from '../../tools/local-stack/find-free-port.ts';
import { playAuth0 } from '../../tools/local-stack/play-auth0.ts';
import type { RunningStack, StackFile } from '../../tools/local-stack/stack-file.ts';
import { StackProblem } from '../../tools/local-stack/stack-problem.ts';
import { startSimulatedTwilio, type SimulatedTwilio } from '../support/simulated-twilio.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

const SECRET = 'a-secret-of-thirty-two-bytes-or-more';

let twilio: SimulatedTwilio;
let asked: Asked[] = [];
let answer: { status: number; text: string; deliver: string | null };
let gatewayUrl = '';

/** Stands in for the gateway: answers what it is told, and has the simulator deliver a code, or nothing. */
const gateway = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    asked.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
    const to = String(body['recipient']).replaceAll(' ', '');
    const sending = answer.deliver === null ? null : twilio.create({ To: to, CustomCode: answer.deliver });
    void Promise.resolve(sending).then(() => outgoing.writeHead(answer.status).end(answer.text));
  });
});

beforeAll(async () => {
  twilio = await startSimulatedTwilio();
  const port = await findFreePort();
  await new Promise<void>((resolve) => gateway.listen(port, '127.0.0.1', resolve));
  gatewayUrl = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  gateway.closeAllConnections();
  await new Promise((resolve) => gateway.close(resolve));
  await twilio.stop();
});
beforeEach(() => {
  twilio.simulator.reset();
  asked = [];
  answer = { status: 200, text: '{"code":"sent"}', deliver: '123456' };
});

function aStackFile(change: Partial<RunningStack> | null = {}): Pick<StackFile, 'keys' | 'running'> {
  const stack = {
    gatewayUrl,
    simulatorUrl: twilio.url,
    firestoreHost: '127.0.0.1:9',
    project: 'demo',
    pids: {},
  };
  return {
    keys: () => ({ gatewaySecret: SECRET, logStreamToken: 'not this one', numberHashKey: 'nor this one' }),
    running: () => (change === null ? null : { ...stack, ...change }),
  };
}

async function trigger(
  env: Readonly<Record<string, string>> = {},
  stackFile = aStackFile(),
): Promise<string> {
  const printed: string[] = [];
  await playAuth0({
    env: { PHONE: '+447700900001', CODE: '123456', ...env },
    stackFile,
    print: (text) => void printed.push(text),
  });
  return printed.join('\n');
}

describe('make trigger', () => {
  it('posts what Auth0 posts, with a token for the gateway', async () => {
    await trigger();

    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/',
        headers: expect.objectContaining({ 'content-type': 'application/json' }),
        body: {
          recipient: '+447700900001',
          body: 'Your verification code is: 123456',
          sender: '+447700900999',
          req: { ip: '203.0.113.7', 'user-agent': 'make trigger' },
        },
      },
    ]);
    const token = /^Bearer (.+)$/.exec(asked[0]?.headers.authorization ?? '')?.[1] ?? '';
    const { payload } = await jwtVerify(token, Buffer.from(SECRET), { audience: 'urn:sms-gateway' });
    expect(payload.sub).toBe('urn:Auth0');
  });

  it('shows request, answer and message, and neither key nor token', async () => {
    const text = await trigger();

    expect(text).toContain(`POST ${gatewayUrl}/`);
    expect(text).toContain('answer 200\n  {"code":"sent"}');
    expect(text).toContain('delivered to +447700900001 by sms');
    expect(text).toContain('verification code is: 123456');
    expect(text).toContain('code 123456, as Auth0 made it');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(asked[0]?.headers.authorization);
  });

  it('finds the message of a number that was typed with spaces', async () => {
    expect(await trigger({ PHONE: '+44 7700 900001' })).toContain('delivered to +447700900001 by sms');
  });

  it('shows no message of an earlier send', async () => {
    await trigger();
    answer = { status: 200, text: '{"code":"duplicate"}', deliver: null };

    expect(await trigger()).toContain('Nothing was delivered to +447700900001.');
  });

  it('says so when another code was delivered', async () => {
    answer = { ...answer, deliver: '999999' };

    expect(await trigger()).toContain('code 999999: NOT the one that Auth0 made');
  });

  it.each([403, 422, 500])('shows an answer of %d without failing', async (status) => {
    answer = { status, text: '{"code":"no"}', deliver: null };
    const text = await trigger();

    expect(text).toContain(`answer ${status}\n  {"code":"no"}`);
    expect(text).toContain('Nothing was delivered');
  });

  it('lets no control character of an answer reach the terminal', async () => {
    answer = { ...answer, text: '\u001b[31mred' };

    expect(await trigger()).toContain('answer 200\n  red');
  });

  it.each([
    [200, '{"code":"sent"}', 'Twilio itself sends it: look at the phone.'],
    [200, '{"code":"duplicate"}', 'Nothing more was sent: '],
    [200, '{"code":"suppressed"}', 'Nothing was sent: it is blocked, '],
    [403, '{"code":"blocked"}', '\nNothing was sent.'],
    [503, '{"code":"unavailable"}', '\nNothing was sent.'],
    [504, '{"code":"provider_timeout"}', 'Whether Twilio sends it is not known: look at the phone.'],
    [502, '{"code":"provider_error"}', 'Whether Twilio sends it is not known'],
    [502, 'Bad gateway', 'Whether Twilio sends it is not known'],
  ])('says by the code what became of it with Twilio itself: %d %s', async (status, text, expected) => {
    answer = { status, text, deliver: null };

    expect(await trigger({}, aStackFile({ simulatorUrl: null }))).toContain(expected);
    expect(twilio.simulator.seen).toEqual([]);
  });

  it.each<[string, () => Promise<Partial<RunningStack> | null>]>([
    ['is not there', () => Promise.resolve(null)],
    ['has no gateway any more', async () => ({ gatewayUrl: `http://127.0.0.1:${await findFreePort()}` })],
    ['has no simulator any more', async () => ({ simulatorUrl: `http://127.0.0.1:${await findFreePort()}` })],
  ])('says what to run first when the stack %s', async (_name, change) => {
    const stackFile = aStackFile(await change());

    await expect(trigger({}, stackFile)).rejects.toEqual(
      new StackProblem('The local stack is not running: run `make dev` in another terminal first.'),
    );
    expect(asked).toEqual([]);
  });

  it('asks nobody without a number', async () => {
    await expect(trigger({ PHONE: '' })).rejects.toThrow('PHONE is missing');
    expect(asked).toEqual([]);
  });
});
