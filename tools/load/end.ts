import { waitUntil } from '../local-stack/wait-until.ts';
import type { Figure } from './figure.ts';
import { countsOf, shareOf } from './generate-load.ts';
import { startLoadedGateway, type Answered } from './loaded-gateway.ts';
import { startUpstream } from './upstream.ts';

const TIMES = 10;
const IN_FLIGHT = 40;
const UPSTREAM_MS = 700;
const MOST_MS = 9000;

/** SIGTERM while requests are in flight, ten times over. */
export async function endWithRequestsInFlight(): Promise<readonly Figure[]> {
  const answers: Answered[] = [];
  const exits: string[] = [];
  let slowestMs = 0;
  for (let times = 0; times < TIMES; times += 1) {
    const upstream = await startUpstream();
    upstream.behave((step) => ({ afterMs: step === 'rules' ? 0 : UPSTREAM_MS }));
    const gateway = await startLoadedGateway(upstream);
    const sends = Array.from({ length: IN_FLIGHT }, () => gateway.send());
    await waitUntil(() => upstream.calls.lookup === IN_FLIGHT, 10_000);
    const endedAt = performance.now();
    // Its own connections stay open: it must not wait for those.
    const answered = Promise.all(sends);
    exits.push(String(await gateway.end()));
    slowestMs = Math.max(slowestMs, performance.now() - endedAt);
    answers.push(...(await answered));
    await gateway.stop();
    await upstream.close();
  }
  return [
    {
      claim: `SIGTERM with ${IN_FLIGHT} requests in flight, ${TIMES} times: all are answered 200`,
      measured: countsOf(answers),
      isMet: shareOf(answers, 200) === 1,
    },
    {
      claim: `… and the process exits with 0 within ${MOST_MS / 1000} s`,
      measured: `exit ${[...new Set(exits)].join(', ')}; ${(slowestMs / 1000).toFixed(1)} s at most`,
      isMet: exits.every((exit) => exit === '0') && slowestMs <= MOST_MS,
    },
  ];
}
