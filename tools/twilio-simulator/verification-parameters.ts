import { isIP } from 'node:net';
import type { Reply } from './reply.ts';
import type { Service } from './service-store.ts';
import { invalidParameter, twilioError } from './twilio-error.ts';

/** What a create asks for, once its parameters hold. */
export interface VerificationRequest {
  readonly to: string;
  readonly channel: string;
  /** Null: Verify makes one. */
  readonly code: string | null;
  readonly locale: string;
  /** By the unique name of the limit. */
  readonly rateLimits: Readonly<Record<string, string>>;
}

// What Twilio answers when a channel is not set up on the service; for any other channel 60200.
const CHANNEL_NOT_SET_UP: ReadonlyMap<string, number> = new Map([
  ['sms', 60223],
  ['call', 60223],
  ['whatsapp', 60242],
  ['email', 60217],
  ['sna', 60223],
  ['auto', 60223],
]);

// In the order in which they are checked.
const FORMS: readonly (readonly [name: string, isValid: (value: string) => boolean])[] = [
  ['CustomCode', (value) => /^\d{4,10}$/.test(value)],
  ['Locale', (value) => /^[a-z]{2}(-[A-Z]{2})?$/.test(value)],
  ['DeviceIp', (value) => isIP(value) !== 0],
  ['RateLimits', (value) => textsOf(value) !== null],
  ['Tags', (value) => areTags(textsOf(value))],
  ['ChannelConfiguration', (value) => objectOf(value) !== null],
  ['TemplateSid', (value) => /^HJ[0-9a-fA-F]{32}$/.test(value)],
  ['RiskCheck', (value) => value === 'enable' || value === 'disable'],
];

/** Checks the parameters of a create as strictly as Verify does. `reply` is its refusal. */
export function parseVerificationParameters(
  params: Readonly<Record<string, string>>,
  service: Service,
): { readonly request: VerificationRequest } | { readonly reply: Reply } {
  const { To: to, Channel: channel, CustomCode: code, RateLimits: rateLimitsText } = params;
  if (to === undefined) return { reply: missing('To') };
  if (channel === undefined) return { reply: missing('Channel') };
  const notSetUp = CHANNEL_NOT_SET_UP.get(channel);
  if (notSetUp === undefined) return { reply: invalidParameter('Channel', channel) };
  if (!isRecipient(to, channel)) return { reply: invalidParameter('To', to) };
  if (code !== undefined && !service.customCodeEnabled) return { reply: twilioError(60204) };
  for (const [name, isValid] of FORMS) {
    const value = params[name];
    if (value !== undefined && !isValid(value)) return { reply: invalidParameter(name, value) };
  }
  const rateLimits = textsOf(rateLimitsText ?? '{}') ?? {};
  const names = new Set(service.rateLimits.map(({ uniqueName }) => uniqueName));
  const unknown = Object.keys(rateLimits).find((name) => !names.has(name));
  if (unknown !== undefined) return { reply: invalidParameter('RateLimits', unknown) };
  if (!service.channels.has(channel)) return { reply: twilioError(notSetUp) };
  return { request: { to, channel, code: code ?? null, locale: params['Locale'] ?? 'en', rateLimits } };
}

function missing(name: string): Reply {
  return twilioError(60200, { message: `Missing required parameter ${name}` });
}

function isRecipient(to: string, channel: string): boolean {
  const pattern = channel === 'email' ? /^[^\s@]+@[^\s@]+\.[^\s@]+$/ : /^\+[1-9]\d{6,14}$/;
  return pattern.test(to);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function textsOf(text: string): Readonly<Record<string, string>> | null {
  const entries = Object.entries(objectOf(text) ?? { '': null });
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return texts.length === entries.length ? Object.fromEntries(texts) : null;
}

function areTags(tags: Readonly<Record<string, string>> | null): boolean {
  if (tags === null) return false;
  const entries = Object.entries(tags);
  return entries.length <= 10 && entries.flat().every((text) => text.length >= 1 && text.length <= 128);
}
