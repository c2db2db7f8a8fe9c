import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createLog, SEVERITIES, type LogOptions } from '../../../functions/http/log.ts';

function createScene(options: LogOptions = {}) {
  const written: string[] = [];
  return { written, log: createLog({ write: (line) => written.push(line), ...options }) };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('createLog', () => {
  it('writes one line of JSON', () => {
    const { written, log } = createScene();
    log('INFO', 'otp.sent', 'A code was sent', { requestId: 'x', durationMs: 12, mnc: null });

    expect(written).toEqual([
      '{"severity":"INFO","message":"A code was sent","event":"otp.sent","requestId":"x","durationMs":12,"mnc":null}\n',
    ]);
  });

  it('needs no fields', () => {
    const { written, log } = createScene();
    log('WARNING', 'rules.stale', 'Old rules');

    expect(written).toHaveLength(1);
  });

  it.each(SEVERITIES)('drops what is below %s', (level) => {
    const { written, log } = createScene({ level });
    for (const severity of SEVERITIES) log(severity, 'otp.sent', 'x');
    const severities = written.map((line) => (JSON.parse(line) as { severity: string }).severity);

    expect(severities).toEqual(SEVERITIES.slice(SEVERITIES.indexOf(level)));
  });

  it('drops DEBUG where no level is given', () => {
    const { written, log } = createScene();
    log('DEBUG', 'otp.sent', 'x');
    log('INFO', 'otp.sent', 'x');

    expect(written).toHaveLength(1);
  });

  it('writes the trace as Cloud Logging wants it', () => {
    const { written, log } = createScene({ project: 'a-project' });
    log('INFO', 'otp.sent', 'x', { trace: 'abc' });

    expect(JSON.parse(written[0] ?? '')).toEqual({
      severity: 'INFO',
      message: 'x',
      event: 'otp.sent',
      'logging.googleapis.com/trace': 'projects/a-project/traces/abc',
    });
  });

  it.each([
    ['there is no project', {}, { trace: 'abc' }],
    ['there is no trace', { project: 'a-project' }, { trace: undefined }],
  ])('writes no trace where %s', (_name, options, fields) => {
    const { written, log } = createScene(options);
    log('INFO', 'otp.sent', 'x', fields);

    expect(written[0]).not.toContain('trace');
  });

  it.each(['\n', '\r\n', '\u2028', '\u2029', '\u0085', '\u009b', '\u007f', '\u001b'])(
    'keeps %j from ending a line or steering a terminal',
    (character) => {
      const { written, log } = createScene();
      log('INFO', 'otp.sent', 'x', { app: `a${character}b` });
      const line = written[0] ?? '';

      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(line)).toMatchObject({ app: `a${character}b` });
    },
  );

  it('writes to standard output unless told otherwise', () => {
    const written: unknown[] = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(chunk) > 0);
    createLog()('INFO', 'instance.started', 'x');

    expect(written).toEqual(['{"severity":"INFO","message":"x","event":"instance.started"}\n']);
  });
});
