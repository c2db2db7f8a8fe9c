import { randomInt } from 'node:crypto';
import type { DecisionLog } from '../decision-log.ts';
import type { PlayedAuth0 } from '../played-auth0.ts';
import type { Stage } from './scenario.ts';

const LINE_WITHIN_MS = 3000;

/** Makes `send` of the stage: a send of a visitor of his own, told by the answer and by the gateway's log line. */
export function createSend(auth0: PlayedAuth0, log: DecisionLog): Stage['send'] {
  return async (recipient, code) => {
    const { answer } = await auth0.send({
      recipient,
      door: 'action',
      channel: null,
      template: '',
      // A range that is reserved for documentation; Verify counts by address and number.
      clientIp: `198.51.100.${1 + randomInt(254)}`,
      ...(code === undefined ? {} : { code }),
    });
    const decision = await log.waitFor(
      ({ fields }) => fields['requestId'] === answer.requestId,
      LINE_WITHIN_MS,
    );
    const line = decision?.fields ?? {};
    return { status: answer.status, code: answer.code, line, words: wordsFor(answer, line) };
  };
}

function wordsFor(
  { status, code }: { readonly status: number; readonly code: string },
  line: Readonly<Record<string, unknown>>,
): string {
  const text = (name: string): string => {
    const value = line[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const ruleWords = code === 'sent' ? ', although a trial would block it by' : ' by';
  const rule = text('rule') === '' ? '' : `${ruleWords} ${text('rule')}`;
  const channel = code === 'sent' ? ` by ${text('channel')}` : '';
  const mccMnc = [text('mcc'), text('mnc')].filter((part) => part !== '').join('-');
  const network = text('carrier') === '' ? '' : `, ${mccMnc} ${text('carrier')}`;
  const twilio = text('twilioCode') === '' ? '' : ` (Twilio ${text('twilioCode')})`;
  return `${status} ${code}${channel}${rule}${twilio}${network}`;
}
