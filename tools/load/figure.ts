/** One claim, and what was measured. */
export interface Figure {
  readonly claim: string;
  readonly measured: string;
  /** Null where it could not be measured. */
  readonly isMet: boolean | null;
}

/** A run of one kind of load. */
export type Scenario = () => Promise<readonly Figure[]>;

/** The figure of a peak of memory. */
export function memoryFigure(what: string, peakMib: number | null, mostMib: number): Figure {
  const claim = `${what}: at most ${mostMib} MiB resident`;
  if (peakMib === null) return { claim, measured: 'not measured', isMet: null };
  return { claim, measured: `${Math.round(peakMib)} MiB`, isMet: peakMib <= mostMib };
}
