import { describe, expect, it } from '@jest/globals';
import { formatLogLine } from '../../../tools/local-stack/format-log-line.ts';

const NOW = new Date(2031, 1, 3, 4, 5, 6);

function format(line: unknown): string {
  return formatLogLine(typeof line === 'string' ? line : JSON.stringify(line), 'gateway', NOW);
}

describe('a readable log line', () => {
  it('has time, severity, function, event, fields and duration', () => {
    const line = {
      severity: 'NOTICE',
      message: 'A rule stopped the send',
      event: 'otp.blocked',
      requestId: '0b9f3c5e',
      durationMs: 41.7,
      code: 'blocked',
      rule: '234-58',
      carrier: 'Pronto (Manx Telecom)',
      number: '+44••••••00',
      numberKey: 'f00d',
    };

    expect(format(line)).toBe(
      "04:05:06 NOTICE   gateway otp.blocked code=blocked rule=234-58 carrier='Pronto (Manx Telecom)' number=+44••••••00 42 ms",
    );
  });

  it.each(['WARNING', 'ERROR', 'CRITICAL'])('tells the message of a %s', (severity) => {
    expect(format({ severity, message: 'Rules are old', event: 'rules.stale' })).toContain(
      'rules.stale Rules are old',
    );
  });

  it('tells the message where there is no event', () => {
    expect(format({ severity: 'INFO', message: 'hello' })).toBe('04:05:06 INFO     gateway hello');
  });

  it.each([
    ['a list', { problems: ['UK: did you mean GB', 'x'] }, "problems='UK: did you mean GB',x"],
    ['a map', { counts: { running: 2 } }, 'counts={ running: 2 }'],
    ['a number', { status: 403 }, 'status=403'],
    ['nothing for null', { mnc: null }, 'gateway e'],
  ])('shows %s', (_name, fields, expected) => {
    expect(format({ severity: 'INFO', event: 'e', ...fields })).toMatch(new RegExp(`${escape(expected)}$`));
  });

  it.each([
    ['a colour', '\u001b[31mred'],
    ['a C1 control', '\u009b31mred'],
    ['a new line', 'two\nlines'],
  ])('lets no %s of a stranger reach the terminal', (_name, app) => {
    expect(format({ severity: 'INFO', event: 'otp.sent', app })).not.toMatch(/\p{Cc}/u);
  });

  it.each(['not JSON', '[1]', '7', '{"half":'])('shows %s as it is', (line) => {
    expect(format(line)).toBe(`04:05:06 gateway  ${line}`);
  });

  it('shows text without its colours', () => {
    expect(format('\u001b[31mred\u001b[0m')).toBe('04:05:06 gateway  red');
  });
});

function escape(text: string): string {
  return text.replace(/[{}().]/g, '\\$&');
}
