import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { createSecretStore } from '../deploy/secret-store.ts';

/** A value of a secret. */
export interface SecretVersion {
  readonly value: string;
  /** The number of the version, counted from 1. */
  readonly number: number;
}

/** Reads and adds values of a project's secrets. Values are never shown. */
export interface SecretVersions {
  /**
   * A version that is enabled.
   *
   * @param version - `latest` or a number
   * @returns null when there is no such secret, or no such version
   */
  read(id: string, version?: string): Promise<SecretVersion | null>;
  /** Whether there is such a secret, and a value in it that a function could read. */
  stateOf(id: string): Promise<'absent' | 'empty' | 'filled'>;
  /** Adds a value, which is the newest from then on. */
  add(id: string, value: string): Promise<void>;
  close(): Promise<void>;
}

const NOT_THERE = 5;
const DISABLED = 9;
const REFUSED = 7;

/**
 * Opens Secret Manager with the credentials of the person.
 *
 * @param client - default: one of its own
 */
export function createSecretVersions(
  project: string,
  client: SecretManagerServiceClient = new SecretManagerServiceClient(),
): SecretVersions {
  const store = createSecretStore(project, client);
  return {
    read: async (id, version = 'latest') => {
      try {
        const name = `projects/${project}/secrets/${id}/versions/${version}`;
        const [answer] = await client.accessSecretVersion({ name });
        const data = answer.payload?.data ?? '';
        const value = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
        return { value: value.replace(/\r?\n$/, ''), number: Number(answer.name?.split('/').at(-1)) };
      } catch (error) {
        // No such secret or version, none enabled, or the API itself is off in a new project.
        if ([NOT_THERE, DISABLED].includes(codeOf(error)) || isServiceDisabled(error)) return null;
        throw error;
      }
    },
    stateOf: async (id) => {
      try {
        return (await store.hasValue(id)) ? 'filled' : 'empty';
      } catch (error) {
        if (codeOf(error) === NOT_THERE || isServiceDisabled(error)) return 'absent';
        throw error;
      }
    },
    add: (id, value) => store.addValue(id, value),
    close: () => store.close(),
  };
}

function codeOf(error: unknown): number {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : -1;
}

function isServiceDisabled(error: unknown): boolean {
  return (
    codeOf(error) === REFUSED &&
    error instanceof Error &&
    /SERVICE_DISABLED|has not been used/.test(error.message)
  );
}
