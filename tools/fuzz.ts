/**
 * Throws random and mutated bytes at every parser that reads what others wrote, for `SECONDS` (default 5) each: a parser
 * may refuse, and nothing else. Then looks whether it takes time in proportion to what it is given. Exits with 1 where
 * something was found, after printing the input as JSON; `SEED` (printed) gives the same inputs again.
 */
import process from 'node:process';
import { createMutator } from './fuzz/mutator.ts';
import { FUZZ_TARGETS, type FuzzTarget } from './fuzz/targets.ts';
import { slowestGrowth } from './fuzz/growth.ts';

const seconds = Number(process.env['SECONDS'] ?? '5');
const seed = Number(process.env['SEED'] ?? String(Date.now() % 2_147_483_646)) + 1;
const mutate = createMutator(seed);
console.log(`SEED=${seed - 1}`);

let findings = 0;
for (const target of FUZZ_TARGETS) {
  const runs = await fuzz(target);
  const growth = await slowestGrowth(target.run, () => mutate.text());
  console.log(
    `${target.name}: ${runs} inputs; 16 KiB in ${growth.ms.toFixed(1)} ms at most, ` +
      `${growth.factor.toFixed(1)} times what 4 KiB take`,
  );
  if (!growth.isLinear) report(`${target.name} is slow on repetitions of`, growth.unit);
}
process.exitCode = findings === 0 ? 0 : 1;

async function fuzz({ run, seeds, allows }: FuzzTarget): Promise<number> {
  const endsAt = performance.now() + seconds * 1000;
  let runs = 0;
  while (performance.now() < endsAt) {
    const input = mutate.from(seeds);
    runs += 1;
    try {
      await run(input);
    } catch (error) {
      if (!allows(error)) report(error instanceof Error ? `${error.name} on` : 'not an error on', input);
    }
    if (findings > 10) break;
  }
  return runs;
}

function report(what: string, input: Buffer | string): void {
  findings += 1;
  console.error(`  ✗ ${what} ${JSON.stringify(input.toString('latin1'))}`);
}
