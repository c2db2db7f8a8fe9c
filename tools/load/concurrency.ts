import { memoryFigure, type Figure } from './figure.ts';
import { countsOf, keepBusy, quantile, shareOf } from './generate-load.ts';
import { startLoadedGateway } from './loaded-gateway.ts';
import { startUpstream } from './upstream.ts';

const CONCURRENCY = 80;
const UPSTREAM_MS = 300;
const SECONDS = 60;
const MOST_MS = 1200;
const MOST_MIB = 256;

/** What one instance takes at a time, with upstreams that are slow; every carrier is asked for. */
export async function fillInstance(): Promise<readonly Figure[]> {
  const upstream = await startUpstream();
  upstream.behave((step) => ({ afterMs: step === 'rules' ? 0 : UPSTREAM_MS }));
  const gateway = await startLoadedGateway(upstream);
  const answers = await keepBusy(() => gateway.send(), { concurrency: CONCURRENCY, seconds: SECONDS });
  const peak = gateway.peakResidentMib();
  await gateway.stop();
  await upstream.close();
  const p99 = quantile(answers, 0.99);
  const what = `${CONCURRENCY} at a time, ${UPSTREAM_MS} ms per upstream, ${SECONDS} s`;
  return [
    {
      claim: `${what}: every answer is 200`,
      measured: countsOf(answers),
      isMet: shareOf(answers, 200) === 1,
    },
    {
      claim: `… p99 at most ${MOST_MS} ms`,
      measured: `p50 ${Math.round(quantile(answers, 0.5))} ms, p99 ${Math.round(p99)} ms`,
      isMet: p99 <= MOST_MS,
    },
    memoryFigure(what, peak, MOST_MIB),
  ];
}
