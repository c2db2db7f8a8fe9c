import process from 'node:process';
import { memoryFigure, type Figure } from './figure.ts';
import { countsOf, keepBusy, shareOf } from './generate-load.ts';
import { startLoadedGateway } from './loaded-gateway.ts';
import { startUpstream } from './upstream.ts';

const CONCURRENCY = 40;
const MOST_BYTES_PER_REQUEST = 200;
const MOST_MIB = 256;
// All that the instance remembers is bounded; until those bounds are reached memory grows as it should.
const REQUESTS_BEFORE = 25_000;

/** Load for `SECONDS` (default 60), after the memories of the instance are full: does its heap stay what it is? */
export async function soak(): Promise<readonly Figure[]> {
  const seconds = Number(process.env['SECONDS'] ?? '60');
  const upstream = await startUpstream();
  // As in the cloud: the carrier of a number is asked for once.
  const gateway = await startLoadedGateway(upstream, { LOOKUP_CACHE_SECONDS: '86400' });
  const send = () => gateway.send();
  let before = 0;
  while (before < REQUESTS_BEFORE) {
    before += (await keepBusy(send, { concurrency: CONCURRENCY, seconds: 5 })).length;
  }
  const heapBefore = await gateway.heapAfterGc();
  const answers = await keepBusy(send, { concurrency: CONCURRENCY, seconds });
  const heapAfter = await gateway.heapAfterGc();
  const peak = gateway.peakResidentMib();
  await gateway.stop();
  await upstream.close();
  const grown = (heapAfter - heapBefore) / answers.length;
  const what = `${seconds} s of soak`;
  return [
    { claim: `${what}: no request is lost`, measured: countsOf(answers), isMet: shareOf(answers, 200) === 1 },
    {
      claim: `… heap after garbage collection grows by less than ${MOST_BYTES_PER_REQUEST} B per request`,
      measured:
        `${grown.toFixed(1)} B (${mib(heapBefore)} → ${mib(heapAfter)} MiB ` +
        `in ${answers.length} requests, after ${before} before)`,
      isMet: grown < MOST_BYTES_PER_REQUEST,
    },
    memoryFigure(what, peak, MOST_MIB),
  ];
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
