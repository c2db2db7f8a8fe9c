import { carrierKey } from '../domain/carrier.ts';

/** One message or call that Verify sent, as far as the decision needs it. */
export interface Attempt {
  /** E.164. */
  readonly to: string;
  /** Country of the number itself, ISO 3166-1 alpha-2; null where its calling code belongs to none. */
  readonly country: string | null;
  /** 3 digits; null where Twilio did not say. */
  readonly mcc: string | null;
  /** 1 to 3 digits, leading zeros kept; null where Twilio did not say. */
  readonly mnc: string | null;
  /** Whether the code was used, by our own feedback. */
  readonly isConverted: boolean;
  /** What the message cost so far; null while that is not known, which may take a day. */
  readonly price: { readonly value: number; readonly currency: string } | null;
}

/** When a group is idle, and when the rest proves that feedback arrives at all. Shares are whole percents of numbers. */
export interface Thresholds {
  /** Fewer sends than this say nothing. */
  readonly minSends: number;
  /** A group converts if at least this share of its numbers did. */
  readonly conversionPercent: number;
  /** The rest must have so many attempts … */
  readonly minOtherAttempts: number;
  /** … and at least this share of its numbers must have converted. */
  readonly otherConversionPercent: number;
}

/** 30 sends of which less than 10 % converted, while at least 20 others convert at 30 % or more. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  minSends: 30,
  conversionPercent: 10,
  minOtherAttempts: 20,
  otherConversionPercent: 30,
};

/** How many codes went to how many numbers, and how many of those logged in. */
export interface Figures {
  readonly sends: number;
  readonly numbers: number;
  readonly logins: number;
}

/** What a group has in common, narrowest first. */
export type GroupKind = 'prefix' | 'network' | 'country';

/** A group whose codes are hardly ever used. */
export interface IdleGroup extends Figures {
  readonly kind: GroupKind;
  /** The id of a rule for it: `+99899394`, `234-51`, `UZ`. */
  readonly id: string;
  /** The countries, networks and prefixes (the last 4 digits cut) of its attempts, and its own, as ids of rules. */
  readonly countries: readonly string[];
  readonly networks: readonly string[];
  readonly prefixes: readonly string[];
  /** What it cost as far as known: one sum for each currency, in capitals. */
  readonly costs: ReadonlyMap<string, number>;
}

/** What the attempts say. */
export interface Findings {
  /** Most sends first; no attempt is in two of them. To be acted on only where feedback works. */
  readonly idle: readonly IdleGroup[];
  /** Everything else. */
  readonly others: Figures;
  /**
   * - `works`: enough of the rest converts
   * - `broken`: the rest is large enough and hardly converts
   * - `unproven`: the rest is too small to tell
   */
  readonly feedback: 'works' | 'broken' | 'unproven';
}

interface Group {
  readonly kind: GroupKind;
  readonly id: string;
  readonly attempts: readonly Attempt[];
}

/** One way of putting attempts together: those with the same key are a group, those without one in none. */
interface Level {
  readonly kind: GroupKind;
  readonly nameOf: (attempt: Attempt) => { readonly key: string; readonly id: string } | null;
}

const DIGITS_OF_A_BLOCK = 4;

/**
 * Finds the narrowest groups that explain why codes are not used: number prefixes (the last 4 digits cut), longer ones
 * first, before networks before countries; what a narrower group explains counts for no wider one.
 *
 * Numbers are counted, not attempts, wherever a share is taken: each re-send is one more attempt that never converts,
 * and a number that converted once has converted. A wider group that holds any part of a narrower one which does
 * convert, on as many sends, is left alone: so a conversion never makes a rule appear, only disappear, as long as the
 * rest convinces. A group holds all that its rule would block: a prefix the longer numbers that begin with it, too.
 */
export function findIdleNetworks(attempts: readonly Attempt[], thresholds: Thresholds): Findings {
  const converted = new Set(attempts.filter(({ isConverted }) => isConverted).map(({ to }) => to));
  const converting = new Set<Attempt>();
  const idle: IdleGroup[] = [];
  let rest = attempts;

  for (const level of levelsOf(attempts)) {
    const explained = new Set<Attempt>();
    for (const group of groupsOf(rest, level)) {
      const figures = figuresOf(group.attempts, converted);
      if (figures.sends < thresholds.minSends) continue;
      const isIdle = figures.logins * 100 < figures.numbers * thresholds.conversionPercent;
      if (!isIdle) group.attempts.forEach((attempt) => converting.add(attempt));
      if (!isIdle || group.attempts.some((attempt) => converting.has(attempt))) continue;
      group.attempts.forEach((attempt) => explained.add(attempt));
      idle.push({ ...describe(group), ...figures });
    }
    rest = rest.filter((attempt) => !explained.has(attempt));
  }
  const others = figuresOf(rest, converted);
  return { idle: idle.toSorted(byImportance), others, feedback: judgeFeedback(others, thresholds) };
}

function judgeFeedback(others: Figures, thresholds: Thresholds): Findings['feedback'] {
  if (others.sends < thresholds.minOtherAttempts) return 'unproven';
  const isEnough = others.logins * 100 >= others.numbers * thresholds.otherConversionPercent;
  return isEnough && others.logins > 0 ? 'works' : 'broken';
}

/** From narrow to wide. A prefix cut from a short number may be the beginning of many longer ones: `+49` is one. */
function levelsOf(attempts: readonly Attempt[]): readonly Level[] {
  const blocks = blocksOf(attempts);
  const lengths = new Set([...blocks].map((block) => block.length));
  const prefixes = [...lengths]
    .toSorted((one, other) => other - one)
    .map((length): Level => {
      const nameOf = ({ to }: Attempt) => {
        const prefix = to.slice(0, length);
        return blocks.has(prefix) ? { key: prefix, id: prefix } : null;
      };
      return { kind: 'prefix', nameOf };
    });
  return [...prefixes, NETWORKS, COUNTRIES];
}

function blocksOf(attempts: readonly Attempt[]): ReadonlySet<string> {
  return new Set(attempts.map(({ to }) => to.slice(0, -DIGITS_OF_A_BLOCK)));
}

/** Networks are one by their numeric MNC, whatever its zeros; the first spelling names them. */
const NETWORKS: Level = {
  kind: 'network',
  nameOf: ({ mcc, mnc }) => {
    const key = carrierKey(mcc, mnc);
    return key === null || mcc === null || mnc === null ? null : { key, id: `${mcc}-${mnc}` };
  },
};

const COUNTRIES: Level = {
  kind: 'country',
  nameOf: ({ country }) => (country === null ? null : { key: country, id: country }),
};

function groupsOf(attempts: readonly Attempt[], { kind, nameOf }: Level): readonly Group[] {
  const groups = new Map<string, { id: string; attempts: Attempt[] }>();
  for (const attempt of attempts) {
    const name = nameOf(attempt);
    if (name === null) continue;
    const group = groups.get(name.key) ?? { id: name.id, attempts: [] };
    group.attempts.push(attempt);
    groups.set(name.key, group);
  }
  return [...groups.values()].map((group) => ({ kind, ...group }));
}

function figuresOf(attempts: readonly Attempt[], converted: ReadonlySet<string>): Figures {
  const numbers = new Set(attempts.map(({ to }) => to));
  const logins = [...numbers].filter((number) => converted.has(number)).length;
  return { sends: attempts.length, numbers: numbers.size, logins };
}

function describe({ kind, id, attempts }: Group): Omit<IdleGroup, keyof Figures> {
  const costs = new Map<string, number>();
  for (const { price } of attempts) {
    if (price !== null) costs.set(price.currency, (costs.get(price.currency) ?? 0) + price.value);
  }
  const idsOf = (level: Level): readonly string[] => groupsOf(attempts, level).map((group) => group.id);
  const prefixes = [...new Set([...(kind === 'prefix' ? [id] : []), ...blocksOf(attempts)])];
  return { kind, id, countries: idsOf(COUNTRIES), networks: idsOf(NETWORKS), prefixes, costs };
}

function byImportance(one: IdleGroup, other: IdleGroup): number {
  return other.sends - one.sends || (one.id < other.id ? -1 : 1);
}
