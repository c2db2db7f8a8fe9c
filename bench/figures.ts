import type { PerVariant } from './bench-run.ts';
import type { Bar, Figure } from './figure.ts';
import { CONCURRENCY, type LoadFigures } from './measure-load.ts';
import type { LogStreamFigures } from './measure-log-stream.ts';
import type { LookupFigures } from './measure-lookups.ts';
import type { RulesFigures } from './measure-rules.ts';
import type { ColdStart } from './measure-start.ts';

/** All that was measured; a sentence in place of what was not. */
export interface Measured {
  readonly start: PerVariant<ColdStart>;
  readonly slowStart: PerVariant<ColdStart> | string;
  readonly load: LoadFigures;
  readonly logStream: LogStreamFigures | string;
  readonly lookups: LookupFigures;
  readonly rules: RulesFigures;
  readonly loadedBytes: PerVariant<number>;
}

type Row = Omit<Figure, 'bars'> & { readonly bars?: readonly Bar[] };

// A login takes the slower of Lookup and cancel, then the start of the verification.
const UPSTREAM_SECONDS = 0.12;
const KB = 1000;

/** The table: fifteen figures, each with its bar. */
export function figuresOf(measured: Measured): readonly Figure[] {
  return [
    ...startFigures(measured),
    ...loadFigures(measured.load),
    ...logStreamFigures(measured.logStream),
    ...costFigures(measured),
  ].map(({ bars = [], ...row }) => ({ ...row, bars }));
}

function startFigures({ start, slowStart }: Measured): readonly Row[] {
  const listen = pick(start, ({ listenMs }) => listenMs);
  const cpu = pick(start, ({ cpuMs }) => cpuMs);
  const own = pick(start, ({ firstAnswerOwnMs }) => firstAnswerOwnMs);
  const isSkipped = typeof slowStart === 'string';
  const slow = isSkipped ? {} : pick(slowStart, ({ firstAnswerOwnMs }) => firstAnswerOwnMs);
  return [
    {
      number: 1,
      name: 'process start → listening',
      unit: 'ms',
      values: listen,
      bars: [
        most('÷ naive', ratio(listen.product, listen.naiveShared), 0.25),
        most('÷ no-op', ratio(listen.product, listen.noOp), 0.85),
      ],
    },
    {
      number: 2,
      name: 'CPU, start → first 200',
      unit: 'ms',
      values: cpu,
      bars: [most('÷ naive', ratio(cpu.product, cpu.naiveShared), 0.45)],
    },
    {
      number: 3,
      name: 'start → first 200, less upstream time',
      unit: 'ms',
      values: own,
      bars: [most('÷ naive', ratio(own.product, own.naiveShared), 0.4)],
    },
    {
      number: 4,
      name: 'the same at 0.167 vCPU',
      unit: 'ms',
      values: slow,
      ...(isSkipped
        ? { skipped: slowStart }
        : { bars: [most('÷ naive', ratio(slow.product, slow.naiveShared), 0.35)] }),
    },
  ];
}

function loadFigures(load: LoadFigures): readonly Row[] {
  return [...loginFigures(load), ...instanceFigures(load)];
}

function loginFigures({ newNumber, knownNumber, addedMs }: LoadFigures): readonly Row[] {
  return [
    {
      number: 5,
      name: 'CPU per login, new number, c = 80',
      unit: 'ms',
      values: newNumber,
      bars: [
        most('÷ naive shared', ratio(newNumber.product, newNumber.naiveShared), 0.33),
        most('÷ naive literal', ratio(newNumber.product, newNumber.naiveLiteral), 0.17),
      ],
    },
    {
      number: 6,
      name: 'CPU per login, carrier known, c = 80',
      unit: 'ms',
      values: knownNumber,
      bars: [most('÷ naive shared', ratio(knownNumber.product, knownNumber.naiveShared), 0.25)],
    },
    {
      number: 7,
      name: 'latency added over upstream, c = 1',
      unit: 'ms',
      values: addedMs,
      bars: [
        most('÷ naive shared', ratio(addedMs.product, addedMs.naiveShared), 0.4),
        most('ms over no-op', (addedMs.product ?? NaN) - (addedMs.noOp ?? NaN), 2.5),
      ],
    },
  ];
}

function instanceFigures({ throughput, peakRssMiB }: LoadFigures): readonly Row[] {
  return [
    {
      number: 8,
      name: 'throughput of one instance, c = 80',
      unit: 'logins/s',
      values: throughput,
      bars: [least('of Little’s law', ratio(throughput.product, CONCURRENCY / UPSTREAM_SECONDS), 0.75)],
    },
    {
      number: 9,
      name: 'peak RSS under load, heap of 192 MiB',
      unit: 'MiB',
      values: peakRssMiB,
      bars: [most('÷ naive shared', ratio(peakRssMiB.product, peakRssMiB.naiveShared), 0.7)],
    },
  ];
}

function logStreamFigures(logStream: LogStreamFigures | string): readonly Row[] {
  const rate = { number: 10, name: 'log stream, 1 % relevant', unit: '1,000 events/CPU-s' };
  const batch = { number: 11, name: '1,000 events, 10 logins, over one call of 80 ms', unit: 'ms' };
  if (typeof logStream === 'string') {
    return [rate, batch].map((row) => ({ ...row, values: {}, skipped: logStream }));
  }
  const { eventsPerCpuSecond, addedMs } = logStream;
  return [
    {
      ...rate,
      values: eventsPerCpuSecond,
      bars: [
        least('× naive', ratio(eventsPerCpuSecond.product, eventsPerCpuSecond.naiveShared), 3),
        least('× no-op that parses', ratio(eventsPerCpuSecond.product, eventsPerCpuSecond.noOp), 1.5),
      ],
    },
    { ...batch, values: addedMs, bars: [most('ms', addedMs.product ?? NaN, 20)] },
  ];
}

function costFigures({ lookups, rules, loadedBytes }: Measured): readonly Row[] {
  const { distinct, callsForBlocked } = lookups;
  return [
    {
      number: 12,
      name: `paid Lookups per 1,000 sends to ${distinct} numbers`,
      unit: 'calls',
      values: lookups.lookups,
      bars: [exactly('distinct numbers', lookups.lookups.product ?? NaN, distinct)],
    },
    {
      number: 13,
      name: 'calls per 1,000 attempts on a blocked place',
      unit: 'calls',
      values: callsForBlocked,
      bars: [exactly('calls', callsForBlocked.product ?? NaN, 0)],
    },
    {
      number: 14,
      name: 'Firestore reads per hour, TTL 2 s, 200 rules',
      unit: 'documents',
      values: { product: rules.readsPerHour },
      bars: [
        most('of (3600 / TTL) × documents', ratio(rules.readsPerHour, rules.allowedPerHour), 1),
        most('longest answer ÷ a read of 1 s', ratio(rules.longestMs, rules.readMs), 0.95),
      ],
    },
    {
      number: 15,
      name: 'code loaded before listening, without the framework',
      unit: 'KB',
      values: pick(loadedBytes, (bytes) => bytes / KB),
      bars: [most('KB', (loadedBytes.product ?? NaN) / KB, 300)],
    },
  ];
}

function pick<T>(values: PerVariant<T>, value: (of: T) => number): PerVariant<number> {
  return Object.fromEntries(Object.entries(values).map(([name, of]) => [name, value(of)]));
}

function ratio(value: number | undefined, to: number | undefined): number {
  return (value ?? NaN) / (to ?? NaN);
}

function most(of: string, value: number, bar: number): Bar {
  return { of, value, bar, is: 'most' };
}

function least(of: string, value: number, bar: number): Bar {
  return { of, value, bar, is: 'least' };
}

function exactly(of: string, value: number, bar: number): Bar {
  return { of, value, bar, is: 'exactly' };
}
