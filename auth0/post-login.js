/**
 * Auth0 Action, trigger `post-login`: reports a login by one-time code to verify-gateway's function `log-stream`, for
 * tenants that have no log stream to spare or mask user names in it.
 *
 * Secrets of the Action: LOG_STREAM_URL (https://…) and LOG_STREAM_TOKEN (one of the function's LOG_STREAM_TOKENS).
 * Optional secret OTP_CONNECTIONS, as the function's own where that is set, such as "sms,email" for whoever sends e-mail
 * codes through Verify too. Without it only logins by a code that was sent to a number are reported: no other login waits.
 *
 * It never holds a login up for long and never fails one: a report that gets lost costs a line of statistics. The trigger
 * also runs where no code was used: refresh tokens, silent authentication, a session that is used again. Those are left
 * out, as they would mark a code as used that somebody has only just asked for.
 */
const CALL_LIMIT_MS = 3000;
const FRESH_MS = 600_000;
const DEFAULT_CONNECTIONS = 'sms';

/**
 * @param {object} event - https://auth0.com/docs/customize/actions/reference/post-login/event-object
 */
exports.onExecutePostLogin = async (event) => {
  const { connection, secrets } = event;
  if (!isByCode(connection, secrets) || !isFreshLogin(event)) return;
  const recipient = recipientOf(event);
  if (!recipient || !secrets.LOG_STREAM_URL || !secrets.LOG_STREAM_TOKEN) {
    console.log(
      'verify-gateway: a login cannot be reported: no number, or LOG_STREAM_URL and LOG_STREAM_TOKEN are not set',
    );
    return;
  }
  await post(secrets, reportOf(event, recipient));
};

/** Whether the function would count a login through this connection, or with this strategy, as one by code. */
function isByCode(connection, { OTP_CONNECTIONS: listed }) {
  const names = (listed || DEFAULT_CONNECTIONS).split(',').map((name) => name.trim());
  return names.includes(connection?.strategy) || names.includes(connection?.name);
}

function isFreshLogin({ transaction, request, authentication }) {
  if (transaction?.protocol === 'oauth2-refresh-token' || request?.query?.prompt === 'none') return false;
  const times = (authentication?.methods ?? []).map(({ timestamp }) => Date.parse(timestamp));
  // Without times there is nothing to judge by.
  return times.length === 0 || times.some((time) => Date.now() - time < FRESH_MS);
}

/** The number, or address, of the identity that has logged in: a linked account carries that of its first identity. */
function recipientOf({ connection, user }) {
  const name = connection.strategy === 'email' ? 'email' : 'phone_number';
  const identity = (user.identities ?? []).find((one) => one.connection === connection.name);
  return identity?.profileData?.[name] ?? user[name];
}

/** One event in the shape of Auth0's own log; without a log_id, as this login has another one in the tenant's log. */
function reportOf({ connection, user }, recipient) {
  return {
    data: {
      date: new Date().toISOString(),
      type: 's',
      connection: connection.name,
      strategy: connection.strategy,
      user_id: user.user_id,
      user_name: recipient,
    },
  };
}

async function post({ LOG_STREAM_URL: url, LOG_STREAM_TOKEN: token }, report) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: token },
      body: JSON.stringify([report]),
      redirect: 'manual',
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    if (response.status !== 200)
      console.log(`verify-gateway: a login could not be reported: ${response.status}`);
  } catch {
    console.log('verify-gateway: a login could not be reported: no answer');
  }
}
