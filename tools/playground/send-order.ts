import { createHmac, randomInt } from 'node:crypto';
import { buildAuth0Request, signAuth0Token } from '../local-stack/auth0-request.ts';

/** A code that Auth0 is to send, as the page orders it. */
export interface SendOrder {
  readonly recipient: string;
  /** The legacy connection with a custom SMS gateway, or an Action. */
  readonly door: 'connection' | 'action';
  /** Null leaves it to the gateway. */
  readonly channel: string | null;
  /** Of the connection: the text with `{{ code }}` in it. */
  readonly template: string;
  /** Default: six random digits. */
  readonly code?: string;
  /** The visitor's address; default: one of a range that is reserved for documentation. */
  readonly clientIp?: string;
  /** The application that the Action names. */
  readonly app?: string;
}

/** What Auth0 would post. */
export interface SignedRequest {
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const CLIENT_IP = '203.0.113.7';
const USER_AGENT = 'verify-gateway playground';

/** Makes the request of either door, signed with the gateway's key. */
export async function signSendOrder(order: SendOrder, key: string): Promise<SignedRequest> {
  return order.door === 'connection' ? ofConnection(order, key) : ofAction(order, key);
}

async function ofConnection(order: SendOrder, key: string): Promise<SignedRequest> {
  const { recipient, channel, template, code } = order;
  const request = buildAuth0Request({
    PHONE: recipient,
    CODE: code,
    // A connection has no other way to ask for a channel than a template made for machines.
    ...(channel === null ? { TEMPLATE: template } : { CHANNEL: channel }),
  });
  const body = { ...request.body, req: clientOf(order) };
  return {
    code: request.code,
    headers: {
      authorization: `Bearer ${await signAuth0Token(key)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  };
}

/** As `auth0/custom-phone-provider.js` posts it; that Action leaves every channel but `call` to the gateway. */
function ofAction(order: SendOrder, key: string): SignedRequest {
  const { recipient, channel, app = 'Playground' } = order;
  const code = order.code ?? String(randomInt(1_000_000)).padStart(6, '0');
  const body = JSON.stringify({
    v: 1,
    recipient,
    code,
    ...(channel === null ? {} : { channel }),
    locale: 'en',
    message_type: 'otp_verify',
    req: clientOf(order),
    client_id: 'playground',
    app,
    tenant: 'local',
    correlation_id: null,
  });
  const time = Math.floor(Date.now() / 1000);
  const mac = createHmac('sha256', key).update(`gateway.v1.${time}.${body}`).digest('hex');
  return {
    code,
    headers: { 'x-signature': `t=${time},v1=${mac}`, 'content-type': 'application/json' },
    body,
  };
}

function clientOf({ clientIp = CLIENT_IP }: SendOrder) {
  return { ip: clientIp, 'user-agent': USER_AGENT };
}
