import { DIST, variantOf, type VariantName } from './variant.ts';
import { USUAL_LATENCIES, type BenchRun, type PerVariant } from './bench-run.ts';
import { loginRequest } from './login-request.ts';
import { createCaller } from './run-load.ts';
import { startInstance, type LoadedFile } from './start-instance.ts';
import { median } from './statistics.ts';
import { upstreamTime } from './upstream-time.ts';

/** A cold start, in milliseconds, all from the start of the process. */
export interface ColdStart {
  readonly listenMs: number;
  readonly firstAnswerMs: number;
  /** Without what Twilio took. */
  readonly firstAnswerOwnMs: number;
  /** All threads, until the first 200. */
  readonly cpuMs: number;
}

const VARIANTS: readonly VariantName[] = ['noOp', 'naiveShared', 'product'];

/**
 * Starts each variant in turn, asks it for a login the moment it listens, and ends it.
 *
 * @param groupFile - of the control group that the processes run in
 * @returns the medians
 */
export async function measureStart(
  run: BenchRun,
  rounds: number,
  groupFile?: string,
): Promise<PerVariant<ColdStart>> {
  await run.twilio.set(USUAL_LATENCIES);
  const all = new Map<VariantName, ColdStart[]>(VARIANTS.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    run.progress(`start ${round + 1}/${rounds}`);
    // The order changes, so that none profits of its place.
    const turn = round % VARIANTS.length;
    for (const name of [...VARIANTS.slice(turn), ...VARIANTS.slice(0, turn)]) {
      all.get(name)?.push(await startOnce(run, name, groupFile));
    }
  }
  return Object.fromEntries([...all].map(([name, starts]) => [name, medians(starts)]));
}

async function startOnce(run: BenchRun, name: VariantName, groupFile?: string): Promise<ColdStart> {
  const variant = variantOf(name, run.surroundings);
  const instance = await startInstance({ variant, groupFile });
  const caller = createCaller(instance.url);
  try {
    const { status, answeredAt } = await caller.send(loginRequest('+447700900001'));
    const { cpuMs } = await instance.usage();
    if (status !== 200) throw new Error(`${name} answered its first request ${status}`);
    const upstreamMs = upstreamTime(await run.twilio.takeCalls(), instance.spawnedAt, answeredAt);
    const firstAnswerMs = answeredAt - instance.spawnedAt;
    const listenMs = instance.listeningAt - instance.spawnedAt;
    return { listenMs, firstAnswerMs, firstAnswerOwnMs: firstAnswerMs - upstreamMs, cpuMs };
  } finally {
    caller.close();
    await instance.stop();
  }
}

function medians(starts: readonly ColdStart[]): ColdStart {
  return {
    listenMs: median(starts.map(({ listenMs }) => listenMs)),
    firstAnswerMs: median(starts.map(({ firstAnswerMs }) => firstAnswerMs)),
    firstAnswerOwnMs: median(starts.map(({ firstAnswerOwnMs }) => firstAnswerOwnMs)),
    cpuMs: median(starts.map(({ cpuMs }) => cpuMs)),
  };
}

/** Bytes that a variant loads as code before it listens, without the framework and what that brings. */
export async function measureLoadedBytes(run: BenchRun): Promise<PerVariant<number>> {
  const noOp = await filesOf(run, 'noOp');
  const ofFramework = new Set(noOp.map(({ file }) => file));
  const sum = (files: readonly LoadedFile[]): number => files.reduce((total, { bytes }) => total + bytes, 0);
  const naive = (await filesOf(run, 'naiveShared')).filter(({ file }) => !ofFramework.has(file));
  const product = (await filesOf(run, 'product')).filter(({ file }) => file.startsWith(DIST));
  return { naiveShared: sum(naive), product: sum(product) };
}

async function filesOf(run: BenchRun, name: VariantName): Promise<readonly LoadedFile[]> {
  const instance = await startInstance({ variant: variantOf(name, run.surroundings), listsFiles: true });
  await instance.stop();
  return instance.loadedFiles;
}
