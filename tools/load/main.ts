/**
 * Load, faults and attacks against the functions of `dist/` on loopback, within bounded time. Prints one line for each
 * claim, and exits with 1 where one is not met.
 *
 * Arguments: names of scenarios; default all but `soak`.
 */
import os from 'node:os';
import process from 'node:process';
import { attack } from './attacks.ts';
import { reportBatch } from './batch.ts';
import { fillInstance } from './concurrency.ts';
import { endWithRequestsInFlight } from './end.ts';
import type { Scenario } from './figure.ts';
import { loseFirestore, loseLookup, loseVerifyInAllWays, meetRandomFailures } from './outages.ts';
import { soak } from './soak.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  attacks: attack,
  end: endWithRequestsInFlight,
  lookup: loseLookup,
  firestore: loseFirestore,
  verify: loseVerifyInAllWays,
  random: meetRandomFailures,
  concurrency: fillInstance,
  batch: reportBatch,
  soak,
};

const asked = process.argv.slice(2).filter((name) => name !== '');
const names = asked.length > 0 ? asked : Object.keys(SCENARIOS).filter((name) => name !== 'soak');
const unknown = names.filter((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are: ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(2);
}

const load = os.loadavg()[0] ?? 0;
console.log(
  `Node ${process.version}, ${os.cpus().length} cores, load average ${load.toFixed(1)} at the start`,
);
let isEveryMet = true;
for (const name of names) {
  const startedAt = performance.now();
  const figures = (await SCENARIOS[name]?.()) ?? [];
  console.log(`\n${name} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
  for (const { claim, measured, isMet } of figures) {
    console.log(`  ${isMet === null ? '?' : isMet ? '✓' : '✗'} ${claim}\n      ${measured}`);
    if (isMet === false) isEveryMet = false;
  }
}
process.exitCode = isEveryMet ? 0 : 1;
