import { variantOf, type VariantName } from './variant.ts';
import type { BenchRun, PerVariant } from './bench-run.ts';
import { loginRequest, type BenchRequest } from './login-request.ts';
import { createCaller, runLoad, type Caller } from './run-load.ts';
import { BLOCKED_PREFIX } from './start-firestore.ts';
import { startInstance } from './start-instance.ts';
import { testNumber } from './test-numbers.ts';

/** Paid calls on fixed lists of attempts. */
export interface LookupFigures {
  /** Distinct numbers of the trace: the least that can be asked. */
  readonly distinct: number;
  /** Lookups for the trace. */
  readonly lookups: PerVariant<number>;
  /** All calls to Twilio, the free ones too, for attempts at what is blocked by place. */
  readonly callsForBlocked: PerVariant<number>;
}

const SENDS = 1000;
const DISTINCT = 400;
const BURST = 80;
const FAST = { lookupMs: 5, updateMs: 5, createMs: 5 } as const;
const SETTINGS = { MAX_SENDS_PER_NUMBER: '1000' };

/** Counts what is paid for: 1,000 sends of which 60 % repeat a number, and 1,000 attempts at what is blocked. */
export async function measureLookups(run: BenchRun): Promise<LookupFigures> {
  const lookups: Partial<Record<VariantName, number>> = {};
  const callsForBlocked: Partial<Record<VariantName, number>> = {};
  await run.twilio.set(FAST);
  for (const name of ['naiveShared', 'product'] as const) {
    run.progress(`paid Lookups, ${name}`);
    const instance = await startInstance({ variant: variantOf(name, run.surroundings), env: SETTINGS });
    const caller = createCaller(instance.url);
    try {
      for (const burst of trace()) await runLoad(caller, burst, BURST);
      lookups[name] = (await run.twilio.takeCalls()).filter(({ kind }) => kind === 'lookup').length;
      for (const { status } of await sendAll(blockedAttempts(), caller)) {
        if (name === 'product' && status !== 403) throw new Error(`a blocked attempt was answered ${status}`);
      }
      callsForBlocked[name] = (await run.twilio.takeCalls()).length;
    } finally {
      caller.close();
      await instance.stop();
    }
  }
  return { distinct: DISTINCT, lookups, callsForBlocked };
}

/** Pieces of 80 sends, of which each has another code; two of them are bursts on one number. */
function trace(): readonly (readonly BenchRequest[])[] {
  const bursts = [7, 8].map((index) => Array.from({ length: BURST }, () => index));
  const singles = Array.from({ length: DISTINCT }, (_value, index) => index);
  const repeats = Array.from(
    { length: SENDS - DISTINCT - 2 * BURST },
    (_value, index) => (index * 37) % DISTINCT,
  );
  const rest = [...singles, ...repeats].sort((a, b) => ((a * 7919) % 1009) - ((b * 7919) % 1009));
  const pieces = Array.from({ length: Math.ceil(rest.length / BURST) }, (_value, index) =>
    rest.slice(index * BURST, (index + 1) * BURST),
  );
  let code = 100_000;
  return [...bursts, ...pieces].map((piece) =>
    piece.map((index) => loginRequest(testNumber(index), String((code += 1)))),
  );
}

function blockedAttempts(): readonly BenchRequest[] {
  return Array.from({ length: SENDS }, (_value, index) => {
    const digits = String(index).padStart(3, '0');
    return loginRequest(index % 2 === 0 ? `${BLOCKED_PREFIX}${digits}` : `+998901230${digits}`);
  });
}

async function sendAll(requests: readonly BenchRequest[], caller: Caller) {
  const answers = [];
  for (const request of requests) answers.push(await caller.send(request));
  return answers;
}
