/**
 * Auth0 Action, trigger `post-login`: reports a login by one-time code to verify-gateway's function `log-stream`, for
 * tenants that have no log stream to spare or mask user names in it.
 *
 * Secrets of the Action: LOG_STREAM_URL (https://…) and LOG_STREAM_TOKEN (one of the function's LOG_STREAM_TOKENS).
 *
 * It never holds a login up for long and never fails one: a report that gets lost costs a line of statistics. It also runs
 * on silent authentication and refresh, where the report finds nothing pending and changes nothing.
 */
const CALL_LIMIT_MS = 3000;
const STRATEGIES = ['sms', 'email'];

/**
 * @param {object} event - https://auth0.com/docs/customize/actions/reference/post-login/event-object
 */
exports.onExecutePostLogin = async (event) => {
  const { connection, user, secrets } = event;
  if (!STRATEGIES.includes(connection?.strategy)) return;
  const recipient = connection.strategy === 'email' ? user.email : user.phone_number;
  if (!recipient || !secrets.LOG_STREAM_URL || !secrets.LOG_STREAM_TOKEN) return;

  const date = new Date().toISOString();
  // One event in the shape of Auth0's own log; without a log_id, as this login has another one in the tenant's log.
  const report = {
    data: {
      date,
      type: 's',
      connection: connection.name,
      strategy: connection.strategy,
      user_id: user.user_id,
      user_name: recipient,
    },
  };
  try {
    await fetch(secrets.LOG_STREAM_URL, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: secrets.LOG_STREAM_TOKEN },
      body: JSON.stringify([report]),
      redirect: 'manual',
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
  } catch {
    console.log('verify-gateway: a login could not be reported');
  }
};
