import { afterEach, describe, expect, it } from '@jest/globals';
import { startGoogleStandIn, type GoogleStandIn, type StandInAnswer } from '../support/google-stand-in.ts';
import { smokeTest } from '../../tools/deploy/smoke-test.ts';

const running: GoogleStandIn[] = [];

afterEach(async () => {
  for (const standIn of running.splice(0)) await standIn.close();
});

interface Answers {
  readonly health: StandInAnswer;
  readonly refused: StandInAnswer;
}

const GOOD: Answers = { health: { status: 200, body: 'ok' }, refused: { status: 401, body: {} } };

async function aFunction(answers: Partial<Answers> = {}): Promise<GoogleStandIn> {
  const { health, refused } = { ...GOOD, ...answers };
  const standIn = await startGoogleStandIn(({ url }) => (url === '/health' ? health : refused));
  running.push(standIn);
  return standIn;
}

async function smoke(gateway: GoogleStandIn, logStream: GoogleStandIn, attempts = 1): Promise<string | null> {
  const urls = { gateway: `http://${gateway.host}`, 'log-stream': `http://${logStream.host}` };
  return smokeTest({ urls, attempts, pauseMs: 1, say: () => undefined }).then(
    () => null,
    (error: unknown) => String(error),
  );
}

describe('smokeTest', () => {
  it('asks both functions whether they are there and refuse a wrong credential', async () => {
    const [gateway, logStream] = [await aFunction(), await aFunction()];
    expect(await smoke(gateway, logStream)).toBeNull();
    for (const { requests } of [gateway, logStream]) {
      expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /health', 'POST /']);
      expect(requests[1]?.headers.authorization).toMatch(/^Bearer /);
    }
  });

  it.each([
    [
      'is not well',
      { health: { status: 500, body: '' } },
      /^DeployFailure: gateway: GET \/health answers 500/,
    ],
    ['does not answer', { health: 'reset' }, /^DeployFailure: gateway: GET \/health answers nothing/],
    [
      'lets a wrong credential in',
      { refused: { status: 200, body: {} } },
      /wrong credential is answered 200 instead of 401/,
    ],
    ['is closed by Google', { health: { status: 403, body: '' } }, /domain-restricted sharing/],
    ['is somewhere else', { health: { status: 302, body: '' } }, /answers 302/],
  ] as const)('says which function %s', async (_name, answers, sentence) => {
    expect(await smoke(await aFunction(answers), await aFunction())).toMatch(sentence);
  });

  it('names both when both fail', async () => {
    const bad = { health: { status: 500, body: '' } };
    expect(await smoke(await aFunction(bad), await aFunction(bad))).toMatch(/gateway: .*\nlog-stream: /);
  });

  it('waits for a grant that is not in force yet', async () => {
    let count = 0;
    const late = await startGoogleStandIn(({ url }) => {
      count += 1;
      if (count < 3) return { status: 403, body: '' };
      return url === '/health' ? GOOD.health : GOOD.refused;
    });
    running.push(late);
    expect(await smoke(late, await aFunction(), 5)).toBeNull();
  });
});
