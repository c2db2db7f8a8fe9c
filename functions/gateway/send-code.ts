import { chooseChannel, type ChannelChoice } from '../domain/choose-channel.ts';
import type { Channel } from '../domain/channel.ts';
import type { Deadline } from '../domain/deadline.ts';
import { decide } from '../domain/decide.ts';
import type { LineType } from '../domain/line-type.ts';
import { rateLimitValues } from '../domain/rate-limit-values.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Stop } from '../domain/verdict.ts';
import { createFailOpen } from './fail-open.ts';
import { inspectNetwork, type Inspection } from './inspect-network.ts';
import type { SendFacts } from './send-facts.ts';
import type { SendRequest } from './send-request.ts';
import type { SendCodePolicy, SendCodePorts, Sending } from './sending.ts';

/** How a send ended well. */
export interface SendOutcome {
  readonly outcome: 'sent' | 'duplicate';
  /** What would have blocked it, were trials in earnest. */
  readonly wouldBlock: Stop | null;
  /** Verify took the send for a repetition of an earlier one although that was cancelled. */
  readonly isReused: boolean;
}

/**
 * Sends a one-time code, or refuses to.
 *
 * @param note - told what is found out on the way, for the log line, whatever the end
 * @throws Refusal `blocked`, `blocked_by_provider`, `channel_not_possible`, `invalid_recipient`, `rate_limited`
 * @throws Fault `unavailable`, `misconfigured`, `provider_error`, `provider_timeout`
 */
export type SendCode = (
  request: SendRequest,
  deadline: Deadline,
  note: (facts: Partial<SendFacts>) => void,
) => Promise<SendOutcome>;

/**
 * Creates the use case. Its order is what protects the money: place rules, which are free; what was just sent; the paid
 * Lookup, and beside it the end of what is pending; network and line type; then the send.
 */
export function createSendCode(ports: SendCodePorts, policy: SendCodePolicy): SendCode {
  return async (request, deadline, note) => {
    const { recipient } = request;
    const to = recipient.kind === 'phone' ? recipient.number.e164 : recipient.address;
    const book = await ports.rules.current(deadline);
    const failOpen = createFailOpen(ports.failOpenBudget);
    if (book.state === 'missing') failOpen.refuseIfDenied(policy.blocklistFailure);
    const sending: Sending = { ports, policy, request, to, book, deadline, failOpen, note };

    askPlace(sending);
    const channel = possible(choose(sending, null));
    note({ channel });
    const result = await ports.recentSends.send({ to, code: request.code, channel }, deadline, () =>
      deliver(sending),
    );
    if (!result.isRepeat) return result.value;
    note({ lookup: 'skipped' });
    return { outcome: 'duplicate', wouldBlock: null, isReused: false };
  };
}

function askPlace(sending: Sending): void {
  const stop = stopAtPlace(sending);
  if (stop === null) return;
  sending.note({ lookup: 'skipped' });
  block(stop, sending.note);
}

function stopAtPlace({ ports, request, book }: Sending): Stop | null {
  if (request.recipient.kind === 'phone') {
    return decide(book.rules, book.settings, { number: request.recipient.number }, ports.now()).blockedBy;
  }
  // An address has no place: only a lockdown, which nothing about an address can lift, stops it.
  return book.settings.mode === 'lockdown' ? LOCKDOWN : null;
}

async function deliver(sending: Sending): Promise<SendOutcome> {
  const { book, failOpen, ports } = sending;
  await ports.verifications.checkAvailable();
  if (book.state === 'missing') failOpen.spend();
  const inspection = await inspectNetwork(sending);
  const { channel, wouldBlock } = settleChannel(sending, inspection);
  const { sendAttempts } = await startOn(channel, sending, inspection);
  return { outcome: 'sent', wouldBlock, isReused: inspection.isCancelled && sendAttempts > 1 };
}

const LOCKDOWN: Stop = { question: 'place', rule: 'lockdown', ruleAction: 'block' };
const LANDLINE: Stop = { question: 'lineType', rule: 'channels.landline', ruleAction: 'block' };

/** The channel, now that the line type is known; in monitor mode a landline goes out as if it were none. */
function settleChannel(
  sending: Sending,
  inspection: Inspection,
): { channel: Channel; wouldBlock: Stop | null } {
  const choice = choose(sending, inspection.carrier?.lineType ?? null);
  if (choice !== 'landline_blocked') return { channel: possible(choice), wouldBlock: inspection.wouldBlock };
  if (sending.book.settings.mode !== 'monitor') block(LANDLINE, sending.note);
  const wouldBlock = inspection.wouldBlock ?? LANDLINE;
  sending.note({ rule: wouldBlock.rule, ruleAction: wouldBlock.ruleAction });
  return { channel: possible(choose(sending, null)), wouldBlock };
}

async function startOn(
  channel: Channel,
  sending: Sending,
  inspection: Inspection,
): Promise<{ readonly sendAttempts: number }> {
  const { note } = sending;
  note({ channel });
  try {
    return await start(channel, sending, inspection);
  } catch (error) {
    if (!isLandlineRefusal(error) || !mayCallInstead(channel, sending)) throw error;
    note({ channel: 'call' });
    return start('call', sending, inspection);
  }
}

function start(channel: Channel, sending: Sending, { carrier }: Inspection) {
  const { ports, policy, request, to, deadline } = sending;
  const { recipient, clientIp, app, door } = request;
  const number = recipient.kind === 'phone' ? recipient.number : null;
  return ports.verifications.start(
    {
      to,
      channel,
      code: request.code,
      rateLimits: rateLimitValues(policy.rateLimits, { number, clientIp, carrier }),
      deviceIp: clientIp,
      locale: request.locale,
      tags: { door, ...(app === null ? {} : { app }) },
    },
    deadline,
  );
}

const LANDLINE_REFUSED = 60205;

function isLandlineRefusal(error: unknown): boolean {
  return error instanceof Refusal && error.twilioCode === LANDLINE_REFUSED;
}

function mayCallInstead(channel: Channel, { policy, request, book }: Sending): boolean {
  if (channel !== 'sms' || request.channel !== null) return false;
  return policy.enabledChannels.includes('call') && book.settings.channels.landline !== 'block';
}

function choose({ policy, request, book }: Sending, lineType: LineType | null): ChannelChoice {
  const { recipient } = request;
  return chooseChannel({
    asked: request.channel,
    recipient: recipient.kind,
    country: recipient.kind === 'phone' ? recipient.number.country : null,
    lineType,
    settings: book.settings.channels,
    enabled: policy.enabledChannels,
    defaultChannel: policy.defaultChannel,
  });
}

function possible(choice: ChannelChoice): Channel {
  if (choice === 'not_possible' || choice === 'landline_blocked') throw new Refusal('channel_not_possible');
  return choice;
}

function block(stop: Stop, note: (facts: Partial<SendFacts>) => void): never {
  note({ rule: stop.rule, ruleAction: stop.ruleAction });
  throw new Refusal('blocked');
}
