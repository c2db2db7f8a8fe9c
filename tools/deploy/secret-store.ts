import { SecretManagerServiceClient } from '@google-cloud/secret-manager';

/** The secrets of one project. */
export interface SecretStore {
  /** Whether there is a value that a function could read. Throws when there is no such secret. */
  hasValue(id: string): Promise<boolean>;
  /** Adds a value, which is the newest from then on. */
  addValue(id: string, value: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens Secret Manager with the credentials of the person.
 *
 * @param project - id of the project
 * @param client - default: one of its own
 */
export function createSecretStore(
  project: string,
  client: SecretManagerServiceClient = new SecretManagerServiceClient(),
): SecretStore {
  const nameOf = (id: string): string => `projects/${project}/secrets/${id}`;
  return {
    hasValue: async (id) => {
      const [versions] = await client.listSecretVersions(
        { parent: nameOf(id), filter: 'state:ENABLED', pageSize: 1 },
        { autoPaginate: false },
      );
      return versions.length > 0;
    },
    addValue: async (id, value) => {
      await client.addSecretVersion({ parent: nameOf(id), payload: { data: Buffer.from(value) } });
    },
    close: () => client.close(),
  };
}
