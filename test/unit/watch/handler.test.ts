import { describe, expect, it } from '@jest/globals';
import { Fault } from '../../../functions/domain/fault.ts';
import { DEFAULT_THRESHOLDS, findIdleNetworks } from '../../../functions/watch/find-idle-networks.ts';
import { createHandler } from '../../../functions/watch/handler.ts';
import type { WatchOutcome } from '../../../functions/watch/watch-networks.ts';
import { aRequestHead } from '../../support/a-request-head.ts';
import { recordLog } from '../../support/recorded-log.ts';
import { someAttempts, theRest } from './some-attempts.ts';

const attempts = [...someAttempts(41, { logins: 1 }), ...theRest()];
const findings = findIdleNetworks(attempts, DEFAULT_THRESHOLDS);
const OUTCOME: WatchOutcome = {
  mode: 'block',
  problems: [],
  read: { attempts, unusable: 2, pages: 3, isCutOff: true },
  findings,
  isFeedbackBroken: false,
  groups: findings.idle.map((group) => ({ group, action: 'block', outcome: 'created' })),
};

async function handle(outcome: Partial<WatchOutcome> | Error = {}, path = '/') {
  const { log, lines, text } = recordLog();
  let runs = 0;
  const handler = createHandler({
    watchNetworks: () => {
      runs += 1;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve({ ...OUTCOME, ...outcome });
    },
    deadlineMs: 1000,
    log,
  });
  const work = await handler(aRequestHead({}, { path }));
  const answer = await work(Buffer.from('{"what":"ever'));
  return {
    status: answer.status,
    body: JSON.parse(answer.body) as unknown,
    lines: lines(),
    text: text(),
    runs,
  };
}

describe('the handler', () => {
  it('runs once for anyone who gets here, whatever the body says', async () => {
    const { status, body, runs } = await handle();
    expect({ status, body, runs }).toMatchObject({ status: 200, body: { code: 'processed' }, runs: 1 });
  });

  it.each(['/run', '/?x', '//'])('runs at / alone, not at %s', async (path) => {
    const run = handle({}, path);
    await expect(run).rejects.toMatchObject({ name: 'Refusal', code: 'malformed_request' });
  });

  it('writes one line for the run and one for each group, with figures and no whole number', async () => {
    const { lines, text } = await handle();
    expect(lines).toMatchObject([
      {
        severity: 'WARNING',
        event: 'watch.rule',
        outcome: 'created',
        ruleAction: 'block',
        country: 'GB',
        mcc: '234',
        mnc: '51',
        counts: { codes: 41, numbers: 41, logins: 1 },
      },
      {
        severity: 'INFO',
        event: 'watch.report',
        outcome: 'block',
        counts: {
          attempts: 141,
          unusable: 2,
          pages: 3,
          cutOff: 1,
          idleGroups: 1,
          idleAttempts: 41,
          otherAttempts: 100,
          otherNumbers: 100,
          otherLogins: 80,
          created: 1,
          failed: 0,
        },
      },
    ]);
    expect(text).not.toMatch(/\+\d{8}/);
  });

  it('names neither country nor network where there are several', async () => {
    const [group] = findings.idle;
    if (group === undefined) throw new Error('there is no group');
    const mixed = { ...group, countries: ['GB', 'JE'], networks: ['234-51', '234-55'] };
    const { lines } = await handle({ groups: [{ group: mixed, action: 'monitor', outcome: 'spared' }] });
    expect(lines[0]).toMatchObject({ severity: 'NOTICE', outcome: 'spared' });
    expect(lines[0]).not.toHaveProperty('country');
    expect(lines[0]).not.toHaveProperty('mcc');
  });

  it('raises the alarm, and answers well, where nothing shows that feedback arrives', async () => {
    const broken = { ...findings, feedback: 'broken' as const };
    const { status, lines } = await handle({ findings: broken, groups: [], isFeedbackBroken: true });
    expect(status).toBe(200);
    expect(lines).toMatchObject([
      { severity: 'ERROR', event: 'watch.feedback_broken', code: 'broken' },
      { event: 'watch.report' },
    ]);
  });

  it('names what is wrong with the settings', async () => {
    const { lines } = await handle({ problems: ['watch.mode is not one of off'] });
    expect(lines.at(-1)).toMatchObject({ severity: 'WARNING', problems: ['watch.mode is not one of off'] });
  });

  it('says in mode off that there was nothing to say', async () => {
    const { status, lines } = await handle({ mode: 'off', read: null, findings: null, groups: [] });
    expect(status).toBe(200);
    expect(lines).toMatchObject([{ event: 'watch.report', outcome: 'off', counts: {} }]);
  });

  it.each([
    [new Fault('provider_timeout'), 504, 'provider_timeout'],
    [new Fault('provider_error'), 502, 'provider_error'],
    [new Fault('unavailable'), 503, 'unavailable'],
    [new Fault('misconfigured'), 500, 'misconfigured'],
    [new TypeError('+447700900001'), 500, 'internal'],
  ])('answers a run that fails as the failure says: %s', async (error, status, code) => {
    const answered = await handle(error);
    expect(answered).toMatchObject({ status, body: { code } });
    expect(answered.lines).toMatchObject([
      { severity: 'ERROR', event: 'watch.report', outcome: 'failed', code },
    ]);
    expect(answered.text).not.toContain('+447700900001');
  });

  it('answers 503 where a rule could not be written, after saying what was done', async () => {
    const failed = OUTCOME.groups.map((group) => ({
      ...group,
      outcome: 'failed' as const,
      code: 'misconfigured' as const,
    }));
    const { status, lines } = await handle({ groups: failed });
    expect(status).toBe(503);
    expect(lines).toMatchObject([
      { severity: 'ERROR', event: 'watch.rule', outcome: 'failed', code: 'misconfigured' },
      { event: 'watch.report', counts: { failed: 1 } },
    ]);
  });
});
