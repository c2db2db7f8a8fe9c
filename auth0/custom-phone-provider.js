/**
 * Auth0 Action, trigger `custom-phone-provider`: sends one-time codes through verify-gateway.
 *
 * Secrets of the Action: GATEWAY_URL (https://…) and GATEWAY_SECRET (one of the gateway's GATEWAY_SECRETS).
 * Optional secret GATEWAY_SECRET_BASE64 = "true" where the gateway decodes its keys from base64url.
 *
 * An Action may run for 20 s and the gateway answers within 15 s, so one call is made and ended after 17 s. Auth0 runs the
 * Action again where it says `retry`, and not where it says `drop`. Reasons appear in the tenant's logs: no number, no code.
 */
const { createHmac } = require('node:crypto');

const CALL_LIMIT_MS = 17_000;

/** What an administrator reads in the tenant's logs when a message is dropped, by the code of the gateway's answer. */
const DROP_REASONS = {
  malformed_request: 'The gateway does not understand this version of the Action: update both',
  invalid_recipient: 'The recipient is no number that can exist',
  unauthenticated: 'The gateway refuses our signature: GATEWAY_SECRET must be one of its GATEWAY_SECRETS',
  blocked: 'A rule of the gateway blocks this recipient',
  blocked_by_provider: 'Twilio blocks this recipient: Fraud Guard or geo permissions',
  code_not_found: 'The message holds no one-time code of 4 to 10 digits',
  not_a_code: 'A message of this type carries no one-time code',
  channel_not_possible:
    'The recipient cannot be reached through this channel, or it is not enabled in the gateway',
  rate_limited: 'Too many codes were sent to this recipient or from this address',
  misconfigured: 'The gateway is misconfigured: see its log',
  internal: 'The gateway failed: see its log',
};

/**
 * @param {object} event - https://auth0.com/docs/customize/actions/reference/custom-phone-provider/event-object
 * @param {object} api - https://auth0.com/docs/customize/actions/reference/custom-phone-provider/api-object
 */
exports.onExecuteCustomPhoneProvider = async (event, api) => {
  const { code, message_type: messageType } = event.notification;
  if (!code) {
    api.notification.drop(
      `verify-gateway: messages of type ${nameOf(messageType)} carry no one-time code; send them in another way`,
    );
    return;
  }
  if (!event.secrets.GATEWAY_URL || !event.secrets.GATEWAY_SECRET) {
    api.notification.drop('verify-gateway: set the secrets GATEWAY_URL and GATEWAY_SECRET of this Action');
    return;
  }

  const answer = await post(event.secrets, JSON.stringify(bodyOf(event)));
  if (answer.status === 200) return;
  const isWorthRepeating = answer.status === null || answer.status >= 502;
  if (isWorthRepeating) api.notification.retry(`verify-gateway: ${answer.problem}`);
  else api.notification.drop(`verify-gateway: ${answer.problem}`);
};

function bodyOf({ notification, request, client, tenant, transaction }) {
  return {
    v: 1,
    recipient: notification.recipient,
    code: notification.code,
    // For text the operator's settings choose the channel.
    ...(notification.delivery_method === 'voice' ? { channel: 'call' } : {}),
    locale: notification.locale ?? null,
    message_type: notification.message_type ?? null,
    req: { ip: request?.ip ?? null, 'user-agent': request?.user_agent ?? null },
    client_id: client?.client_id ?? null,
    app: client?.name ?? null,
    tenant: tenant?.id ?? null,
    correlation_id: transaction?.correlation_id ?? null,
  };
}

/** The status and what went wrong, in words fit for a log; status null where no answer came. */
async function post({ GATEWAY_URL: url, GATEWAY_SECRET: secret, GATEWAY_SECRET_BASE64: isBase64 }, body) {
  const time = Math.floor(Date.now() / 1000);
  const key = Buffer.from(secret, isBase64 === 'true' ? 'base64url' : 'utf8');
  const mac = createHmac('sha256', key).update(`gateway.v1.${time}.${body}`).digest('hex');
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-signature': `t=${time},v1=${mac}` },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    const code = response.status === 200 ? null : await codeOf(response);
    const reason = DROP_REASONS[code] ?? `the gateway answered ${response.status}`;
    return {
      status: response.status,
      problem: code === null ? reason : `${reason} (${response.status} ${code})`,
    };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return {
      status: null,
      problem: isLate ? 'the gateway did not answer in time' : 'the gateway cannot be reached',
    };
  }
}

/** The code of a problem, where the answer is one of the gateway's. */
async function codeOf(response) {
  try {
    const { code } = JSON.parse(await response.text());
    return nameOf(code);
  } catch {
    return null;
  }
}

function nameOf(value) {
  return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value) ? value : 'unknown';
}
