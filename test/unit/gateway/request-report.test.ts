import { describe, expect, it } from '@jest/globals';
import { Fault } from '../../../functions/domain/fault.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { createRequestReport, type RequestReport } from '../../../functions/gateway/request-report.ts';
import type { SendOutcome } from '../../../functions/gateway/send-code.ts';
import type { SendRequest } from '../../../functions/gateway/send-request.ts';
import { aRequestHead } from '../../support/a-request-head.ts';
import { aSendRequest, aSendRequestTo, anEmailRequest } from '../../support/a-send-request.ts';
import { recordLog } from '../../support/recorded-log.ts';
import { aCarrier } from '../domain/some-rules.ts';

const HEAD = aRequestHead({}, { trace: '0123456789abcdef0123456789abcdef' });
const SENT: SendOutcome = { outcome: 'sent', wouldBlock: null, isReused: false };

/** The lines that a report writes. */
function parse(report: RequestReport, request: SendRequest): void {
  report.read(request);
  report.parsed();
}

function linesOf(
  use: (report: RequestReport) => void,
  pseudonym: (to: string) => string | undefined = () => undefined,
) {
  const { log, lines } = recordLog();
  use(createRequestReport(HEAD, { log, pseudonym }));
  return lines();
}

/** The line of a request that was parsed and then failed. */
function lineOfFailure(error: unknown, isSuppressed = false) {
  return linesOf((report) => {
    report.authenticated({ token: null });
    parse(report, aSendRequest());
    report.failed(error, isSuppressed);
  });
}

describe('createRequestReport: what a line says', () => {
  it('says whatever is known of a request that was sent', () => {
    const lines = linesOf(
      (report) => {
        report.authenticated({ token: { ageSeconds: 7, names: ['exp', 'iat'] } });
        parse(report, aSendRequest({ app: 'Acme', door: 'action' }));
        report.note({ channel: 'sms' });
        report.note({ lookup: 'fresh', carrier: aCarrier() });
        report.note({ rule: '234-15', ruleAction: 'allow' });
        report.sent(SENT);
      },
      (to) => `key of ${to.length}`,
    );

    expect(lines).toEqual([
      {
        severity: 'INFO',
        message: expect.any(String),
        event: 'otp.sent',
        requestId: HEAD.requestId,
        'logging.googleapis.com/trace': `projects/test-project/traces/${HEAD.trace ?? ''}`,
        durationMs: expect.any(Number),
        outcome: 'sent',
        code: 'sent',
        door: 'action',
        number: '+44••••••01',
        numberKey: 'key of 13',
        country: 'GB',
        ipPrefix: '203.0.113.0/24',
        app: 'Acme',
        channel: 'sms',
        lookup: 'fresh',
        mcc: '234',
        mnc: '15',
        carrier: 'Vodafone',
        lineType: 'mobile',
        rule: '234-15',
        ruleAction: 'allow',
        tokenAge: 7,
        tokenClaims: ['exp', 'iat'],
      },
    ]);
  });

  it('leaves out what is not known', () => {
    const [line] = linesOf((report) => {
      report.authenticated({ token: { ageSeconds: null, names: [] } });
      parse(report, aSendRequest({ clientIp: null }));
      report.sent(SENT);
    });

    expect(Object.keys(line ?? {}).sort()).toEqual(
      [
        'severity',
        'message',
        'event',
        'requestId',
        'logging.googleapis.com/trace',
        'durationMs',
        'outcome',
        'code',
        'door',
        'number',
        'country',
        'tokenClaims',
      ].sort(),
    );
  });

  it('says nothing of a token where there was none', () => {
    const [line] = linesOf((report) => {
      report.authenticated({ token: null });
      report.sent(SENT);
    });

    expect(line).not.toHaveProperty('tokenClaims');
    expect(line).not.toHaveProperty('tokenAge');
  });

  it('masks the network of a client that uses IPv6', () => {
    const [line] = linesOf((report) => {
      parse(report, aSendRequest({ clientIp: '2001:db8:1:2::7' }));
      report.sent(SENT);
    });

    expect(line).toMatchObject({ ipPrefix: '2001:db8:1::/48' });
  });

  it('masks a rule for a whole number, and keeps one for a short prefix', () => {
    const ruleOf = (rule: string) =>
      linesOf((report) => {
        parse(report, aSendRequest());
        report.note({ rule, ruleAction: 'block' });
        report.failed(new Refusal('blocked'), false);
      })[0]?.['rule'];

    expect(ruleOf('+447700900001')).toBe('+44••••••01');
    expect(ruleOf('+4477009')).toBe('+4477009');
  });

  it('says of an address no more than its pseudonym', () => {
    const lines = linesOf(
      (report) => {
        parse(report, anEmailRequest());
        report.sent(SENT);
      },
      () => 'pseudonym',
    );

    expect(lines).toMatchObject([{ numberKey: 'pseudonym' }]);
    expect(JSON.stringify(lines)).not.toMatch(/user|example\.com/);
  });

  it('keeps the last of what was noted', () => {
    const [line] = linesOf((report) => {
      report.note({ channel: 'sms' });
      report.note({ channel: 'call' });
      report.sent(SENT);
    });

    expect(line).toMatchObject({ channel: 'call' });
  });
});

describe('createRequestReport: events and severities', () => {
  const wouldBlock = { question: 'place', rule: 'GB', ruleAction: 'monitor' } as const;

  it.each([
    ['a code that was sent', SENT, 'INFO', 'otp.sent'],
    ['a repeat', { ...SENT, outcome: 'duplicate' }, 'INFO', 'otp.duplicate'],
    ['what a trial would block', { ...SENT, wouldBlock }, 'NOTICE', 'otp.monitored'],
    [
      'a repeat of what a trial would block',
      { ...SENT, outcome: 'duplicate', wouldBlock },
      'INFO',
      'otp.duplicate',
    ],
  ] as const)('writes of %s one line: %s', (_name, outcome, severity, event) => {
    expect(linesOf((report) => report.sent(outcome))).toMatchObject([
      { severity, event, outcome: outcome.outcome },
    ]);
  });

  it.each([
    ['blocked', new Refusal('blocked'), 'NOTICE', 'otp.blocked'],
    ['a channel that is not enabled', new Refusal('channel_not_possible'), 'INFO', 'request.refused'],
    [
      'a landline that Verify found',
      new Refusal('channel_not_possible', { twilioCode: 60205 }),
      'WARNING',
      'otp.failed',
    ],
    ['a number that Lookup does not know', new Refusal('invalid_recipient'), 'WARNING', 'otp.failed'],
    ['a block of Twilio', new Refusal('blocked_by_provider', { twilioCode: 60410 }), 'WARNING', 'otp.failed'],
    [
      "Twilio's review of the account",
      new Refusal('blocked_by_provider', { twilioCode: 60238 }),
      'ERROR',
      'otp.failed',
    ],
    ['too many sends', new Refusal('rate_limited', { twilioCode: 60203 }), 'WARNING', 'otp.failed'],
    ['too many sends of this instance', new Refusal('rate_limited'), 'WARNING', 'otp.failed'],
    ['an outage', new Fault('unavailable'), 'ERROR', 'otp.failed'],
    ['a time-out', new Fault('provider_timeout'), 'ERROR', 'otp.failed'],
    ['a failure of Twilio', new Fault('provider_error', { twilioCode: 20500 }), 'ERROR', 'otp.failed'],
    ['a wrong set-up', new Fault('misconfigured', { twilioCode: 60204 }), 'ERROR', 'otp.failed'],
  ])('writes of %s one line', (_name, error, severity, event) => {
    const { code, twilioCode } = error;

    expect(lineOfFailure(error)).toEqual([expect.objectContaining({ severity, event, code, outcome: code })]);
    expect(lineOfFailure(error)[0]?.['twilioCode']).toBe(twilioCode);
  });

  it.each([
    ['unauthenticated', 'WARNING'],
    ['malformed_request', 'INFO'],
    ['invalid_recipient', 'INFO'],
    ['code_not_found', 'INFO'],
    ['not_a_code', 'INFO'],
    ['channel_not_possible', 'INFO'],
  ] as const)('writes of a request that is %s by its shape one line of %s', (code, severity) => {
    expect(linesOf((report) => report.failed(new Refusal(code), false))).toMatchObject([
      { severity, event: 'request.refused', code },
    ]);
  });

  it.each([
    [new Refusal('blocked'), 'NOTICE', 'otp.suppressed'],
    [new Refusal('blocked_by_provider', { twilioCode: 60410 }), 'WARNING', 'otp.failed'],
  ])('writes of a block that the caller is not told, %s, what it was', (error, severity, event) => {
    expect(lineOfFailure(error, true)).toMatchObject([
      { severity, event, outcome: 'suppressed', code: error.code },
    ]);
  });

  it('writes of a channel that is not possible for this line type that the send failed', () => {
    const [line] = linesOf((report) => {
      parse(report, aSendRequest());
      report.note({ carrier: { mcc: '234', mnc: null, name: null, lineType: 'landline' } });
      report.failed(new Refusal('channel_not_possible'), false);
    });

    expect(line).toMatchObject({ severity: 'WARNING', event: 'otp.failed', code: 'channel_not_possible' });
  });

  it('says where an error that nobody foresaw was made, and not what it says', () => {
    const [line] = lineOfFailure(new TypeError('+447700900001 and 123456'));

    expect(line).toMatchObject({ severity: 'ERROR', event: 'otp.failed', code: 'internal' });
    expect(line?.['error']).toMatch(/^TypeError at request-report\.test\.ts:\d+:\d+$/);
  });

  it('writes a second line where Verify used an earlier code again', () => {
    expect(linesOf((report) => report.sent({ ...SENT, isReused: true }))).toMatchObject([
      { severity: 'INFO', event: 'otp.sent' },
      { severity: 'WARNING', event: 'otp.reused', requestId: HEAD.requestId },
    ]);
  });

  it.each([
    ['sent', (report: RequestReport) => report.sent(SENT), 'otp.sent'],
    ['refused', (report: RequestReport) => report.failed(new Refusal('blocked'), false), 'otp.failed'],
  ])(
    'writes a second line where the credential for cancelling was refused, and the code %s',
    (_name, end) => {
      const lines = linesOf((report) => {
        parse(report, aSendRequest());
        report.note({ cancel: 'misconfigured' });
        end(report);
      });

      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatchObject({ cancel: 'misconfigured' });
      expect(lines[1]).toMatchObject({ severity: 'ERROR', event: 'config.fault', code: 'misconfigured' });
    },
  );

  it('writes no second line where the cancelling only timed out', () => {
    const lines = linesOf((report) => {
      report.note({ cancel: 'provider_timeout' });
      report.sent(SENT);
    });

    expect(lines).toMatchObject([{ event: 'otp.sent', cancel: 'provider_timeout' }]);
  });

  it('masks a number of no country', () => {
    const [line] = linesOf((report) => {
      parse(report, aSendRequestTo('+88212345678'));
      report.sent(SENT);
    });

    expect(line).toMatchObject({ number: '+882••••••78', country: null });
  });
});
