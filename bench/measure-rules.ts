import { variantOf } from './variant.ts';
import type { BenchRun } from './bench-run.ts';
import { countFirestoreReads } from './count-firestore-reads.ts';
import { loginRequest } from './login-request.ts';
import { createCaller, runLoad, type Answered, type Caller } from './run-load.ts';
import { RULES } from './start-firestore.ts';
import { startInstance } from './start-instance.ts';
import { testNumber } from './test-numbers.ts';

/** What the rules cost at Firestore, and whom they keep waiting. */
export interface RulesFigures {
  /** Documents per hour at the TTL of the measurement, the first read of the instance apart. */
  readonly readsPerHour: number;
  /** (3600 / TTL) × documents. */
  readonly allowedPerHour: number;
  /** Longest answer while each read took a second, the first request of the instance apart, in milliseconds. */
  readonly longestMs: number;
  readonly readMs: number;
}

const TTL_SECONDS = 2;
const WINDOW_SECONDS = 11;
const SLOW_READ_MS = 1000;
const CONCURRENCY = 20;
const FIRST = 1000;
const NUMBERS = 13_000;
// The collection, and the document of the settings, which is charged also where there is none.
const DOCUMENTS = RULES + 1;

/** Counts at a proxy what the product reads under load in some time-to-live periods, while Firestore is slow. */
export async function measureRules(run: BenchRun): Promise<RulesFigures> {
  run.progress('rules');
  await run.twilio.set({ lookupMs: 5, updateMs: 5, createMs: 5 });
  const reads = await countFirestoreReads(run.surroundings.firestoreHost);
  const variant = variantOf('product', { ...run.surroundings, firestoreHost: reads.host });
  const instance = await startInstance({ variant, env: { BLOCKLIST_TTL_SECONDS: String(TTL_SECONDS) } });
  const caller = createCaller(instance.url);
  try {
    await caller.send(loginRequest(testNumber(0)));
    const firstRead = reads.documents();
    reads.delay(SLOW_READ_MS);
    const answers = await loadFor(caller, WINDOW_SECONDS);
    return {
      readsPerHour: ((reads.documents() - firstRead) / WINDOW_SECONDS) * 3600,
      allowedPerHour: (3600 / TTL_SECONDS) * DOCUMENTS,
      longestMs: answers.reduce((most, { sentAt, answeredAt }) => Math.max(most, answeredAt - sentAt), 0),
      readMs: SLOW_READ_MS,
    };
  } finally {
    caller.close();
    await instance.stop();
    reads.close();
  }
}

function loadFor(caller: Caller, seconds: number): Promise<readonly Answered[]> {
  const endsAt = performance.now() + seconds * 1000;
  const requests = function* () {
    for (let index = 0; performance.now() < endsAt; index += 1) {
      const code = String(100_000 + Math.floor(index / NUMBERS));
      yield loginRequest(testNumber(FIRST + (index % NUMBERS)), code);
    }
  };
  return runLoad(caller, requests(), CONCURRENCY);
}
