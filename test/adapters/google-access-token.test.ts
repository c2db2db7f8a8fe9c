import { afterEach, describe, expect, it } from '@jest/globals';
import { createGoogleAccessToken } from '../../functions/adapters/google-access-token.ts';
import { createHttpClient } from '../../functions/adapters/http-client.ts';
import { startGoogleStandIn, type GoogleStandIn, type StandInAnswer } from '../support/google-stand-in.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function tokenFrom(answers: readonly StandInAnswer[], timeoutMs = 1000) {
  const left = [...answers];
  const metadata: GoogleStandIn = await startGoogleStandIn(
    () => left.shift() ?? { status: 500, body: 'no more' },
  );
  const httpClient = createHttpClient({ maxSockets: 4 });
  closing.push(
    () => httpClient.close(),
    () => metadata.close(),
  );
  const clock = { ms: 1_000_000 };
  const accessToken = createGoogleAccessToken({
    httpClient,
    host: metadata.host,
    timeoutMs,
    now: () => clock.ms,
  });
  return { accessToken, metadata, clock };
}

function token(access_token: string, expires_in = 3600): StandInAnswer {
  return { status: 200, body: { access_token, expires_in, token_type: 'Bearer' } };
}

describe('the access token', () => {
  it('comes from the metadata server, asked as it demands', async () => {
    const { accessToken, metadata } = await tokenFrom([token('ya29.first')]);

    await expect(accessToken()).resolves.toBe('ya29.first');

    expect(metadata.requests).toHaveLength(1);
    expect(metadata.requests[0]?.method).toBe('GET');
    expect(metadata.requests[0]?.url).toBe('/computeMetadata/v1/instance/service-accounts/default/token');
    expect(metadata.requests[0]?.headers['metadata-flavor']).toBe('Google');
  });

  it('is kept until a minute before it expires', async () => {
    const { accessToken, metadata, clock } = await tokenFrom([token('first', 600), token('second', 600)]);
    await accessToken();

    clock.ms += 539_999;
    await expect(accessToken()).resolves.toBe('first');
    clock.ms += 1;
    await expect(accessToken()).resolves.toBe('second');

    expect(metadata.requests).toHaveLength(2);
  });

  it('is not kept at all when it expires within a minute', async () => {
    const { accessToken } = await tokenFrom([token('first', 30), token('second', 30)]);

    await expect(accessToken()).resolves.toBe('first');
    await expect(accessToken()).resolves.toBe('second');
  });

  it('is fetched again when the clock was set back', async () => {
    const { accessToken, clock } = await tokenFrom([token('first'), token('second')]);
    await accessToken();

    clock.ms -= 1;

    await expect(accessToken()).resolves.toBe('second');
  });

  it('is fetched once for all who ask at the same time', async () => {
    const { accessToken, metadata } = await tokenFrom([token('only')]);

    const tokens = await Promise.all(Array.from({ length: 50 }, () => accessToken()));

    expect(new Set(tokens)).toEqual(new Set(['only']));
    expect(metadata.requests).toHaveLength(1);
  });

  it.each<[string, StandInAnswer]>([
    ['a refusal', { status: 403, body: {} }],
    ['no identity', { status: 404, body: 'not found' }],
    ['a text that is no JSON', { status: 200, body: 'secret-token-text' }],
    ['an array', { status: 200, body: [] }],
    ['no token', { status: 200, body: { expires_in: 3600 } }],
    ['a token that breaks the header', { status: 200, body: { access_token: 'a\r\nb', expires_in: 3600 } }],
    ['no lifetime', { status: 200, body: { access_token: 'secret-token-text' } }],
    ['a cut connection', 'reset'],
    ['silence', 'hang'],
  ])('fails on %s, forgets it at once and quotes nothing', async (_name, answer) => {
    const { accessToken } = await tokenFrom([answer, token('later')], 200);

    const failure: unknown = await accessToken().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).not.toContain('secret-token-text');
    await expect(accessToken()).resolves.toBe('later');
  });

  it('asks the metadata server of the platform by default', async () => {
    const urls: string[] = [];
    const accessToken = createGoogleAccessToken({
      httpClient: {
        request: ({ url }) => {
          urls.push(url);
          return Promise.resolve({
            status: 200,
            headers: {},
            body: '{"access_token":"a","expires_in":3600}',
          });
        },
        close: () => undefined,
      },
    });

    await accessToken();
    await accessToken();

    expect(urls).toEqual([
      'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token',
    ]);
  });
});
