import type { BenchRequest } from './login-request.ts';
import { testNumber } from './test-numbers.ts';
import { LOG_STREAM_TOKEN } from './variant.ts';

/** Events of a batch, and how many of them are logins by a code. */
export const BATCH_EVENTS = 1000;
/** One of a hundred. */
export const BATCH_LOGINS = 10;

// What a tenant's log is made of, besides logins by a code; every twentieth is a login with a password, whose type is
// among the success events as well.
const OTHER_TYPES = ['seccft', 'ssa', 'slo', 'sertft', 'fp', 'feccft', 'fsa', 'sapi', 'sdu', 'limit_wc'];
const PASSWORD_EVERY = 20;
const USER_AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/**
 * A batch as a log stream sends it: an array of some 1.3 KB each.
 *
 * @param batch - makes the ids and the numbers of the logins different from those of other batches
 */
export function logBatch(batch: number): BenchRequest {
  const loginEvery = BATCH_EVENTS / BATCH_LOGINS;
  const events = Array.from({ length: BATCH_EVENTS }, (_value, index) => {
    const id = `9002026112412${String(batch).padStart(6, '0')}${String(index).padStart(6, '0')}`;
    if (index % loginEvery === 0) {
      const number = testNumber(batch * BATCH_LOGINS + index / loginEvery);
      return anEvent(id, 's', 'sms', number);
    }
    const isPassword = index % PASSWORD_EVERY === 1;
    const type = isPassword ? 's' : (OTHER_TYPES[index % OTHER_TYPES.length] ?? 'slo');
    return anEvent(id, type, 'Username-Password-Authentication', `user-${index}@example.com`);
  });
  return {
    headers: { authorization: LOG_STREAM_TOKEN, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(events)),
  };
}

function anEvent(id: string, type: string, connection: string, userName: string) {
  const strategy = connection === 'sms' ? 'sms' : 'auth0';
  return {
    log_id: id,
    data: {
      date: new Date().toISOString(),
      type,
      connection,
      connection_id: 'con_0000000000000000',
      client_id: '0000000000000000000000000000000A',
      client_name: 'Acme Shop',
      ip: '203.0.113.7',
      user_agent: USER_AGENT,
      hostname: 'acme.eu.auth0.com',
      user_id: `${strategy}|5fc0000000000000000000${id.slice(-4)}`,
      user_name: userName,
      strategy,
      strategy_type: connection === 'sms' ? 'passwordless' : 'database',
      details: {
        prompts: [],
        completedAt: 1_795_521_600_000,
        elapsedTime: null,
        session_id: 'B7x1Zk0000000000000000000000000000',
        stats: { loginsCount: 17 },
        actions: { executions: ['MjAyNi0xMS0yNFQxMjowMDowMC4wMDBafGFjdGlvbnM='] },
      },
      $event_schema: { version: '1.0.0' },
      environment_name: 'prod-eu-1',
      log_id: id,
      tenant_name: 'acme',
      security_context: { ja3: '0'.repeat(32), ja4: 't13d1516h2_8daaf6152771_02713d6af862' },
      auth0_client: { name: 'auth0.js-ulp', version: '9.28.0', env: { node: '22' } },
      _id: id,
      isMobile: false,
      description: 'x'.repeat(80),
    },
  };
}
