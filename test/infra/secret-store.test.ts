import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PassThroughClient } from 'google-auth-library';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { createSecretStore, type SecretStore } from '../../tools/deploy/secret-store.ts';

/** Google's answers by the secret that is asked for. */
const VERSIONS: Readonly<Record<string, unknown>> = {
  filled: { versions: [{ name: 'projects/demo-project/secrets/filled/versions/3' }] },
  empty: {},
};

describe('createSecretStore', () => {
  const asked: { readonly line: string; readonly body: string }[] = [];
  let server: Server;
  let store: SecretStore;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const url = new URL(request.url ?? '', 'http://stand-in');
        asked.push({
          line: `${request.method ?? ''} ${url.pathname} ${url.searchParams.get('filter') ?? ''}`,
          body,
        });
        const secret = /\/secrets\/([^/:]+)/.exec(url.pathname)?.[1] ?? '';
        const answer = request.method === 'POST' ? {} : VERSIONS[secret];
        response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer ?? { error: { code: 404, message: '', status: 'NOT_FOUND' } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = new SecretManagerServiceClient({
      fallback: true,
      protocol: 'http',
      apiEndpoint: '127.0.0.1',
      port,
      authClient: new PassThroughClient(),
    });
    store = createSecretStore('demo-project', client);
  });

  beforeEach(() => void asked.splice(0));

  afterAll(async () => {
    await store.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['filled', true],
    ['empty', false],
  ])('asks for versions that a function could read: %s', async (id, expected) => {
    expect(await store.hasValue(id)).toBe(expected);
    expect(asked).toEqual([
      { line: `GET /v1/projects/demo-project/secrets/${id}/versions state:ENABLED`, body: '' },
    ]);
  });

  it('adds a value, byte for byte', async () => {
    await store.addValue('empty', 'a-value\nof two lines');
    expect(asked).toEqual([
      {
        line: 'POST /v1/projects/demo-project/secrets/empty:addVersion ',
        body: JSON.stringify({ payload: { data: Buffer.from('a-value\nof two lines').toString('base64') } }),
      },
    ]);
  });

  it('fails with the code for not found where there is no secret', async () => {
    await expect(store.hasValue('absent')).rejects.toMatchObject({ code: 5 });
  });
});
