import { randomBytes } from 'node:crypto';

/**
 * The event that Auth0 writes after a login by code, in the form of its log stream with the format JSON array.
 *
 * @param to - E.164, or an e-mail address, which another connection serves
 */
export function buildAuth0Login(to: string): readonly unknown[] {
  const logId = `900${randomBytes(12).toString('hex')}`;
  const connection = to.startsWith('+') ? 'sms' : 'email';
  const data = {
    date: new Date().toISOString(),
    type: 's',
    connection,
    connection_id: 'con_local',
    client_name: 'Local stack',
    strategy: connection,
    strategy_type: 'passwordless',
    user_id: `${connection}|local`,
    user_name: to,
    log_id: logId,
  };
  return [{ log_id: logId, data }];
}
