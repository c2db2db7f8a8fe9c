import type { TwilioStandIn } from './start-twilio-stand-in.ts';
import type { Surroundings, VariantName } from './variant.ts';

/** What all measurements share. */
export interface BenchRun {
  readonly twilio: TwilioStandIn;
  readonly surroundings: Surroundings;
  /** Tells whoever waits what is being done. */
  readonly progress: (text: string) => void;
}

/** One value for each variant that was measured. */
export type PerVariant<T> = Readonly<Partial<Record<VariantName, T>>>;

/** The latencies of the comparison with a working network: design of the benchmark, not a claim about Twilio. */
export const USUAL_LATENCIES = { lookupMs: 40, updateMs: 40, createMs: 80 } as const;
