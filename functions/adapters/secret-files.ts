import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Log } from '../http/log.ts';
import { isRecord } from './is-record.ts';

/** A secret as it stands now. */
export interface Secret<T> {
  current(): T;
  /** Ends the reading of the file; the last value stays. */
  close(): void;
}

/** Where a secret comes from, and what is made of it. */
export interface SecretOptions<T> {
  /** Name of the variable; `NAME_FILE` is that of the path. Both appear in messages, values never. */
  readonly name: string;
  /** What the variable `NAME` holds; empty counts as absent. */
  readonly value?: string | undefined;
  /** What the variable `NAME_FILE` holds: a path; empty counts as absent. */
  readonly file?: string | undefined;
  /**
   * Makes the usable value from the text, whose line breaks at the end are gone.
   *
   * @throws Error for a text that cannot be used; its message is printed, so it says what is wrong and quotes nothing
   */
  readonly parse: (text: string) => T;
  readonly log: Log;
  /** How often the file is read again, in milliseconds; default 30,000, so that a new value is in force within 60 s. */
  readonly rereadMs?: number;
}

/**
 * Reads a secret from the environment or from a file.
 *
 * A file is read again from time to time, off the path of requests: a mounted secret shows its newest version at each
 * read, so that a rotation needs no deploy. A new value that cannot be read or used leaves the old one in force and is
 * logged once as `config.fault`.
 *
 * @throws Error naming the variable and what is wrong with it: absent, set in both ways, unreadable, refused by `parse`
 */
export function createSecret<T>(options: SecretOptions<T>): Secret<T> {
  const { name } = options;
  const value = presentText(options.value);
  const file = presentText(options.file)?.trim();
  if (value !== undefined && file !== undefined) throw new Error(`${name} and ${name}_FILE are both set`);
  if (file !== undefined) return createSecretFile(file, options);
  if (value === undefined)
    throw new Error(`${name} is missing: set it, or ${name}_FILE to the path of a file`);
  const parsed = parseText(value, name, options.parse);
  return { current: () => parsed, close: () => undefined };
}

function createSecretFile<T>(file: string, options: SecretOptions<T>): Secret<T> {
  const { log, parse, rereadMs = 30_000 } = options;
  const name = `${options.name}_FILE`;
  let text = readNow(file, name);
  let current = parseText(text, name, parse);
  let lastProblem: string | null = null;
  let isReading = false;
  let skipped = 0;
  let isClosed = false;

  const complain = (problem: string): void => {
    if (problem === lastProblem || isClosed) return;
    lastProblem = problem;
    log('ERROR', 'config.fault', 'A new value of a secret cannot be used: the old one stays in force', {
      problems: [problem],
    });
  };
  const readAgain = async (): Promise<void> => {
    if (isReading) {
      // A mounted secret is read over the network and may hang: a second read would only take another thread.
      // One turn may pass so: an instance without CPU meets its timer before the answer.
      skipped += 1;
      if (skipped > 1) complain(`${name} takes too long to be read`);
      return;
    }
    isReading = true;
    skipped = 0;
    try {
      const newText = await readLater(file, name);
      if (isClosed) return;
      if (newText !== text) current = parseText(newText, name, parse);
      text = newText;
      lastProblem = null;
    } catch (error) {
      complain(error instanceof Error ? error.message : `${name} cannot be read`);
    } finally {
      isReading = false;
    }
  };

  const timer = setInterval(() => void readAgain(), rereadMs);
  timer.unref();
  const close = (): void => {
    isClosed = true;
    clearInterval(timer);
  };
  return { current: () => current, close };
}

function presentText(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

function readNow(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(error, name);
  }
}

async function readLater(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(error, name);
  }
}

function unreadable(error: unknown, name: string): Error {
  const code = isRecord(error) ? error['code'] : undefined;
  return new Error(`${name} cannot be read (${typeof code === 'string' ? code : 'unknown error'})`);
}

function parseText<T>(text: string, name: string, parse: (text: string) => T): T {
  const trimmed = text.replace(/[\r\n]+$/, '');
  if (trimmed.trim() === '') throw new Error(`${name} is empty`);
  const result = attempt(() => parse(trimmed));
  if ('value' in result) return result.value;
  // No cause: an error that is not ours may quote the secret.
  throw new Error(`${name}: ${result.problem}`);
}

function attempt<T>(parse: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: parse() };
  } catch (error) {
    // Only our own parsers throw a plain Error; others, such as JSON's, quote the text.
    const isOurs = error instanceof Error && error.name === 'Error';
    return { problem: isOurs ? error.message : 'cannot be parsed' };
  }
}
