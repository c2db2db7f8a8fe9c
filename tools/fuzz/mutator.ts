/** Makes inputs, the same ones from the same seed. */
export interface Mutator {
  /** Random bytes, or one of the seeds (sometimes two of them) changed in a few places. */
  from(seeds: readonly string[]): Buffer;
  /** A short text of characters that mean something to some parser. */
  text(): string;
}

const MOST_BYTES = 400;
const PIECES = [
  ...[
    '0',
    '1',
    '9',
    '٣',
    '+',
    '-',
    '.',
    ',',
    ';',
    ':',
    '=',
    '/',
    '\\',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
  ],
  ...[
    ' ',
    '\t',
    '\r',
    '\n',
    '\u0000',
    '\u0085',
    '\u00a0',
    '\u202f',
    '\u2028',
    '\ufeff',
    '\ud800',
    'é',
    'ſ',
    'K',
  ],
  ...['a', 'A', 'z', 'x1', '_', '@', '%', '%2B', '*', 'null', 'true', '-0', '1e999', '9007199254740993'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'http://',
    'www.',
    'a.',
    'c=',
    'l=',
    't=',
    'v1=',
    '+1',
    '+44',
    '::',
  ],
] as const;

/** @param seed - 1 to 2,147,483,646 */
export function createMutator(seed: number): Mutator {
  let state = seed;
  // Lehmer, the minimal standard.
  const below = (bound: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
  const piece = (): string => PIECES[below(PIECES.length)] ?? '';
  const text = (): string => Array.from({ length: 1 + below(4) }, piece).join('');
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => below(256)));

  const mutateOnce = (input: Buffer): Buffer => {
    const at = below(input.length + 1);
    const rest = input.subarray(Math.min(input.length, at + below(8)));
    switch (below(6)) {
      case 0:
        return Buffer.concat([input.subarray(0, at), bytes(1 + below(4)), rest]);
      case 1:
        return Buffer.concat([input.subarray(0, at), rest]);
      case 2:
        return input.subarray(0, at);
      case 3:
        return Buffer.concat([input.subarray(0, at), input.subarray(0, at), rest]);
      default:
        return Buffer.concat([input.subarray(0, at), Buffer.from(text()), rest]);
    }
  };

  return {
    text,
    from: (seeds) => {
      if (below(20) === 0) return bytes(below(MOST_BYTES));
      let input = Buffer.from(seeds[below(seeds.length)] ?? '');
      if (below(8) === 0) input = Buffer.concat([input, Buffer.from(seeds[below(seeds.length)] ?? '')]);
      for (let times = 1 + below(4); times > 0; times -= 1) input = Buffer.from(mutateOnce(input));
      return input;
    },
  };
}
