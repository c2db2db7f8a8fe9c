/** Now, as far as these tests go. */
export const NOW = Date.parse('2026-11-23T06:01:00.000Z');

/** What is configured where nothing is. */
export const NAMES = { types: ['s', 'scoa', 'sepft', 'sepotpft', 'seacft'], connections: ['sms'] };

/** An event with its envelope: a login by code a minute ago, but for what is changed. */
export function aLogEvent(change: Readonly<Record<string, unknown>> = {}) {
  const data = {
    date: '2026-11-23T06:00:00.000Z',
    type: 's',
    connection: 'sms',
    strategy: 'sms',
    user_id: 'sms|65f0c0ffee0000000000abcd',
    user_name: '+447700900123',
    details: { prompts: [], session_id: 'session' },
    log_id: '90020261123060000000000000000000000001223372036854770001',
    ...change,
  };
  return { log_id: data.log_id, data };
}

/** An event that is no login, with the id that is given. */
export function anOtherEvent(logId: string) {
  return aLogEvent({ type: 'fp', log_id: logId, connection: 'users', strategy: 'auth0', user_id: 'auth0|1' });
}
