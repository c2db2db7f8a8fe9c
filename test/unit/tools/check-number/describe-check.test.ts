import { describe, expect, it } from '@jest/globals';
import { describeCheck } from '../../../../tools/check-number/describe-check.ts';
import type { NumberCheck } from '../../../../tools/check-number/number-check.ts';

const PASS = { answer: 'pass', rule: null, reason: null, expiresAt: null } as const;

const CONFIG = {
  enabledChannels: ['sms', 'call'],
  defaultChannel: 'sms',
  unknownCarrier: 'allow',
  isDeployed: false,
} as const;

function aCheck(changes: Partial<NumberCheck> = {}): NumberCheck {
  return {
    verdict: 'sent',
    code: 'sent',
    status: 200,
    why: 'no rule stands against it',
    number: { e164: '+447700900123', country: 'GB', callingCode: '44' },
    source: 'the local stack',
    settings: { mode: 'enforce', defaultCountry: 'allow' },
    config: CONFIG,
    questions: { place: PASS, network: PASS, lineType: PASS },
    lookup: { status: 'answered', mcc: '234', mnc: '15', carrier: 'Vodafone', lineType: 'mobile' },
    channel: 'sms',
    wouldBlock: null,
    problems: [],
    ...changes,
  };
}

describe('what is shown of a number', () => {
  it('is all that was found out, and the verdict at the end', () => {
    const place = { ...PASS, answer: 'allow', rule: 'GB', expiresAt: '2027-01-01T00:00:00.000Z' } as const;
    const network = { ...PASS, answer: 'block', rule: '234-15', reason: 'Ticket 7' } as const;
    const check = aCheck({
      verdict: 'blocked',
      code: 'blocked',
      status: 403,
      why: 'rule 234-15 says block ("Ticket 7")',
      questions: { place, network, lineType: PASS },
      channel: null,
      problems: [{ document: 'UK', problem: 'UK: did you mean GB' }],
    });
    expect(describeCheck(check).split('\n')).toEqual([
      'number     +447700900123, GB, calling code 44',
      'read from  the local stack',
      'settings   mode enforce, defaultCountry allow',
      'config     ENABLED_CHANNELS=sms,call DEFAULT_CHANNEL=sms UNKNOWN_CARRIER=allow, as set here',
      'place      allowed by GB, until 2027-01-01T00:00:00.000Z',
      'network    blocked by 234-15, "Ticket 7"',
      'line type  passes: nothing matches',
      'Lookup     234-15, Vodafone, mobile',
      'look at    UK: UK: did you mean GB',
      '',
      'WOULD NOT BE SENT (403 blocked): rule 234-15 says block ("Ticket 7").',
    ]);
  });

  it.each<[string, Partial<NumberCheck>, string]>([
    ['the channel', {}, 'channel    sms\n\nWOULD BE SENT (200 sent): no rule stands against it.'],
    [
      'settings as deployed',
      { config: { ...CONFIG, isDeployed: true } },
      'UNKNOWN_CARRIER=allow, as deployed',
    ],
    ['no number', { number: null }, 'number     none'],
    [
      'no country',
      { number: { e164: '+881600000000', country: null, callingCode: '881' } },
      'number     +881600000000, of no country, calling code 881',
    ],
    [
      'a question that was not asked',
      { questions: { place: PASS, network: { ...PASS, answer: 'not_asked' }, lineType: PASS } },
      'network    not asked',
    ],
    [
      'a verdict that is unknown',
      { verdict: 'unknown', status: null, code: 'rules_missing', why: 'so it is' },
      'COULD NOT BE FOUND OUT: so it is.',
    ],
  ])('names %s', (_what, changes, text) => {
    expect(describeCheck(aCheck(changes))).toContain(text);
  });

  const NOTHING = { mcc: null, mnc: null, carrier: null, lineType: null } as const;

  it.each<[NonNullable<NumberCheck['lookup']>, string]>([
    [{ ...NOTHING, status: 'not_needed' }, 'not needed: it could not change the verdict'],
    [{ ...NOTHING, status: 'left_out' }, 'left out (LOOKUP=0)'],
    [{ ...NOTHING, status: 'unavailable' }, 'no answer'],
    [{ ...NOTHING, status: 'no_such_number' }, 'no such number'],
    [{ ...NOTHING, status: 'answered' }, 'unknown network, no name, unknown line type'],
    [
      { ...NOTHING, status: 'answered', mcc: '234', lineType: 'landline' },
      'MCC 234, no MNC, no name, landline',
    ],
  ])('says what Lookup did: %j', (lookup, text) => {
    expect(describeCheck(aCheck({ lookup }))).toContain(`Lookup     ${text}\n`);
  });
});
