import { variantOf, type VariantName } from './variant.ts';
import { USUAL_LATENCIES, type BenchRun, type PerVariant } from './bench-run.ts';
import { loginRequest, type BenchRequest } from './login-request.ts';
import { createCaller, runLoad, type Caller } from './run-load.ts';
import { startInstance, type Instance } from './start-instance.ts';
import { median } from './statistics.ts';
import { testNumber } from './test-numbers.ts';
import { upstreamTime } from './upstream-time.ts';

/** What a login costs an instance that is warm. */
export interface LoadFigures {
  /** CPU per login, a number never seen before, in milliseconds. */
  readonly newNumber: PerVariant<number>;
  /** The same for a number whose carrier has been asked for. */
  readonly knownNumber: PerVariant<number>;
  /** Logins per second, new numbers. */
  readonly throughput: PerVariant<number>;
  /** Latency over what Twilio took, one login at a time, in milliseconds. */
  readonly addedMs: PerVariant<number>;
  readonly peakRssMiB: PerVariant<number>;
}

/** Logins at a time, as one instance is set to take. */
export const CONCURRENCY = 80;
const ROUNDS = 5;
const HEAP_FLAGS = ['--max-old-space-size=192'];
/** As many as take a variant some seconds; none is compared by its number of logins. */
const LOGINS: Readonly<Record<VariantName, number>> = {
  noOp: 3000,
  naiveLiteral: 320,
  naiveShared: 560,
  product: 2000,
};
const KNOWN_NUMBERS = 1000;
const FIRST_KNOWN = 14_000;
const SINGLE_LOGINS = 50;
// Short, so that there are more of them; what is added over them does not depend on them.
const SINGLE_LATENCIES = { lookupMs: 10, updateMs: 10, createMs: 20 } as const;

interface Subject {
  readonly name: VariantName;
  readonly instance: Instance;
  readonly caller: Caller;
  nextNumber: number;
}

interface Sample {
  readonly cpuMsPerLogin: number;
  readonly perSecond: number;
}

/** Measures all variants under load: they run beside each other, and take turns. */
export async function measureLoad(run: BenchRun): Promise<LoadFigures> {
  const subjects: Subject[] = [];
  try {
    for (const name of ['noOp', 'naiveLiteral', 'naiveShared', 'product'] as const) {
      const variant = variantOf(name, run.surroundings);
      const instance = await startInstance({ variant, flags: HEAP_FLAGS });
      subjects.push({ name, instance, caller: createCaller(instance.url), nextNumber: 0 });
    }
    return await measureSubjects(run, subjects);
  } finally {
    for (const { instance, caller } of subjects) {
      caller.close();
      await instance.stop();
    }
  }
}

async function measureSubjects(run: BenchRun, subjects: readonly Subject[]): Promise<LoadFigures> {
  await run.twilio.set(USUAL_LATENCIES);
  const fresh = await inTurns(run, subjects, 'new numbers', (subject) =>
    underLoad(subject, newNumbers(subject, LOGINS[subject.name])),
  );
  const compared = subjects.filter(({ name }) => name === 'naiveShared' || name === 'product');
  const known = await inTurns(run, compared, 'known numbers', (subject, round) =>
    underLoad(subject, knownNumbers(round, subject.name === 'product' ? KNOWN_NUMBERS : 500)),
  );
  const peakRssMiB: Partial<Record<VariantName, number>> = {};
  for (const { name, instance } of subjects) peakRssMiB[name] = (await instance.usage()).peakRssMiB;
  await run.twilio.set(SINGLE_LATENCIES);
  const single = await inTurns(
    run,
    subjects.filter(({ name }) => name !== 'naiveLiteral'),
    'one at a time',
    (subject) => oneAtATime(run, subject),
  );
  return {
    newNumber: medians(fresh, ({ cpuMsPerLogin }) => cpuMsPerLogin),
    knownNumber: medians(known, ({ cpuMsPerLogin }) => cpuMsPerLogin),
    throughput: medians(fresh, ({ perSecond }) => perSecond),
    addedMs: medians(single, (addedMs) => addedMs),
    peakRssMiB,
  };
}

/** Each variant once per round; the first round, in which code gets hot and carriers get known, does not count. */
async function inTurns<T>(
  { progress, twilio }: BenchRun,
  subjects: readonly Subject[],
  what: string,
  measure: (subject: Subject, round: number) => Promise<T>,
): Promise<ReadonlyMap<VariantName, readonly T[]>> {
  const samples = new Map<VariantName, T[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    progress(`${what} ${round}/${ROUNDS}`);
    for (const subject of subjects) {
      const sample = await measure(subject, round);
      if (round > 0) samples.get(subject.name)?.push(sample);
    }
    await twilio.takeCalls();
  }
  return samples;
}

async function underLoad({ instance, caller }: Subject, requests: readonly BenchRequest[]): Promise<Sample> {
  const before = await instance.usage();
  const startedAt = performance.now();
  await runLoad(caller, requests, CONCURRENCY);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await instance.usage();
  return {
    cpuMsPerLogin: (after.cpuMs - before.cpuMs) / requests.length,
    perSecond: requests.length / seconds,
  };
}

async function oneAtATime({ twilio }: BenchRun, subject: Subject): Promise<number> {
  const answers = await runLoad(subject.caller, newNumbers(subject, SINGLE_LOGINS), 1);
  const calls = await twilio.takeCalls();
  return median(
    answers.map(({ sentAt, answeredAt }) => answeredAt - sentAt - upstreamTime(calls, sentAt, answeredAt)),
  );
}

function newNumbers(subject: Subject, count: number): readonly BenchRequest[] {
  const first = subject.nextNumber;
  subject.nextNumber += count;
  return Array.from({ length: count }, (_value, index) => loginRequest(testNumber(first + index)));
}

/** Another code each round: the same one again would be taken for a repetition, and cost nothing. */
function knownNumbers(round: number, count: number): readonly BenchRequest[] {
  const code = String(200_000 + round);
  return Array.from({ length: count }, (_value, index) =>
    loginRequest(testNumber(FIRST_KNOWN + index), code),
  );
}

function medians<T>(
  samples: ReadonlyMap<VariantName, readonly T[]>,
  value: (sample: T) => number,
): PerVariant<number> {
  return Object.fromEntries([...samples].map(([name, list]) => [name, median(list.map(value))]));
}
