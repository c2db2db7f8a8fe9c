/**
 * Replays a day with an attack in it against four defences, prints what each let through, and draws it into
 * `docs/fraud-attack.svg`. `PRICES=lookup=…,send=…,login=…` are US dollars.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { SIMULATOR_DEFAULTS, type RateLimitOption } from '../twilio-simulator/settings.ts';
import { playDay } from './day.ts';
import { startGateway } from './gateway-defence.ts';
import { startOriginal } from './original-defence.ts';
import { plotSends } from './plot.ts';
import { formatTable, parsePrices, type Variant } from './report.ts';
import { createTraffic } from './traffic.ts';

const PLOT = new URL('../../docs/fraud-attack.svg', import.meta.url);
const PREFIXES = 3;
const ONE_LIMIT: readonly RateLimitOption[] = SIMULATOR_DEFAULTS.rateLimits;
// The buckets that set-up offers.
const ALL_LIMITS: readonly RateLimitOption[] = [
  ...ONE_LIMIT,
  { uniqueName: 'phone', buckets: [bucket(5, 600), bucket(15, 86_400)] },
  { uniqueName: 'ip', buckets: [bucket(20, 600), bucket(100, 86_400)] },
  { uniqueName: 'phone_prefix', buckets: [bucket(30, 600)] },
];

const prices = parsePrices(process.env['PRICES'] ?? '');
const traffic = createTraffic();
const feedback = { traffic, hasFeedback: true };
let runs = 0;
let alarms = 0;

const original = await playDay({ ...feedback, rateLimits: ONE_LIMIT, start: startOriginal });
const variants: Variant[] = [{ name: 'original logic', result: original, minutesToRules: null }];
variants.push(
  await playGateway('gateway alone', ONE_LIMIT, { isWatched: false }),
  await playGateway('gateway, buckets', ALL_LIMITS, { isWatched: false }),
  await playGateway('gateway, buckets, watch', ALL_LIMITS, { isWatched: true }),
);
console.log(formatTable(variants, prices));

runs = 0;
alarms = 0;
// The attack is over by then.
const EIGHT_HOURS_MS = 8 * 3_600_000;
const broken = await playGateway('feedback broken', ALL_LIMITS, {
  isWatched: true,
  hasFeedback: false,
  untilMs: EIGHT_HOURS_MS,
});
const isSilent = broken.minutesToRules === null;
console.log(
  `\nWith watch, but no login reported: ${isSilent ? 'no rule was written' : 'RULES WERE WRITTEN'}, ` +
    `${broken.result.honestRefused} honest logins refused, the alarm was raised by ${alarms} of ${runs} runs.`,
);
if (!isSilent || alarms === 0) process.exitCode = 1;

writeFileSync(PLOT, plotSends(variants));
console.log('The plot is in docs/fraud-attack.svg.');

async function playGateway(
  name: string,
  rateLimits: readonly RateLimitOption[],
  {
    isWatched,
    hasFeedback = true,
    ...rest
  }: { readonly isWatched: boolean; readonly hasFeedback?: boolean; readonly untilMs?: number },
): Promise<Variant> {
  const began = Date.now();
  let minutesToRules: number | null = null;
  const onAlarm = (): void => void (alarms += 1);
  const onRules = (count: number, nowMs: number): void => {
    runs += 1;
    const needed = hasFeedback ? PREFIXES : 1;
    if (count >= needed) minutesToRules ??= (nowMs - began - traffic.attack.fromMs) / 60_000;
  };
  const kinds = rateLimits.map(({ uniqueName }) => `${uniqueName}:${uniqueName}`).join(',');
  const dist = process.env['DIST'];
  const result = await playDay({
    traffic,
    rateLimits,
    hasFeedback,
    ...rest,
    start: (twilio) => startGateway(twilio, { rateLimits: kinds, isWatched, dist, onRules, onAlarm }),
  });
  return { name, result, minutesToRules };
}

function bucket(max: number, intervalSeconds: number) {
  return { max, intervalSeconds };
}
