/** A comparison with a bar. */
export interface Bar {
  /** What is compared, such as `÷ naive`. */
  readonly of: string;
  readonly value: number;
  readonly bar: number;
  /** The bar is the most, or the least, that meets it; `exactly` has no slack. */
  readonly is: 'most' | 'least' | 'exactly';
}

/** A row of the table. */
export interface Figure {
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  /** Measured, by column of the table. */
  readonly values: {
    readonly noOp?: number | undefined;
    readonly naiveLiteral?: number | undefined;
    readonly naiveShared?: number | undefined;
    readonly product?: number | undefined;
  };
  readonly bars: readonly Bar[];
  /** Why it was not measured. */
  readonly skipped?: string | undefined;
}

/** How much worse than its bar a value may be before a check fails: these machines are shared. */
export const SLACK = 1.3;

/** Whether a value meets its bar. */
export function isMet({ value, bar, is }: Bar): boolean {
  if (is === 'exactly') return value === bar;
  return is === 'most' ? value <= bar : value >= bar;
}

/** Whether a value meets its bar, or misses it by no more than the slack. */
export function isWithinSlack({ value, bar, is }: Bar): boolean {
  if (is === 'exactly') return value === bar;
  return is === 'most' ? value <= bar * SLACK : value >= bar / SLACK;
}
