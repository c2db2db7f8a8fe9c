import { maskRuleId } from '../domain/mask-rule-id.ts';
import { failureCodeOf } from '../http/answer.ts';
import { describeError } from '../http/describe-error.ts';
import type { Log, LogFields } from '../http/log.ts';
import type { RequestHead } from '../http/request-head.ts';
import type { Findings } from './find-idle-networks.ts';
import type { WatchedGroup, WatchOutcome } from './watch-networks.ts';

/** Writes what one run found and did. */
export interface WatchReport {
  /** One line for the run, one for each group that was acted on, and the alarm where there is reason for it. */
  done(outcome: WatchOutcome): void;
  /** The line of a run that could not be done: nothing was written by it. */
  failed(error: unknown): void;
}

/** Begins the report of a run. */
export function createWatchReport(head: RequestHead, log: Log): WatchReport {
  const { requestId, trace } = head;
  const fields = (): LogFields => ({
    requestId,
    trace,
    durationMs: Math.round(performance.now() - head.receivedAtMs),
  });
  return {
    done: (outcome) => {
      for (const group of outcome.groups) reportGroup(log, group, fields());
      const counts = countsOf(outcome);
      if (outcome.isFeedbackBroken) {
        const code = outcome.findings?.feedback ?? 'unproven';
        const message = 'Nothing shows that logins are reported, so no network was blocked';
        log('ERROR', 'watch.feedback_broken', message, { ...fields(), code, counts });
      }
      log(outcome.problems.length > 0 ? 'WARNING' : 'INFO', 'watch.report', 'The last hour was looked at', {
        ...fields(),
        outcome: outcome.mode,
        counts,
        ...(outcome.problems.length > 0 ? { problems: outcome.problems } : {}),
      });
    },
    failed: (error) => {
      const code = failureCodeOf(error);
      log('ERROR', 'watch.report', 'The last hour could not be looked at', {
        ...fields(),
        outcome: 'failed',
        code,
        ...(code === 'internal' ? { error: describeError(error) } : {}),
      });
    },
  };
}

function reportGroup(log: Log, { group, action, outcome, code }: WatchedGroup, fields: LogFields): void {
  const { id, sends, numbers, logins, countries, networks } = group;
  const [country] = countries;
  const [mcc, mnc] = (networks.length === 1 ? networks[0] : undefined)?.split('-') ?? [];
  const severity = outcome === 'failed' ? 'ERROR' : outcome === 'created' ? 'WARNING' : 'NOTICE';
  log(severity, 'watch.rule', 'The codes of a group are hardly ever used', {
    ...fields,
    outcome,
    ...(code === undefined ? {} : { code }),
    rule: maskRuleId(id),
    ruleAction: action,
    counts: { codes: sends, numbers, logins },
    ...(countries.length === 1 && country !== undefined ? { country } : {}),
    ...(mcc === undefined || mnc === undefined ? {} : { mcc, mnc }),
  });
}

function countsOf({ read, findings, groups }: WatchOutcome): Readonly<Record<string, number>> {
  if (read === null || findings === null) return {};
  const of = (wanted: WatchedGroup['outcome']): number =>
    groups.filter(({ outcome }) => outcome === wanted).length;
  return {
    attempts: read.attempts.length,
    unusable: read.unusable,
    pages: read.pages,
    cutOff: read.isCutOff ? 1 : 0,
    ...totalsOf(findings),
    created: of('created'),
    prolonged: of('prolonged'),
    kept: of('kept') + of('covered'),
    spared: of('spared'),
    noRoom: of('no_room'),
    failed: of('failed'),
  };
}

function totalsOf({ idle, others }: Findings): Readonly<Record<string, number>> {
  return {
    idleGroups: idle.length,
    idleAttempts: idle.reduce((sum, { sends }) => sum + sends, 0),
    otherAttempts: others.sends,
    otherNumbers: others.numbers,
    otherLogins: others.logins,
  };
}
