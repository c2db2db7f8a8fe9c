/** Reads named values of the environment and collects everything that is wrong with them. */
export interface Environment {
  /** A text that must be there and match; an empty one counts as absent. */
  required(name: string, pattern?: RegExp): string;
  /** A text, or the default when absent. An empty text is a value where `emptyIsValue` is set. */
  text(name: string, fallback: string, options?: { emptyIsValue?: boolean; pattern?: RegExp }): string;
  optional(name: string): string | undefined;
  integer(name: string, fallback: number, bounds: { min: number; max: number }): number;
  /** `true` or `false`. */
  flag(name: string, fallback: boolean): boolean;
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T;
  /** Comma-separated, trimmed, at least one entry. */
  listOf<T extends string>(name: string, allowed: readonly T[], fallback: readonly T[]): readonly T[];
  /** Names a fault. */
  fault(problem: string): void;
  /**
   * Ends the reading.
   *
   * @throws ConfigurationFault naming every fault; never a value, because any of them may be a secret in the wrong place
   */
  finish(): void;
}

/** Everything that is wrong with the environment, in one error. */
export class ConfigurationFault extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Configuration: ${problems.join('; ')}`);
    this.name = 'ConfigurationFault';
    this.problems = problems;
  }
}

/**
 * Opens an environment for reading.
 *
 * @param env - usually `process.env`; a parameter, so that a test is a table
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const problems: string[] = [];
  const valueOf = (name: string): string | undefined => presentText(env[name]);
  const choose = <T extends string>(name: string, text: string, allowed: readonly T[]): T | undefined => {
    if (!allowed.some((entry) => entry === text))
      problems.push(`${name} must be one of ${allowed.join(', ')}`);
    return allowed.find((entry) => entry === text);
  };

  return {
    optional: valueOf,
    required: (name, pattern) => {
      const value = valueOf(name);
      if (value === undefined) problems.push(`${name} is missing`);
      else if (pattern !== undefined && !pattern.test(value))
        problems.push(`${name} has not the form ${pattern.source}`);
      return value ?? '';
    },
    text: (name, fallback, options = {}) => {
      const value = options.emptyIsValue === true ? env[name]?.trim() : valueOf(name);
      if (value === undefined) return fallback;
      if (options.pattern?.test(value) === false)
        problems.push(`${name} has not the form ${options.pattern.source}`);
      return value;
    },
    integer: (name, fallback, { min, max }) => {
      const value = valueOf(name);
      const number = value === undefined ? fallback : wholeNumber(value);
      if (number >= min && number <= max) return number;
      problems.push(`${name} must be a whole number from ${min} to ${max}`);
      return fallback;
    },
    flag: (name, fallback) => {
      const value = valueOf(name);
      return value === undefined ? fallback : choose(name, value.toLowerCase(), ['true', 'false']) === 'true';
    },
    oneOf: (name, allowed, fallback) => {
      const value = valueOf(name);
      return value === undefined ? fallback : (choose(name, value, allowed) ?? fallback);
    },
    listOf: (name, allowed, fallback) => {
      const entries = valueOf(name)?.split(',') ?? fallback;
      return entries.flatMap((entry) => choose(name, entry.trim(), allowed) ?? []);
    },
    fault: (problem) => problems.push(problem),
    finish: () => {
      if (problems.length > 0) throw new ConfigurationFault(problems);
    },
  };
}

function presentText(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
