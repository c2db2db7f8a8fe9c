import type { UpstreamCall } from './start-twilio-stand-in.ts';

/** Between two moments, how long at least one call was at Twilio, in milliseconds: overlapping calls count once. */
export function upstreamTime(calls: readonly UpstreamCall[], from: number, to: number): number {
  const spans = calls
    .map(({ arrivedAt, answeredAt }) => [Math.max(arrivedAt, from), Math.min(answeredAt, to)] as const)
    .filter(([start, end]) => end > start)
    .sort(([a], [b]) => a - b);
  let total = 0;
  let coveredUntil = from;
  for (const [start, end] of spans) {
    total += Math.max(0, end - Math.max(start, coveredUntil));
    coveredUntil = Math.max(coveredUntil, end);
  }
  return total;
}
