import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { serve } from '../../../functions/http/serve.ts';
import { watchProcessListeners } from '../../support/process-listeners.ts';
import { recordLog } from '../../support/recorded-log.ts';
import { turns } from '../../support/turns.ts';
import { send } from '../../support/wire.ts';

describe('serve', () => {
  it('puts the handler behind the guard of the next server, and logs the start', async () => {
    const listeners = watchProcessListeners();
    const { log, lines } = recordLog();
    const handler = () => Promise.reject(new Refusal('unauthenticated'));
    serve({ handler, maxBodyBytes: 10, bodyTimeoutMs: 1000, maxInFlight: 1, log }, { rules: 3 });
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await turns();
    try {
      const answer = await send((server.address() as AddressInfo).port, { body: 'x' });

      expect(answer.status).toBe(401);
      expect(lines()).toMatchObject([
        { severity: 'INFO', event: 'instance.started', counts: { rules: 3, startMs: expect.any(Number) } },
        { event: 'request.refused', code: 'unauthenticated' },
      ]);
    } finally {
      listeners.restore();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
