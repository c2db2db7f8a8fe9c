import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createRulesReport } from '../../functions/adapters/rules-report.ts';
import { Fault } from '../../functions/domain/fault.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { createRequestReport, type RequestReport } from '../../functions/gateway/request-report.ts';
import type { LoginEnd } from '../../functions/log-stream/approve-logins.ts';
import { createHandler } from '../../functions/log-stream/handler.ts';
import { DEFAULT_THRESHOLDS, findIdleNetworks } from '../../functions/watch/find-idle-networks.ts';
import type { WatchOutcome } from '../../functions/watch/watch-networks.ts';
import { createWatchReport } from '../../functions/watch/watch-report.ts';
import { aRequestHead } from '../support/a-request-head.ts';
import { aSendRequest } from '../support/a-send-request.ts';
import { recordLog } from '../support/recorded-log.ts';
import { readBlock, readRoot, readTexts } from '../support/terraform-text.ts';

type Line = Readonly<Record<string, unknown>>;

interface Metric {
  readonly name: string;
  readonly events: readonly string[];
  readonly codes: readonly string[];
  /** By label: the field. */
  readonly labels: ReadonlyMap<string, string>;
  readonly value: string | null;
}

const ROOT = path.join(import.meta.dirname, '..', '..');
const infra = readRoot();
const metrics = readMetrics();
const alerts = [...readBlock(infra, '  _alerts =').matchAll(/^ {4}([a-z-]+) = \{$/gm)].map(
  ([, name = '']) => name,
);
const playbooks = readdirSync(path.join(ROOT, 'docs', 'playbooks')).map((file) => file.replace(/\.md$/, ''));

function readMetrics(): readonly Metric[] {
  const block = readBlock(infra, '  _metrics =');
  const names = [...block.matchAll(/^ {4}(\w+) = \{$/gm)].map(([, name = '']) => name);
  return names.map((name) => {
    const text = readBlock(block, `    ${name} =`);
    const labels = [...readBlock(text, 'labels').matchAll(/(\w+)\s*=\s*"jsonPayload\.(\w+)"/g)];
    return {
      name,
      events: readTexts(readBlock(text, 'events')),
      codes: readTexts(readBlock(text, 'codes')),
      labels: new Map(labels.map(([, label = '', field = '']) => [label, field])),
      value: /value\s*= "jsonPayload\.(\w+)"/.exec(text)?.[1] ?? null,
    };
  });
}

/** Lines that the functions themselves write, for each of the ways in which a request can end. */
async function realLines(): Promise<readonly Line[]> {
  const { log, lines } = recordLog();
  const report = (end: (report: RequestReport) => void, isParsed = true): void => {
    const one = createRequestReport(aRequestHead(), { log, pseudonym: () => undefined });
    if (isParsed) {
      one.read(aSendRequest());
      one.parsed();
      one.note({
        channel: 'sms',
        rule: '234-10',
        ruleAction: 'block',
        carrier: { mcc: '234', mnc: '10', name: 'a network', lineType: 'mobile' },
      });
    }
    end(one);
  };
  const stop = { question: 'network', rule: '234-10', ruleAction: 'monitor' } as const;
  report((one) => one.sent({ outcome: 'sent', wouldBlock: null, isReused: false }));
  report((one) => one.sent({ outcome: 'sent', wouldBlock: stop, isReused: false }));
  report((one) => one.failed(new Refusal('blocked'), false));
  report((one) => one.failed(new Refusal('blocked'), true));
  report((one) => one.failed(new Refusal('blocked_by_provider', { twilioCode: 60410 }), false));
  for (const code of ['provider_error', 'provider_timeout', 'unavailable', 'misconfigured'] as const)
    report((one) => one.failed(new Fault(code), false));
  report((one) => one.failed(new Error('any'), false));
  report((one) => one.failed(new Refusal('unauthenticated'), false), false);
  report((one) => {
    one.note({ cancel: 'misconfigured' });
    one.sent({ outcome: 'sent', wouldBlock: null, isReused: false });
  });
  createRulesReport({ log, now: () => 0 }).failed(new Error('any'), 90_000);
  await batch(log, [
    { kind: 'approved' },
    { kind: 'refused' },
    { kind: 'failed', error: new Fault('misconfigured') },
  ]);
  watchRuns(log);
  return lines();
}

/** A run of watch that goes well, one that cannot write, one that finds feedback broken, and one for each failure. */
function watchRuns(log: ReturnType<typeof recordLog>['log']): void {
  const attempts = Array.from({ length: 40 }, (_, index) => ({
    to: `+4477009000${String(10 + index)}`,
    country: 'GB',
    mcc: '234',
    mnc: '10',
    isConverted: false,
    price: null,
  }));
  const findings = findIdleNetworks(attempts, DEFAULT_THRESHOLDS);
  const read = { attempts, unusable: 0, pages: 1, isCutOff: false };
  const run = (groups: WatchOutcome['groups'], isFeedbackBroken = false): void =>
    createWatchReport(aRequestHead(), log).done({
      mode: 'block',
      problems: [],
      read,
      findings,
      isFeedbackBroken,
      groups,
    });
  const all = (what: Pick<WatchOutcome['groups'][number], 'outcome' | 'code'>): WatchOutcome['groups'] =>
    findings.idle.map((group) => ({ group, action: 'block', ...what }));
  run(all({ outcome: 'created' }));
  run(all({ outcome: 'failed', code: 'unavailable' }));
  run([], true);
  for (const code of ['misconfigured', 'provider_error', 'provider_timeout', 'unavailable'] as const)
    createWatchReport(aRequestHead(), log).failed(new Fault(code));
  createWatchReport(aRequestHead(), log).failed(new Error('any'));
}

async function batch(log: ReturnType<typeof recordLog>['log'], ends: readonly LoginEnd[]): Promise<void> {
  const counts = { events: 3, bad: 0, ignored: 0, stale: 0, duplicate: 0, masked: 0, withoutNumber: 0 };
  const logins = ends.map(() => ({ to: '+447700900001', country: 'GB', keys: [], freshUntilMs: null }));
  const handler = createHandler({
    authenticate: () => undefined,
    readBatch: (() => ({ logins, counts })) as never,
    approveLogins: () => Promise.resolve({ ends, isWorthRepeating: false }),
    batchDeadlineMs: 20_000,
    log,
    pseudonym: () => undefined,
  });
  const answer = await handler(aRequestHead());
  if (typeof answer === 'function') await answer(Buffer.from('[]'));
}

function matches({ events, codes }: Metric, line: Line): boolean {
  return (
    events.includes(String(line['event'])) && (codes.length === 0 || codes.includes(String(line['code'])))
  );
}

describe('the metrics', () => {
  it('are read from infra, each with an event', () => {
    expect(metrics.length).toBeGreaterThan(10);
    expect(metrics.filter(({ events }) => events.length === 0)).toEqual([]);
  });

  it.each(metrics)('$name counts lines that the functions write', async (metric) => {
    const lines = await realLines();
    const unwritten = metric.events.filter((event) => !lines.some((line) => line['event'] === event));
    expect(unwritten).toEqual([]);
    expect(lines.some((line) => matches(metric, line))).toBe(true);
    const codes = metric.codes.filter(
      (code) => !lines.some((line) => matches(metric, line) && line['code'] === code),
    );
    expect(codes).toEqual([]);
  });

  it.each(
    metrics.flatMap(({ labels, ...metric }) =>
      [...labels].map(([label, field]) => ({ ...metric, labels, label, field })),
    ),
  )('$name finds its label $label in such a line', async ({ field, ...metric }) => {
    const found = (await realLines()).filter((line) => matches(metric, line)).map((line) => line[field]);
    expect(found.filter((value) => typeof value === 'string')).not.toEqual([]);
  });

  it.each(metrics.filter(({ value }) => value !== null))(
    '$name finds its value, a number',
    async (metric) => {
      const found = (await realLines())
        .filter((line) => matches(metric, line))
        .map((line) => line[metric.value ?? '']);
      expect(found.every((value) => typeof value === 'number')).toBe(true);
    },
  );

  it('tell codes sent and codes used apart by the same country', async () => {
    const lines = await realLines();
    const countryOf = (event: string, name: string): unknown => {
      const field = metrics.find((metric) => metric.name === name)?.labels.get('country') ?? '';
      return lines.find((line) => line['event'] === event)?.[field];
    };
    expect(countryOf('otp.sent', 'otp_sent')).toBe('GB');
    expect(countryOf('feedback.approved', 'feedback_approved')).toBe('GB');
  });

  it('tell a run of watch that failed from one that did not, and a rule that could not be written', async () => {
    const failed = metrics.find(({ name }) => name === 'watch_failed');
    const lines = (await realLines()).filter((line) => String(line['event']).startsWith('watch.'));
    const counted = lines.filter((line) => failed !== undefined && matches(failed, line));
    expect(counted.map((line) => line['outcome'])).toEqual(Array.from({ length: 6 }, () => 'failed'));
    expect(lines.filter((line) => line['outcome'] === 'failed')).toEqual(counted);
  });

  it('are asked by alerts and dashboard by names that are there, with labels that they have', () => {
    const queries = [readBlock(infra, '  _alerts ='), readBlock(infra, '  _tiles =')].join('\n');
    const asked = [...queries.matchAll(/local\._series\.(\w+)\}/g)].map(([, name = '']) => name);
    const names = metrics.map(({ name }) => name);
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !asked.includes(name))).toEqual([]);
    const selected = [...queries.matchAll(/_series\.(\w+)\}\{(\w+)=/g)];
    const unknown = selected.filter(
      ([, name, label = '']) => metrics.find((metric) => metric.name === name)?.labels.has(label) !== true,
    );
    expect(unknown.map(([text]) => text)).toEqual([]);
    const grouped = [
      ...queries.matchAll(/by \(([\w, ]+)\) \((?:increase|rate)\(\$\{local\._series\.(\w+)\}/g),
    ];
    const missing = grouped.flatMap(([, labels = '', name = '']) =>
      labels
        .split(', ')
        .filter(
          (label) =>
            label !== 'le' && metrics.find((metric) => metric.name === name)?.labels.has(label) !== true,
        )
        .map((label) => `${name} has no label ${label}`),
    );
    expect(grouped.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});

describe('the playbooks', () => {
  it('are there for each alert, and for nothing else', () => {
    expect(alerts.length).toBeGreaterThan(6);
    expect([...playbooks].sort()).toEqual([...alerts].sort());
  });

  it.each(playbooks)('%s says what to look at, what to do and how to undo it', (name) => {
    const text = readFileSync(path.join(ROOT, 'docs', 'playbooks', `${name}.md`), 'utf8');
    const title = new RegExp(`${name} = \\{\\s+title\\s*= "([^"]+)"`).exec(infra)?.[1];
    expect(text.startsWith(`# ${title ?? ''}\n`)).toBe(true);
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Look at',
      'Do',
      'Undo',
    ]);
  });

  it.each(playbooks)('%s names events, settings and commands that exist', (name) => {
    const text = readFileSync(path.join(ROOT, 'docs', 'playbooks', `${name}.md`), 'utf8');
    const log = readFileSync(path.join(ROOT, 'functions', 'http', 'log.ts'), 'utf8');
    const events = [...text.matchAll(/jsonPayload\.event=~?"?([a-z._]+)/g)].map(([, event = '']) => event);
    expect(events.filter((event) => !log.includes(`'${event}'`))).toEqual([]);
    const commands = [...text.matchAll(/npx verify-gateway ([a-z-]+)/g)].map(([, command = '']) => command);
    const cli = path.join(ROOT, 'tools', 'cli');
    const files = readdirSync(cli).filter((file) => /^(?:create-program|add-.*)\.ts$/.test(file));
    const program = files.map((file) => readFileSync(path.join(cli, file), 'utf8')).join('\n');
    const known = [...program.matchAll(/command\('([a-z0-9-]+)/g)].map(([, command = '']) => command);
    expect(commands.filter((command) => ![...known, 'rules'].includes(command))).toEqual([]);
  });
});
