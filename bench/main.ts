import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { requireBuild } from '../tools/local-stack/require-build.ts';
import type { BenchRun } from './bench-run.ts';
import { createCertificate } from './create-certificate.ts';
import { createSlowGroup } from './create-slow-group.ts';
import { drawPlot } from './draw-plot.ts';
import { isWithinSlack, type Figure } from './figure.ts';
import { figuresOf, type Measured } from './figures.ts';
import { formatBar, formatTable } from './format-table.ts';
import { measureLoad } from './measure-load.ts';
import { measureLogStream } from './measure-log-stream.ts';
import { measureLookups } from './measure-lookups.ts';
import { measureRules } from './measure-rules.ts';
import { measureLoadedBytes, measureStart } from './measure-start.ts';
import { startFirestore } from './start-firestore.ts';
import { startTwilioStandIn } from './start-twilio-stand-in.ts';
import { DIST } from './variant.ts';

// Measures the product beside a stock no-op and a naive port, all in one run, and prints the table. `--check` fails when
// a figure misses its bar by more than the slack, and leaves the plot of the documentation as it is.

const ROOT = path.resolve(import.meta.dirname, '..');
const STARTS = 9;
const SLOW_STARTS = 3;
const SLOW_CPUS = 0.167;

const isCheck = process.argv.includes('--check');
const startedAt = performance.now();
requireBuild(DIST);
const measured = await measureAll();
const figures = figuresOf(measured);
report(figures, Math.round((performance.now() - startedAt) / 1000));

async function measureAll(): Promise<Measured> {
  const certificate = createCertificate();
  const firestore = await startFirestore();
  const twilio = await startTwilioStandIn(certificate);
  const surroundings = {
    twilioUrl: twilio.url,
    firestoreHost: firestore.host,
    certificateFile: certificate.file,
  };
  const progress = (text: string): void => void process.stderr.write(`  ${text}\n`);
  const run: BenchRun = { twilio, surroundings, progress };
  try {
    return {
      start: await measureStart(run, STARTS),
      slowStart: await measureSlowStart(run),
      loadedBytes: await measureLoadedBytes(run),
      load: await measureLoad(run),
      logStream: await measureLogStream(run),
      lookups: await measureLookups(run),
      rules: await measureRules(run),
    };
  } finally {
    twilio.stop();
    await firestore.stop();
    certificate.remove();
  }
}

async function measureSlowStart(run: BenchRun): Promise<Measured['slowStart']> {
  const group = createSlowGroup(SLOW_CPUS);
  if (typeof group === 'string') return group;
  try {
    run.progress(`at ${SLOW_CPUS} vCPU`);
    return await measureStart(run, SLOW_STARTS, group.file);
  } finally {
    group.remove();
  }
}

function report(rows: readonly Figure[], seconds: number): void {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${type()} ${release()}, Node ${process.version}`;
  console.log(`\n${formatTable(rows)}\n\n${machine}; ${seconds} s`);
  const folder = path.join(ROOT, 'build');
  mkdirSync(folder, { recursive: true });
  const result = { machine, seconds, measuredAt: new Date().toISOString(), figures: rows };
  writeFileSync(path.join(folder, 'bench.json'), JSON.stringify(result, null, 2) + '\n');
  if (!isCheck) {
    writeFileSync(path.join(ROOT, 'docs', 'performance.svg'), drawPlot(rows));
    return;
  }
  const missed = rows.flatMap(({ number, bars }) =>
    bars.filter((bar) => !isWithinSlack(bar)).map((bar) => `${number}: ${formatBar(bar)}`),
  );
  if (missed.length > 0) {
    console.error(`\nmissed by more than 30 %:\n${missed.join('\n')}`);
    process.exitCode = 1;
  }
}
