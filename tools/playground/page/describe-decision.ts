import type { Decision } from '../live-state.ts';

/** A log line in the words of the page. */
export interface DecisionWords {
  readonly badge: string;
  /** The colour of the badge: a class of the style sheet. */
  readonly tone: 'good' | 'bad' | 'warn' | 'calm' | 'info';
  readonly about: string;
  readonly why: string;
}

const BADGES: Readonly<Record<string, readonly [badge: string, tone: DecisionWords['tone']]>> = {
  'otp.sent': ['Sent', 'good'],
  'otp.blocked': ['Blocked', 'bad'],
  'otp.monitored': ['Monitored', 'warn'],
  'otp.duplicate': ['Duplicate', 'calm'],
  'otp.suppressed': ['Suppressed', 'bad'],
  'otp.reused': ['Reused', 'warn'],
  'otp.failed': ['Failed', 'warn'],
  'request.refused': ['Refused', 'calm'],
  'feedback.batch': ['Log batch', 'calm'],
  'feedback.approved': ['Approved', 'info'],
  'feedback.noop': ['Nothing pending', 'calm'],
  'feedback.failed': ['Not reported', 'warn'],
  'rules.refreshed': ['Rules read', 'calm'],
  'rules.stale': ['Rules stale', 'warn'],
  'rule.invalid': ['Bad rule', 'warn'],
  'config.fault': ['Configuration', 'bad'],
  'instance.started': ['Started', 'calm'],
  'instance.draining': ['Draining', 'calm'],
};

const LOOKUPS: Readonly<Record<string, string>> = {
  fresh: 'Lookup paid',
  cached: 'Lookup cached',
  skipped: 'Lookup skipped',
  unavailable: 'Lookup failed',
};

/** Says what a log line says. */
export function describeDecision(decision: Decision): DecisionWords {
  const { event, fields, isOwnCheck } = decision;
  const [badge, tone] = BADGES[event] ?? [event, 'calm'];
  if (isOwnCheck) {
    return { badge: 'Check', tone: 'calm', about: '', why: 'this page asked, so that the rules are read' };
  }
  const text = (name: string): string => textOf(fields[name]);
  return { badge, tone, about: text('number'), why: reasonsOf(decision, text).join(' · ') };
}

function reasonsOf({ event, fields }: Decision, text: (name: string) => string): readonly string[] {
  const isSend = event.startsWith('otp.') || event === 'request.refused';
  const rule = text('rule');
  const isTrial = event === 'otp.monitored';
  const reasons = [
    rule === '' ? '' : `${isTrial ? 'would be blocked by' : 'rule'} ${rule}`,
    isSend && event !== 'otp.sent' && event !== 'otp.blocked' && !isTrial ? text('code') : '',
    text('twilioCode') === '' ? '' : `Twilio ${text('twilioCode')}`,
    text('channel'),
    networkOf(text),
    text('lineType') === 'mobile' ? '' : text('lineType'),
    LOOKUPS[text('lookup')] ?? (isSend && event !== 'request.refused' ? 'no Lookup' : ''),
    event === 'rules.stale' ? 'the last rules are in force' : '',
    event === 'feedback.noop' ? 'Verify had nothing pending' : '',
    ...countsOf(fields['counts']),
    ...(Array.isArray(fields['problems']) ? fields['problems'].map(textOf) : []),
  ];
  return reasons.filter((reason) => reason !== '');
}

function networkOf(text: (name: string) => string): string {
  const code = [text('mcc'), text('mnc')].filter((part) => part !== '').join('-');
  return [text('carrier'), code].filter((part) => part !== '').join(' ');
}

function countsOf(counts: unknown): readonly string[] {
  if (typeof counts !== 'object' || counts === null) return [];
  return Object.entries(counts)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${String(value)}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
