/** How the time of a parser grows with its input. */
export interface Growth {
  /** For 16 KiB, in milliseconds. */
  readonly ms: number;
  /** What 16 KiB take, divided by what 4 KiB take: 4 where time is in proportion, 16 where it is squared. */
  readonly factor: number;
  /** What the input repeats. */
  readonly unit: string;
  readonly isLinear: boolean;
}

const SHORT = 4 * 1024;
const LONG = 16 * 1024;
const UNITS = 150;
// Below this, what is measured is noise.
const MATTERS_MS = 20;
const MOST_FACTOR = 10;
const TIMES = 5;

/** Units that made some parser of somebody's slow. */
const NOTORIOUS = [
  '1',
  '1 ',
  '+1',
  '+ ',
  'a.',
  'www.',
  'http://',
  '(',
  ')',
  '1-',
  'c=\n',
  ' ',
  '\n',
  '0.',
  'a@',
  ',t=1',
  '{"a":',
  '[',
];

/**
 * Gives the parser one thing again and again, short and long, and takes the worst.
 *
 * @param text - makes more things to repeat
 */
export async function slowestGrowth(run: (input: Buffer) => unknown, text: () => string): Promise<Growth> {
  let worst: Growth = { ms: 0, factor: 0, unit: '', isLinear: true };
  for (const unit of [...NOTORIOUS, ...Array.from({ length: UNITS }, text)]) {
    const ms = await quickest(run, repeated(unit, LONG));
    const factor = ms / Math.max(0.01, await quickest(run, repeated(unit, SHORT)));
    const isLinear = ms < MATTERS_MS || factor < MOST_FACTOR;
    if (!isLinear || (worst.isLinear && ms > worst.ms)) worst = { ms, factor, unit, isLinear };
  }
  return worst;
}

/** The quickest of several times: whatever makes it slower is not the parser. */
async function quickest(run: (input: Buffer) => unknown, input: Buffer): Promise<number> {
  let best = Infinity;
  for (let times = 0; times < TIMES; times += 1) {
    const startedAt = performance.now();
    try {
      await run(input);
    } catch {
      // A refusal takes time as well.
    }
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}

function repeated(unit: string, length: number): Buffer {
  return Buffer.from(unit.repeat(Math.ceil(length / Math.max(1, unit.length))).slice(0, length));
}
