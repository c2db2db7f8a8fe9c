import type { Decision, VerificationState } from '../live-state.ts';
import { describeDecision } from './describe-decision.ts';
import { byId, make, setText, timeOf } from './dom.ts';
import type { Live } from './live.ts';
import { createListView } from './show-list.ts';

const STATUS_TONES: Readonly<Record<string, string>> = {
  pending: 'warn',
  approved: 'good',
  canceled: 'calm',
  expired: 'calm',
};

/** The right of the page: what the gateway decided, and how the verifications stand. */
export function startGatewayPanel(live: Live): void {
  const noDecisions = byId('no-decisions', HTMLElement);
  const noVerifications = byId('no-verifications', HTMLElement);
  const showDecisions = createListView(byId('decisions', HTMLElement), {
    keyOf: ({ id }: Decision) => String(id),
    create: decisionRow,
  });
  const showVerifications = createListView(byId('verifications', HTMLElement), {
    keyOf: ({ sid }: VerificationState) => sid,
    create: verificationRow,
    update: updateVerification,
  });
  live.on('stack', ({ areDecisionsLogged }) => {
    if (!areDecisionsLogged)
      setText(noDecisions, 'LOG_LEVEL hides the lines that would appear here: use info.');
  });
  live.on('decisions', (decisions) => {
    showDecisions(decisions.toReversed());
    noDecisions.hidden = decisions.length > 0;
  });
  live.on('verifications', (verifications) => {
    showVerifications(verifications.toReversed());
    noVerifications.hidden = verifications.length > 0;
  });
  live.on('choices', ({ whyNotSimulated }) => {
    if (whyNotSimulated !== null) setText(noVerifications, 'They are at Twilio.');
  });
}

function decisionRow(decision: Decision): HTMLLIElement {
  const { badge, tone, about, why } = describeDecision(decision);
  const { durationMs } = decision.fields;
  const isLine = decision.isOwnCheck || !/^(otp|request|feedback\.approved)/.test(decision.event);
  const attributes = {
    class: isLine ? 'decision aside' : 'decision',
    'data-event': decision.event,
    title: Object.entries(decision.fields)
      .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join('\n'),
  };
  return make(
    'li',
    attributes,
    make('span', { class: `badge ${tone}` }, badge),
    make('span', { class: 'about' }, about),
    make('span', { class: 'why' }, why),
    make('span', { class: 'ms quiet' }, typeof durationMs === 'number' ? `${durationMs} ms` : ''),
    make('time', { class: 'quiet', datetime: decision.at }, timeOf(decision.at)),
  );
}

function verificationRow(verification: VerificationState): HTMLLIElement {
  const row = make(
    'li',
    { class: 'verification' },
    make('span', { class: 'to' }, verification.to),
    make('span', { class: 'badge' }, verification.status),
  );
  updateVerification(row, verification);
  return row;
}

function updateVerification(row: HTMLLIElement, { status, sendAttempts, channel }: VerificationState): void {
  const badge = row.querySelector<HTMLElement>('.badge');
  if (badge === null) return;
  badge.className = `badge ${STATUS_TONES[status] ?? 'calm'}`;
  setText(badge, status);
  row.title = `${channel}, ${sendAttempts} sent`;
}
