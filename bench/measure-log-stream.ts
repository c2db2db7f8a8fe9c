import { readdirSync } from 'node:fs';
import { variantOf, DIST, type VariantName } from './variant.ts';
import type { BenchRun, PerVariant } from './bench-run.ts';
import { BATCH_EVENTS, logBatch } from './log-batch.ts';
import { createCaller, runLoad, type Caller } from './run-load.ts';
import { startInstance, type Instance } from './start-instance.ts';
import { median } from './statistics.ts';

/** What events cost. */
export interface LogStreamFigures {
  /** Thousands of events per second of CPU. */
  readonly eventsPerCpuSecond: PerVariant<number>;
  /** A batch with ten logins, over what Twilio took at best (one call), in milliseconds. */
  readonly addedMs: PerVariant<number>;
}

const VARIANTS: readonly VariantName[] = ['noOp', 'naiveShared', 'product'];
const ROUNDS = 5;
const BATCHES = 15;
const SINGLE_BATCHES = 9;
const FEEDBACK_MS = 80;

/** @returns the figures, or a sentence that says why there are none */
export async function measureLogStream(run: BenchRun): Promise<LogStreamFigures | string> {
  if (!readdirSync(DIST).some((name) => name.startsWith('log-stream-')))
    return 'dist/ holds no log-stream yet';
  const subjects = new Map<VariantName, { instance: Instance; caller: Caller }>();
  try {
    for (const name of VARIANTS) {
      const variant = variantOf(name, run.surroundings);
      const instance = await startInstance({ variant, target: 'log-stream' });
      subjects.set(name, { instance, caller: createCaller(instance.url) });
    }
    return await measureSubjects(run, subjects);
  } finally {
    for (const { instance, caller } of subjects.values()) {
      caller.close();
      await instance.stop();
    }
  }
}

async function measureSubjects(
  { twilio, progress }: BenchRun,
  subjects: ReadonlyMap<VariantName, { readonly instance: Instance; readonly caller: Caller }>,
): Promise<LogStreamFigures> {
  const rates = new Map<VariantName, number[]>(VARIANTS.map((name) => [name, []]));
  await twilio.set({ lookupMs: 0, updateMs: 1, createMs: 0 });
  let batch = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    progress(`log stream ${round}/${ROUNDS}`);
    for (const [name, { instance, caller }] of subjects) {
      const requests = Array.from({ length: BATCHES }, () => logBatch((batch += 1)));
      const before = await instance.usage();
      await runLoad(caller, requests, 1);
      const cpuSeconds = ((await instance.usage()).cpuMs - before.cpuMs) / 1000;
      if (round > 0) rates.get(name)?.push((BATCHES * BATCH_EVENTS) / cpuSeconds / 1000);
    }
  }
  const addedMs: Partial<Record<VariantName, number>> = {};
  await twilio.set({ lookupMs: 0, updateMs: FEEDBACK_MS, createMs: 0 });
  for (const name of ['naiveShared', 'product'] as const) {
    const caller = subjects.get(name)?.caller;
    if (caller === undefined) continue;
    const requests = Array.from({ length: SINGLE_BATCHES }, () => logBatch((batch += 1)));
    const answers = await runLoad(caller, requests, 1);
    const calls = await twilio.takeCalls();
    const oneCallMs = median(calls.map(({ arrivedAt, answeredAt }) => answeredAt - arrivedAt));
    addedMs[name] = median(answers.map(({ sentAt, answeredAt }) => answeredAt - sentAt - oneCallMs));
  }
  const eventsPerCpuSecond = Object.fromEntries([...rates].map(([name, list]) => [name, median(list)]));
  return { eventsPerCpuSecond, addedMs };
}
