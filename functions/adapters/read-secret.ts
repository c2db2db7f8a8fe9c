import type { Log } from '../http/log.ts';
import type { Environment } from './environment.ts';
import { createSecret, type Secret } from './secret-files.ts';

/** What a secret is read with. */
export interface SecretReading {
  readonly read: Environment;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/**
 * Reads a secret of the environment, `NAME` or `NAME_FILE`. What is wrong with it joins the other faults of the
 * environment; until those are thrown by `finish`, the secret must not be used.
 */
export function readSecret<T>(
  { read, env, log }: SecretReading,
  name: string,
  parse: (text: string) => T,
): Secret<T> {
  try {
    return createSecret({ name, value: env[name], file: env[`${name}_FILE`], parse, log });
  } catch (error) {
    const problem = error instanceof Error ? error.message : `${name} cannot be read`;
    read.fault(problem);
    return {
      current: () => {
        throw new Error(problem);
      },
      close: () => undefined,
    };
  }
}
