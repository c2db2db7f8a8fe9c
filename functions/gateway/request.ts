import { parseChannel, type Channel } from '../domain/channel.ts';
import { clientNetwork } from '../domain/client-network.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-number.ts';
import { Refusal } from '../domain/refusal.ts';
import { checkCode } from './check-code.ts';
import { readOneTimeCode, type CodeFormat, type ReadMessage } from './one-time-code.ts';
import type { Recipient, SendRequest } from './send-request.ts';

type Body = Readonly<Record<string, unknown>>;

// Messages of Auth0 that are a warning, not a code: Verify can send codes only.
const MESSAGES_WITHOUT_CODE: ReadonlySet<string> = new Set(['blocked_account', 'password_breach']);
const LOCALE = /^[a-z]{2}(?:-[A-Z]{2})?$/;
const MAX_APP_LENGTH = 64;

/** What is known of a request that may still turn out to be none. */
export type KnownOfRequest = Partial<Pick<SendRequest, 'door' | 'clientIp' | 'recipient' | 'app'>>;

/**
 * Reads the body of an authentic request: that of Auth0's custom SMS gateway, or version 1 of our own Action's, which
 * has a member `v`.
 *
 * @param note - told what is known by then, so that a log line can say whose request was refused
 * @throws Refusal `malformed_request`, `invalid_recipient`, `not_a_code`, `code_not_found`, `channel_not_possible`
 */
export function parseRequest(
  rawBody: Buffer,
  format: CodeFormat,
  note: (known: KnownOfRequest) => void = () => undefined,
): SendRequest {
  const body = parseJson(rawBody);
  const door = 'v' in body ? 'action' : 'legacy';
  const clientIp = clientIpOf(body);
  note({ door, clientIp });
  if (door === 'action' && body['v'] !== 1) throw new Refusal('malformed_request');
  const messageType = optionalText(body, 'message_type');
  if (messageType !== null && MESSAGES_WITHOUT_CODE.has(messageType)) throw new Refusal('not_a_code');

  const recipient = parseRecipient(requiredText(body, 'recipient'));
  note({ recipient });
  const asked = parseAskedChannel(optionalText(body, 'channel'));
  const message = door === 'action' ? readFields(body) : readText(body, recipient, format);
  const channel = asked ?? parseAskedChannel(message.channel);
  const app = parseApp(message.app);
  note({ app });
  checkChannelFits(channel, recipient);
  return {
    recipient,
    code: message.code,
    channel,
    locale: parseLocale(message.locale),
    clientIp,
    app,
    messageType,
    door,
  };
}

function parseJson(rawBody: Buffer): Body {
  try {
    // Strict: a body that is not UTF-8 is refused instead of read with replacement characters. A BOM is skipped.
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // A syntax error quotes the body, so nothing of it is kept.
  }
  throw new Refusal('malformed_request');
}

function requiredText(body: Body, name: string): string {
  const text = optionalText(body, name);
  if (text === null) throw new Refusal('malformed_request');
  return text;
}

/** A text, or null where it is absent or null. */
function optionalText(body: Body, name: string): string | null {
  const value = Object.hasOwn(body, name) ? body[name] : null;
  if (value === null) return null;
  if (typeof value !== 'string') throw new Refusal('malformed_request');
  return value;
}

function parseRecipient(text: string): Recipient {
  const number = parsePhoneNumber(text);
  if (number !== null) return { kind: 'phone', number };
  const address = parseEmailAddress(text.trim());
  if (address !== null) return { kind: 'email', address };
  throw new Refusal('invalid_recipient');
}

function parseAskedChannel(text: string | null): Channel | null {
  if (text === null) return null;
  const channel = parseChannel(text);
  if (channel === null) throw new Refusal('malformed_request');
  return channel;
}

function readFields(body: Body): ReadMessage {
  return {
    code: checkCode(requiredText(body, 'code')),
    locale: optionalText(body, 'locale'),
    app: optionalText(body, 'app'),
    channel: null,
  };
}

function readText(body: Body, recipient: Recipient, format: CodeFormat): ReadMessage {
  const digits = recipient.kind === 'phone' ? digitsOf(recipient.number) : [];
  return readOneTimeCode(requiredText(body, 'body'), digits, format);
}

function digitsOf({ e164, callingCode }: PhoneNumber): readonly string[] {
  return [e164.slice(1), e164.slice(1 + callingCode.length)];
}

function checkChannelFits(channel: Channel | null, { kind }: Recipient): void {
  if (kind === 'email' && channel === null) throw new Refusal('invalid_recipient');
  if (channel !== null && (channel === 'email') !== (kind === 'email'))
    throw new Refusal('channel_not_possible');
}

/** The first tag of a list such as `en-US,en;q=0.9`; anything that is no `xx` or `xx-YY` is left out. */
function parseLocale(text: string | null): string | null {
  const tag = text?.split(/[,;]/, 1)[0]?.trim() ?? '';
  return LOCALE.test(tag) ? tag : null;
}

function clientIpOf(body: Body): string | null {
  const request = Object.hasOwn(body, 'req') ? body['req'] : null;
  if (typeof request !== 'object' || request === null || !('ip' in request)) return null;
  const ip = typeof request.ip === 'string' ? request.ip.trim() : '';
  return clientNetwork(ip) === null ? null : ip;
}

/** The name of an app, fit for a log: no control characters, and no digits in a row that could be a code or a number. */
function parseApp(text: string | null): string | null {
  const app = (text ?? '')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\p{Nd}(?:[\s.()-]*\p{Nd}){3,}/gu, '\u2022')
    .trim();
  return app === '' ? null : app.slice(0, MAX_APP_LENGTH);
}
